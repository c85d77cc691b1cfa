// Which tools of a customer's servers are offered, withheld or left out.

import { isRecord } from '../../base/records.ts'
import { redact, withoutSecrets } from '../../base/redact.ts'
import { visible } from '../../base/text/terminal-text.ts'
import type { Server } from '../../config/project.ts'
import { leftOutReason } from '../../config/settings/tool-patterns.ts'
import type { Tool, ToolListing } from '../../mcp/connection.ts'
import type { RefusedTool } from '../calls/gate.ts'
import type { Pins, ServerPins } from '../pins/pins.ts'
import { effectsOf } from '../policy/effect.ts'
import { patternFor, verdictOn } from '../policy/verdict.ts'
import type { OfferedTool, ReadOnlyPattern } from '../toolset.ts'
import type { ServerTools } from './list.ts'
import { type NameOf, toolName } from './name.ts'

type Kept = { server: string; tool: string; reason: string; byPins?: boolean }[]

export interface SortedTools {
  offered: Map<string, OfferedTool>
  /** The definition of each offered tool, as clients see it. */
  definitions: Map<string, Record<string, unknown>>
  withheld: Kept
  /** What the pins withhold of `withheld`, as it would be offered. */
  unpinned: (OfferedTool & { reason: string })[]
  leftOut: Kept
  patterns: ReadOnlyPattern[]
  pinNotes: { server: string; note: string }[]
}

const NONE: ReadonlySet<string> = new Set()

interface SortingOptions {
  /** Names of a server's tools that a person has accepted for the patterns of `read_only_tools` (default: none). */
  acceptedOf?: ((server: Server) => ReadonlySet<string>) | undefined
  /** The definitions that were accepted (default: all are). */
  pins?: Pins | undefined
  nameOf?: NameOf | undefined
}

export function sortedTools(
  listed: readonly ServerTools[],
  { acceptedOf = () => NONE, pins, nameOf = toolName }: SortingOptions,
): SortedTools {
  const sorted: SortedTools = {
    offered: new Map(),
    definitions: new Map(),
    withheld: [],
    unpinned: [],
    leftOut: [],
    patterns: [],
    pinNotes: [],
  }
  const customerTools = new Set(listed.flatMap(({ listing }) => listing?.tools.map(tool => tool.name) ?? []))
  for (const { server, listing, missing, isKnown = false } of listed) {
    if (!listing) continue
    const listedTools = new Set(listing.tools.map(tool => tool.name))
    const itsPins = pins?.of(server, { listedTools, customerTools })
    const mark = isKnown ? { [KNOWN_KEY]: { state: missing?.state } } : undefined
    sortTools({ server, listing, mark, accepted: acceptedOf(server), pins: itsPins, nameOf }, sorted)
    if (itsPins) sorted.pinNotes.push(...goneNotes(server, listing, itsPins))
  }
  return sorted
}

interface ListedServer {
  server: Server
  listing: ToolListing
  /** For `_meta` of its tools. */
  mark: object | undefined
  accepted: ReadonlySet<string>
  pins: ServerPins | undefined
  nameOf: NameOf
}

function sortTools(
  { server, listing, mark, accepted, pins, nameOf }: ListedServer,
  { offered, definitions, withheld, unpinned, leftOut, patterns, pinNotes }: SortedTools,
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
      const whole: OfferedTool = {
        name,
        ...kept,
        description,
        inputSchema,
        readOnly: verdict.readOnly,
        ...(!verdict.readOnly && writingOf(server, tool)),
      }
      const pinned = pins?.verdictOn('tool', tool.name, tool.definition, verdict.readOnly)
      if (pinned?.kind === 'withheld') {
        withheld.push({ ...kept, reason: pinned.reason, byPins: true })
        unpinned.push({ ...whole, reason: pinned.reason })
        continue
      }
      if (pinned?.note !== undefined)
        pinNotes.push({ server: server.name, note: `${visible(tool.name)}: ${pinned.note}` })
      offered.set(name, whole)
      definitions.set(name, withoutSecrets(marked({ ...tool.definition, name }, mark)))
    }
  }
  patterns.push(...patternsOf(server, listing, accepted))
}

function writingOf(server: Server, tool: Tool): Pick<OfferedTool, 'effects' | 'dryRun' | 'author'> {
  const effects = effectsOf(tool, server.effects, server.readOnly.hints)
  const dryRun = Object.hasOwn(server.dryRuns, tool.name) ? server.dryRuns[tool.name] : undefined
  const author = Object.hasOwn(server.authors, tool.name) ? server.authors[tool.name] : undefined
  return { effects, ...(dryRun && { dryRun }), ...(author !== undefined && { author }) }
}

/** Key of `_meta` of an entry that its server listed the last time, and that it has not confirmed since. */
export const KNOWN_KEY = 'com.supportmax/known'

/** The definition with this in its `_meta`. */
export function marked(
  definition: Record<string, unknown>,
  mark: object | undefined,
): Record<string, unknown> {
  if (!mark) return definition
  return { ...definition, _meta: { ...(isRecord(definition._meta) ? definition._meta : {}), ...mark } }
}

function goneNotes(
  { name: server }: Server,
  listing: ToolListing,
  pins: ServerPins,
): SortedTools['pinNotes'] {
  const named = new Set([...listing.tools, ...listing.quarantined].map(one => one.name))
  return pins.gone('tool', named).map(({ name }) => ({
    server,
    note: `${visible(name)} is pinned, but the server no longer lists it`,
  }))
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

/** By the name that it would be offered as. */
export function refusalsOf(
  { withheld, leftOut }: Pick<SortedTools, 'withheld' | 'leftOut'>,
  nameOf: NameOf = toolName,
): Map<string, RefusedTool> {
  const entry = ({ server, tool, reason }: Kept[number], verdict: string) =>
    [nameOf(server, tool), { server, tool, text: `${verdict}: ${reason}` }] as const
  return new Map([
    ...withheld.map(one => entry(one, 'is withheld')),
    ...leftOut.map(one => entry(one, 'is left out')),
  ])
}
