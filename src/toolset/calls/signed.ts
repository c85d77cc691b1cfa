import { loginName } from '../../access/login.ts'
import { LOCAL, type Principal } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { effectOf } from '../policy/effect.ts'
import type { OfferedTool } from '../toolset.ts'

/** The arguments of a change with the person whose change it is, for colleagues to see. A model cannot sign for another one. */
export function signed(
  tool: OfferedTool,
  args: Record<string, unknown>,
  by: Principal,
): Record<string, unknown> {
  const { author, inputSchema } = tool
  const { properties } = inputSchema
  if (author === undefined || !isRecord(properties) || !Object.hasOwn(properties, author)) return args
  if (effectOf(tool, args).kind === 'read') return args
  const person = by.id === LOCAL.id ? (loginName() ?? by.name) : by.name
  return { ...args, [author]: `${person} via supportmax` }
}
