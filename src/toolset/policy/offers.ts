import type { Access } from '../../config/project.ts'
import { type ResourceReader, readerToolFor } from '../resources/reader.ts'
import type { OfferedTool } from '../toolset.ts'
import { type CompiledPolicy, type Decision, standingDenial } from './decide.ts'

interface OffersOptions {
  /** What the read-only wall lets through. */
  offered: ReadonlyMap<string, OfferedTool>
  resources: ResourceReader | undefined
  policy: CompiledPolicy
}

/** What each role is offered, once for each: the same objects every time. */
export function offersByRole({
  offered,
  resources,
  policy,
}: OffersOptions): (role: Access) => readonly OfferedTool[] {
  const known = new Map<Access, readonly OfferedTool[]>()
  const shownTo = (role: Access) => (tool: OfferedTool) =>
    tool === resources?.tool
      ? readerTool(resources, server => !standingDenial(policy, { ...tool, server }, role))
      : standingDenial(policy, tool, role)
        ? []
        : [tool]
  return role => {
    const tools = known.get(role) ?? [...offered.values()].flatMap(shownTo(role))
    known.set(role, tools)
    return tools
  }
}

function readerTool(
  { servers, tool }: ResourceReader,
  isReadable: (server: string) => boolean,
): OfferedTool[] {
  const readable = servers.filter(isReadable)
  if (readable.length === servers.length) return [tool]
  return readable.length === 0 ? [] : [readerToolFor(readable)]
}

/** Tools of servers that this role is not offered because of `policy`, and what denies each. */
export function denialsFor(
  { offered, policy }: Pick<OffersOptions, 'offered' | 'policy'>,
  role: Access,
): { server: string; tool: string; denial: Decision }[] {
  return [...offered.values()].flatMap(tool => {
    const denial = tool.server === '' ? undefined : standingDenial(policy, tool, role)
    return denial ? [{ server: tool.server, tool: tool.tool, denial }] : []
  })
}
