import { reasonOf, SupportError } from '../base/errors.ts'
import { redact } from '../base/redact.ts'
import type { Customer, Server } from '../config/project.ts'
import { keyOf } from '../config/project.ts'
import { Fault, type ToolListing } from '../mcp/connection.ts'
import type { FindEndpoint } from '../mcp/endpoint.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import { noToolsVerdict, verdictOf } from '../mcp/probe.ts'
import { callTool } from './call.ts'
import { MOST_RESULT_BYTES } from './cut.ts'
import { toolName } from './name.ts'
import { isTrustedReadOnly, withholdReason } from './policy.ts'
import type { OfferedTool, Toolset } from './toolset.ts'

export interface BuildOptions {
  pool: ConnectionPool
  /** Finds the servers of this generation, possibly with one observation for all of them (default: the pool's finder). */
  find?: FindEndpoint
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
  const listed = await Promise.all(customer.servers.map(server => listServer(server, options)))
  if (options.signal?.aborted) throw new Fault('cancelled', 'cancelled')
  const offered = new Map<string, OfferedTool>()
  const withheld: { server: string; tool: string; reason: string }[] = []
  for (const entry of listed) if (entry.listing) sortTools(entry.server, entry.listing, offered, withheld)
  const retirement = new AbortController()
  const generation = {
    customer: customer.id,
    pool: options.pool,
    offered,
    withheld: new Map(withheld.map(one => [toolName(one.server, one.tool), one.reason])),
    retired: retirement.signal,
    mostBytes: options.mostBytes ?? MOST_RESULT_BYTES,
  }
  const { id, name, environment, access } = customer
  return {
    customer: { id, name, environment, access },
    generation: options.generation,
    tools: [...offered.values()],
    withheld,
    missing: listed.flatMap(one => one.missing ?? []),
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
    const { managed, externalTokenName: tokenName, image } = server
    const overriding = managed && image.kind === 'pull' && image.overrides ? image.ref : undefined
    const accused = { ...keyOf(server), external: !managed, tokenName, overriding }
    const { state, reason, hint } = verdictOf(accused, fault)
    return missing(state, reason, hint)
  }
}

function sortTools(
  server: Server,
  listing: ToolListing,
  offered: Map<string, OfferedTool>,
  withheld: { server: string; tool: string; reason: string }[],
): void {
  for (const { name, reason } of listing.quarantined)
    withheld.push({ server: server.name, tool: name, reason: `malformed: ${reason}` })
  for (const tool of listing.tools) {
    const reason = withholdReason(tool, server.access, server.readOnly)
    if (reason !== undefined) withheld.push({ server: server.name, tool: tool.name, reason })
    else {
      const name = toolName(server.name, tool.name)
      const description = redact(tool.description)
      const inputSchema = withoutSecrets(tool.inputSchema)
      const readOnly = isTrustedReadOnly(tool, server.readOnly)
      offered.set(name, { name, server: server.name, tool: tool.name, description, inputSchema, readOnly })
    }
  }
}

/** The same object if nothing is hidden: platforms recognise the tools that they have seen before. */
function withoutSecrets(schema: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(schema)
  const shown = redact(text)
  return shown === text ? schema : JSON.parse(shown)
}
