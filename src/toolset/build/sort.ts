// Which tools of a customer's servers are offered, withheld or left out.

import { redact } from '../../base/redact.ts'
import type { Server } from '../../config/project.ts'
import { leftOutReason } from '../../config/settings/tool-patterns.ts'
import type { ToolListing } from '../../mcp/connection.ts'
import { patternFor, verdictOn } from '../policy/verdict.ts'
import type { OfferedTool, ReadOnlyPattern } from '../toolset.ts'
import { withoutSecrets } from '../without-secrets.ts'
import type { ServerTools } from './list.ts'
import { type NameOf, toolName } from './name.ts'

type Kept = { server: string; tool: string; reason: string }[]

export interface SortedTools {
  offered: Map<string, OfferedTool>
  /** The definition of each offered tool, as a client is shown it. */
  definitions: Map<string, Record<string, unknown>>
  withheld: Kept
  leftOut: Kept
  patterns: ReadOnlyPattern[]
}

const NONE: ReadonlySet<string> = new Set()

/** @param acceptedOf names of a server's tools that a person has accepted for the patterns of `read_only_tools` (default: none) */
export function sortedTools(
  listed: readonly ServerTools[],
  acceptedOf: (server: Server) => ReadonlySet<string> = () => NONE,
  nameOf: NameOf = toolName,
): SortedTools {
  const sorted: SortedTools = {
    offered: new Map(),
    definitions: new Map(),
    withheld: [],
    leftOut: [],
    patterns: [],
  }
  for (const { server, listing } of listed)
    if (listing) sortTools({ server, listing, accepted: acceptedOf(server), nameOf }, sorted)
  return sorted
}

interface ListedServer {
  server: Server
  listing: ToolListing
  accepted: ReadonlySet<string>
  nameOf: NameOf
}

function sortTools(
  { server, listing, accepted, nameOf }: ListedServer,
  { offered, definitions, withheld, leftOut, patterns }: SortedTools,
): void {
  for (const { name, reason } of listing.quarantined)
    withheld.push({ server: server.name, tool: name, reason: `malformed: ${reason}` })
  for (const tool of listing.tools) {
    const verdict = verdictOn(tool, { ...server, accepted })
    const kept = { server: server.name, tool: tool.name }
    if (verdict.kind === 'withheld') withheld.push({ ...kept, reason: verdict.reason })
    else if (verdict.kind === 'left-out') leftOut.push({ ...kept, reason: verdict.reason })
    else {
      const name = nameOf(server.name, tool.name)
      const description = redact(tool.description)
      const inputSchema = withoutSecrets(tool.inputSchema)
      offered.set(name, { ...kept, name, description, inputSchema, readOnly: verdict.readOnly })
      definitions.set(name, withoutSecrets({ ...tool.definition, name }))
    }
  }
  patterns.push(...patternsOf(server, listing, accepted))
}

/** Each pattern of a server, with the tools that nothing else makes read-only. */
function patternsOf(server: Server, listing: ToolListing, accepted: ReadonlySet<string>): ReadOnlyPattern[] {
  const { readOnly, toolChoice, name } = server
  const others = listing.tools.filter(
    tool =>
      leftOutReason(tool.name, toolChoice) === undefined &&
      verdictOn(tool, { ...server, access: 'read-only', accepted: NONE }).kind !== 'offered',
  )
  return readOnly.patterns.map(pattern => {
    const fitting = others.filter(tool => patternFor(tool.name, readOnly) === pattern)
    const waiting = fitting.filter(tool => !accepted.has(tool.name))
    return {
      server: name,
      pattern,
      tools: fitting.filter(tool => accepted.has(tool.name)).map(tool => tool.name),
      waiting: waiting.map(({ name: tool, description, readOnlyHint }) => ({
        tool,
        description: redact(description),
        readOnlyHint,
      })),
    }
  })
}

/** Name offered to models → why it is not offered. */
export function refusalsOf(
  { withheld, leftOut }: SortedTools,
  nameOf: NameOf = toolName,
): Map<string, string> {
  return new Map([
    ...withheld.map(one => [nameOf(one.server, one.tool), `is withheld: ${one.reason}`] as const),
    ...leftOut.map(one => [nameOf(one.server, one.tool), `is left out: ${one.reason}`] as const),
  ])
}
