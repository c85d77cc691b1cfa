import { LOCAL, type Principal } from '../../access/principal.ts'
import type { Customer, PolicyRule, Server } from '../../config/project.ts'
import { Fault, type RawAnswer } from '../../mcp/connection.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { type Reaching, reached, type Worked } from '../calls/audited.ts'
import { callTool } from '../calls/call.ts'
import { MOST_RESULT_BYTES } from '../calls/cut.ts'
import { type Admitted, mayReach, type Reachable, type Refused } from '../calls/gate.ts'
import { type PassOptions, passCall, unavailableWords } from '../calls/pass.ts'
import type { AuditTrail } from '../calls/trail.ts'
import type { Pins } from '../pins/pins.ts'
import { compilePolicy, denialText, standingDenial } from '../policy/decide.ts'
import { denialsFor, offersByRole } from '../policy/offers.ts'
import { resourceReader, type SeenLinks, type TemplateFault } from '../resources/reader.ts'
import type { OfferedTool, Toolset } from '../toolset.ts'
import { listServer, type ServerTools } from './list.ts'
import { type NameOf, toolName } from './name.ts'
import { refusalsOf, type SortedTools, sortedTools } from './sort.ts'

export interface BuildOptions {
  pool: ConnectionPool
  /** Finds the servers of this generation, possibly with one observation for all of them (default: the pool's finder). */
  find?: FindEndpoint
  /** Names of a server's tools that a person has accepted for the patterns of `read_only_tools` (default: none). */
  acceptedOf?: ((server: Server) => ReadonlySet<string>) | undefined
  /** The definitions that were accepted (default: all are). */
  pins?: Pins | undefined
  /** A text that changes when somebody signs in to a server (default: never). */
  signInStamp?: ((server: Server) => string) | undefined
  /** Links in earlier results (default: none). */
  seen?: SeenLinks | undefined
  /** The rules of the project (default: reads are allowed, and writes need approval). */
  policy?: readonly PolicyRule[] | undefined
  /** Milliseconds since the epoch, for rules with a time (default: the clock). */
  now?: (() => number) | undefined
  /** Where calls are recorded (default: nowhere). */
  audit?: AuditTrail | undefined
  /** Increases with each generation. */
  generation: number
  signal?: AbortSignal | undefined
  /** Fires when this generation and all others of the customer are retired (default: retire() does it). */
  retired?: AbortSignal | undefined
  /** What tools are called (default: `<server>__<tool>`). */
  nameOf?: NameOf | undefined
  /** Most bytes of one result (default: 48 KB). */
  mostBytes?: number
}

/** A toolset that other MCP clients can be served from, too. */
export interface ServedToolset extends Toolset {
  /** Without writes for a read-only role, and without what `policy` denies it whatever the arguments and the time. */
  offeredTo(by: Principal): readonly OfferedTool[]
  /** What its role would be offered, if a person accepted the definitions. */
  unpinnedFor(by: Principal): readonly (OfferedTool & { reason: string })[]
  /** The whole definition of each offered tool, by its name. */
  readonly definitions: ReadonlyMap<string, Record<string, unknown>>
  /** Whether resources or prompts of a server are shown to this caller. */
  mayReach(by: Principal, server: string, what: Reachable): boolean
  /** Reads a resource or gets a prompt by `work`: after the policy and approval, and with a record. */
  reach<T>(reaching: Reaching, work: (admitted: Admitted) => Promise<Worked<T>>): Promise<Worked<T> | Refused>
  /** The server of this tool, if it has gone. */
  goneServerOf(name: unknown): string | undefined
  /** The answer to `tools/call` with these parameters. Never throws. */
  pass(params: Record<string, unknown>, options: PassOptions): Promise<RawAnswer>
}

/**
 * A new generation of a customer's tools. Lists all servers in parallel, each with its own timeout. A server that fails
 * becomes an entry of `missing` and does not affect the others. Throws a Fault `cancelled` when `signal` fires, and a
 * SupportError `missing` when the engine does not respond.
 */
export async function buildToolset(customer: Customer, options: BuildOptions): Promise<ServedToolset> {
  // Before they are asked: a sign-in in between must show.
  const stamps = new Map(customer.servers.map(server => [server, options.signInStamp?.(server)]))
  const listed = await Promise.all(customer.servers.map(server => listServer(server, options)))
  if (options.signal?.aborted) throw new Fault('cancelled', 'cancelled')
  return assembled(customer, listed, options, server => stamps.get(server))
}

/**
 * A generation of what has been listed.
 *
 * @param stampOf the `signInStamp` of a server before it was listed
 */
export function assembled(
  customer: Customer,
  listed: readonly ServerTools[],
  options: Omit<BuildOptions, 'find' | 'signal'>,
  stampOf: (server: Server) => string | undefined,
): ServedToolset {
  const sorted = sortedTools(listed, options)
  const { offered, leftOut, patterns } = sorted
  const seen: SeenLinks = options.seen ?? new Map()
  const servers = listed.flatMap(({ server, listing }) => (listing?.hasResources ? [server.name] : []))
  const { pool } = options
  const resources =
    servers.length > 0
      ? resourceReader({
          customer: customer.id,
          servers,
          pool,
          seen,
          templateFault: templateFaults(customer, options.pins),
        })
      : undefined
  if (resources) offered.set(resources.tool.name, resources.tool)
  const policy = compilePolicy(options.policy, customer)
  const offeredTo = offersByRole({ offered, resources, policy })
  const denied = denialsFor({ offered, policy }, LOCAL.role)
  const before = sortedBefore(listed, options)
  const gone = goneTools(listed, before)
  const retirement = new AbortController()
  const generation = {
    customer: customer.id,
    pool,
    resources,
    seen,
    offered,
    offeredTo,
    policy,
    now: options.now ?? Date.now,
    audit: options.audit,
    refusals: new Map([...refusalsOf(before, options.nameOf), ...refusalsOf(sorted, options.nameOf)]),
    gone,
    findUnlisted: unlistedFinder(listed, options.nameOf),
    retired: options.retired ?? retirement.signal,
    mostBytes: options.mostBytes ?? MOST_RESULT_BYTES,
  }
  const { id, name, environment, access } = customer
  return {
    customer: { id, name, environment, access },
    generation: options.generation,
    tools: offeredTo(LOCAL.role),
    offeredTo: by => offeredTo(by.role),
    unpinnedFor: by => sorted.unpinned.filter(tool => !standingDenial(policy, tool, by.role)),
    definitions: sorted.definitions,
    mayReach: (by, server, what) => mayReach(generation, by, server, what),
    reach: (reaching, work) => reached(generation, reaching, work),
    withheld: [
      ...sorted.withheld,
      ...denied.map(({ denial, ...tool }) => ({ ...tool, reason: denialText(denial), byPolicy: true })),
    ],
    leftOut,
    patterns,
    pinNotes: sorted.pinNotes,
    missing: listed.flatMap(one => one.missing ?? []),
    isOutdated: () =>
      listed.some(
        ({ server, missing }) =>
          missing?.state === 'auth_required' && options.signInStamp?.(server) !== stampOf(server),
      ),
    goneServerOf: name => (typeof name === 'string' ? gone.get(name)?.tool.server : undefined),
    pass: (params, passOptions) => passCall(generation, params, passOptions),
    call: (name, args, callOptions) => callTool(generation, name, args, callOptions),
    retire: () => retirement.abort(),
  }
}

/** The tools of servers that have gone, as they were. */
function sortedBefore(listed: readonly ServerTools[], options: Omit<BuildOptions, 'find' | 'signal'>) {
  const before = listed.flatMap(({ server, gone }) => (gone ? [{ server, listing: gone }] : []))
  return sortedTools(before, options)
}

/** Those that would be offered, and why calls of them cannot be sent. */
function goneTools(listed: readonly ServerTools[], { offered }: SortedTools) {
  const missing = new Map(listed.map(one => [one.server.name, one.missing]))
  const tools = [...offered].map(([name, tool]) => {
    const { state = 'unhealthy', hint = '' } = missing.get(tool.server) ?? {}
    return [name, { tool, text: unavailableWords(name, { state, hint }) }] as const
  })
  return new Map(tools)
}

/** Finds the server of a tool by its name, among those whose tools nobody knows, because they have not answered. */
function unlistedFinder(listed: readonly ServerTools[], nameOf: NameOf = toolName) {
  const unlisted = listed.flatMap(({ server, listing, gone, missing }) =>
    missing && !listing && !gone ? [{ ...missing, beginning: nameOf(server.name, '') }] : [],
  )
  return (name: string) => {
    const found = unlisted.find(one => name.startsWith(one.beginning))
    if (!found) return undefined
    const { server, beginning } = found
    return { server, tool: name.slice(beginning.length), text: unavailableWords(name, found) }
  }
}

/** Why a template of a server must not be used; undefined if it may be. */
function templateFaults({ servers }: Customer, pins: Pins | undefined): TemplateFault {
  return (name, { uriTemplate, definition }) => {
    const server = servers.find(one => one.name === name)
    const verdict = server && pins?.of(server).verdictOn('template', uriTemplate, definition)
    return verdict?.kind === 'withheld' ? verdict.reason : undefined
  }
}
