// What decides about each of a customer's tools: `policy explain`.

import type { Access, RuleAction } from '../../config/project.ts'
import { readerServers } from '../resources/reader.ts'
import type { OfferedTool, Toolset } from '../toolset.ts'
import { type CompiledPolicy, decidingReason } from './decide.ts'
import { readsWhen } from './effect.ts'

export interface ExplainedTool {
  server: string
  tool: string
  /** Undefined for a tool that is withheld or left out. */
  access: 'read' | 'write' | undefined
  /** What can happen to calls of each role: several things where arguments or the time matter. */
  roles: Record<Access, RuleAction[]>
  /** What decides: `rule 3`, or a reason. */
  because: string[]
}

/** @param toolset of the customer, without its policy */
export function explainedTools(
  { tools, withheld, leftOut }: Pick<Toolset, 'tools' | 'withheld' | 'leftOut'>,
  policy: CompiledPolicy,
): ExplainedTool[] {
  return [
    ...tools.flatMap(tool =>
      (readerServers(tool) ?? [tool.server]).map(server => explained({ ...tool, server }, policy)),
    ),
    ...[...withheld, ...leftOut].map(({ server, tool, reason }) => ({
      server,
      tool,
      access: undefined,
      roles: { 'read-only': DENIED, 'read-write': DENIED },
      because: [decidingReason(reason)],
    })),
  ]
}

const DENIED: RuleAction[] = ['deny']

function explained(tool: OfferedTool, policy: CompiledPolicy): ExplainedTool {
  const reader = policy.possible(tool, 'read-only')
  const writer = policy.possible(tool, 'read-write')
  // That a read-only role never writes is in its column.
  const deciding = tool.readOnly ? [...writer, ...reader] : writer
  const reads = readsWhen(tool).map(when => `a read if ${when}`)
  return {
    server: tool.server,
    tool: tool.tool,
    access: tool.readOnly ? 'read' : 'write',
    roles: { 'read-only': kindsOf(reader), 'read-write': kindsOf(writer) },
    because: [
      ...new Set(deciding.map(({ rule, because }) => (rule ? `rule ${rule.number}` : because))),
      ...reads,
    ],
  }
}

function kindsOf(decisions: readonly { kind: RuleAction }[]): RuleAction[] {
  return [...new Set(decisions.map(one => one.kind))]
}
