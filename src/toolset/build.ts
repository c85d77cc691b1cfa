import { reasonOf, SupportError } from '../base/errors.ts'
import { redact } from '../base/redact.ts'
import type { Customer, Server } from '../config/project.ts'
import { keyOf } from '../config/project.ts'
import { leftOutReason } from '../config/settings/tool-patterns.ts'
import { Fault, type ToolListing } from '../mcp/connection.ts'
import type { FindEndpoint } from '../mcp/endpoint.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import { noToolsVerdict, verdictOf } from '../mcp/probe.ts'
import { callTool } from './call.ts'
import { MOST_RESULT_BYTES } from './cut.ts'
import { toolName } from './name.ts'
import { patternFor, verdictOn } from './policy.ts'
import { resourceReader, type SeenLinks } from './resources/reader.ts'
import type { OfferedTool, ReadOnlyPattern, Toolset } from './toolset.ts'

export interface BuildOptions {
  pool: ConnectionPool
  /** Finds the servers of this generation, possibly with one observation for all of them (default: the pool's finder). */
  find?: FindEndpoint
  /** Names of a server's tools that a person has accepted for the patterns of `read_only_tools` (default: none). */
  acceptedOf?: ((server: Server) => ReadonlySet<string>) | undefined
  /** A text that changes when somebody signs in to a server (default: never). */
  signInStamp?: ((server: Server) => string) | undefined
  /** Links in earlier results (default: none). */
  seen?: SeenLinks | undefined
  /** Increases with each generation. */
  generation: number
  signal?: AbortSignal | undefined

  /** Most bytes of one result (default: 48 KB). */
  mostBytes?: number
}

interface ServerTools {
  server: Server
  listing?: ToolListing
  /** Also of a server that lists no usable tool. */
  missing?: Toolset['missing'][number]
}

/**
 * A new generation of a customer's tools. Lists all servers in parallel, each with its own timeout. A server that fails
 * becomes an entry of `missing` and does not affect the others. Throws a Fault `cancelled` when `signal` fires, and a
 * SupportError `missing` when the engine does not respond.
 */
export async function buildToolset(customer: Customer, options: BuildOptions): Promise<Toolset> {
  // Before they are asked: a sign-in in between must show.
  const stamps = new Map(customer.servers.map(server => [server, options.signInStamp?.(server)]))
  const listed = await Promise.all(customer.servers.map(server => listServer(server, options)))
  if (options.signal?.aborted) throw new Fault('cancelled', 'cancelled')
  const sorted: SortedTools = { offered: new Map(), withheld: [], leftOut: [], patterns: [] }
  for (const { server, listing } of listed)
    if (listing) sortTools({ server, listing, accepted: options.acceptedOf?.(server) ?? NONE }, sorted)
  const { offered, withheld, leftOut, patterns } = sorted
  const seen: SeenLinks = options.seen ?? new Map()
  const servers = listed.flatMap(({ server, listing }) => (listing?.hasResources ? [server.name] : []))
  const { pool } = options
  const resources =
    servers.length > 0 ? resourceReader({ customer: customer.id, servers, pool, seen }) : undefined
  if (resources) offered.set(resources.tool.name, resources.tool)
  const retirement = new AbortController()
  const generation = {
    customer: customer.id,
    pool,
    resources,
    seen,
    offered,
    refusals: refusalsOf(sorted),
    retired: retirement.signal,
    mostBytes: options.mostBytes ?? MOST_RESULT_BYTES,
  }
  const { id, name, environment, access } = customer
  return {
    customer: { id, name, environment, access },
    generation: options.generation,
    tools: [...offered.values()],
    withheld,
    leftOut,
    patterns,
    missing: listed.flatMap(one => one.missing ?? []),
    isOutdated: () =>
      listed.some(
        ({ server, missing }) =>
          missing?.state === 'auth_required' && options.signInStamp?.(server) !== stamps.get(server),
      ),
    call: (name, args, callOptions) => callTool(generation, name, args, callOptions),
    retire: () => retirement.abort(),
  }
}

async function listServer(server: Server, { pool, find, signal }: BuildOptions): Promise<ServerTools> {
  const missing = (state: string, reason: string, hint: string): ServerTools => ({
    server,
    missing: { server: server.name, state, reason: redact(reason), hint: redact(hint) },
  })
  try {
    const listing = await pool.listTools(keyOf(server), signal, find)
    if ('state' in listing) return missing(listing.state, listing.reason, listing.hint)
    if (listing.tools.length > 0) return { server, listing }
    const { state, reason, hint } = noToolsVerdict({ ...keyOf(server), external: !server.managed }, listing)
    return { listing, ...missing(state, reason, hint) }
  } catch (error) {
    // An engine that stopped responding is reported as such, not as one server's fault.
    if (error instanceof SupportError && error.code === 'missing') throw error
    if (error instanceof SupportError) return missing('unhealthy', error.message, error.hint ?? '')
    const fault = error instanceof Fault ? error : new Fault('closed', reasonOf(error), { cause: error })
    const { managed, auth, image } = server
    const overriding = managed && image.kind === 'pull' && image.overrides ? image.ref : undefined
    const accused = { ...keyOf(server), external: !managed, auth, overriding }
    const { state, reason, hint } = verdictOf(accused, fault)
    return missing(state, reason, hint)
  }
}

type Kept = { server: string; tool: string; reason: string }[]

interface SortedTools {
  offered: Map<string, OfferedTool>
  withheld: Kept
  leftOut: Kept
  patterns: ReadOnlyPattern[]
}

const NONE: ReadonlySet<string> = new Set()

function sortTools(
  { server, listing, accepted }: { server: Server; listing: ToolListing; accepted: ReadonlySet<string> },
  { offered, withheld, leftOut, patterns }: SortedTools,
): void {
  for (const { name, reason } of listing.quarantined)
    withheld.push({ server: server.name, tool: name, reason: `malformed: ${reason}` })
  for (const tool of listing.tools) {
    const verdict = verdictOn(tool, { ...server, accepted })
    const kept = { server: server.name, tool: tool.name }
    if (verdict.kind === 'withheld') withheld.push({ ...kept, reason: verdict.reason })
    else if (verdict.kind === 'left-out') leftOut.push({ ...kept, reason: verdict.reason })
    else {
      const name = toolName(server.name, tool.name)
      const description = redact(tool.description)
      const inputSchema = withoutSecrets(tool.inputSchema)
      offered.set(name, { ...kept, name, description, inputSchema, readOnly: verdict.readOnly })
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
function refusalsOf({ withheld, leftOut }: SortedTools): Map<string, string> {
  return new Map([
    ...withheld.map(one => [toolName(one.server, one.tool), `is withheld: ${one.reason}`] as const),
    ...leftOut.map(one => [toolName(one.server, one.tool), `is left out: ${one.reason}`] as const),
  ])
}

/** The same object if nothing is hidden: platforms recognise the tools that they have seen before. */
export function withoutSecrets<T extends object>(value: T): T {
  const text = JSON.stringify(value)
  const shown = redact(text)
  return shown === text ? value : JSON.parse(shown)
}
