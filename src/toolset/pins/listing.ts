import type { Server } from '../../config/project.ts'
import { keyOf } from '../../config/project.ts'
import { leftOutReason } from '../../config/settings/tool-patterns.ts'
import type { ServerOffers, ToolListing } from '../../mcp/connection.ts'
import type { FindEndpoint, Unavailable } from '../../mcp/endpoint.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { type Policy, verdictOn } from '../policy/verdict.ts'
import type { Comparison, ListedDefinition } from './judge.ts'
import type { PinKind } from './lock-file.ts'
import type { Pins } from './pins.ts'

interface ListingOptions {
  pool: ConnectionPool
  /** Names of tools that the patterns of `read_only_tools` cover. */
  accepted: Policy['accepted']
  find?: FindEndpoint | undefined
  signal?: AbortSignal | undefined
}

/** What a server lists, as far as it is pinned. */
export interface ServerListing {
  server: Server
  listed: ListedDefinition[]
  tools: ToolListing
  /** Names by kind; a kind that could not be listed is missing. */
  names: Map<PinKind, Set<string>>
}

/** Asks one server for all its definitions. Throws a Fault. */
export async function listDefinitions(
  server: Server,
  { pool, accepted, find, signal }: ListingOptions,
): Promise<ServerListing | Unavailable> {
  const key = keyOf(server)
  const tools = await pool.listTools(key, signal, find)
  if ('state' in tools) return tools
  const offers = await pool.listOffers(key, signal)
  if ('state' in offers) return offers
  const about = await pool.about(key, signal)
  if ('state' in about) return about
  const instructions = about.instructions ?? ''
  return {
    server,
    tools,
    listed: [
      ...toolsListed(server, tools, accepted),
      ...offers.prompts.map(one => reads('prompt', one.name, one.definition)),
      ...offers.templates.map(one => reads('template', one.uriTemplate, one.definition)),
      ...(instructions === '' ? [] : [reads('instructions', '', instructions)]),
    ],
    names: namesOf(tools, offers, instructions),
  }
}

/** Those that the policy offers: nobody can be asked to accept others. */
function toolsListed(
  server: Server,
  { tools }: ToolListing,
  accepted: Policy['accepted'],
): ListedDefinition[] {
  return tools.flatMap(tool => {
    const verdict = verdictOn(tool, { ...server, accepted })
    if (leftOutReason(tool.name, server.toolChoice) !== undefined || verdict.kind !== 'offered') return []
    const { name, definition } = tool
    return [{ kind: 'tool', name, definition, isTrusted: verdict.readOnly }]
  })
}

function reads(kind: PinKind, name: string, definition: unknown): ListedDefinition {
  return { kind, name, definition, isTrusted: true }
}

function namesOf(
  { tools, quarantined }: ToolListing,
  { prompts, templates, failed }: ServerOffers,
  instructions: string,
): Map<PinKind, Set<string>> {
  const isListed = (what: string) => !failed.some(one => one.what === what)
  return new Map<PinKind, Set<string>>([
    ['tool', new Set([...tools, ...quarantined].map(one => one.name))],
    ['instructions', new Set(instructions === '' ? [] : [''])],
    ...(isListed('prompts') ? [['prompt', new Set(prompts.map(one => one.name))] as const] : []),
    ...(isListed('resource templates')
      ? [['template', new Set(templates.map(one => one.uriTemplate))] as const]
      : []),
  ])
}

/** Everything that these servers of one customer list, and what they no longer do, against the lock. */
export function compareListings(pins: Pins, listings: readonly ServerListing[]): ComparedServer[] {
  const customerTools = new Set(listings.flatMap(one => one.tools.tools.map(tool => tool.name)))
  return listings.map(({ server, listed, names }) => {
    const ofServer = pins.of(server, { listedTools: names.get('tool'), customerTools })
    const comparisons = listed.map(ofServer.compare)
    const former = new Set(comparisons.map(one => one.formerName))
    const isRenamed = ({ kind, name }: Comparison) => kind === 'tool' && former.has(name)
    const gone = [...names].flatMap(([kind, known]) => ofServer.gone(kind, known))
    return {
      server,
      comparisons: [...comparisons, ...gone.filter(one => !isRenamed(one))],
      toolCount: names.get('tool')?.size ?? 0,
    }
  })
}

export interface ServerComparisons {
  server: Server
  comparisons: Comparison[]
}

export interface ComparedServer extends ServerComparisons {
  /** Of all tools that it lists, offered or not. */
  toolCount: number
}
