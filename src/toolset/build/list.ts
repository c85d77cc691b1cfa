import { reasonOf, SupportError } from '../../base/errors.ts'
import { redact } from '../../base/redact.ts'
import type { Server } from '../../config/project.ts'
import { keyOf } from '../../config/project.ts'
import { Fault, type ToolListing } from '../../mcp/connection.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { noToolsVerdict, verdictOf } from '../../mcp/probe.ts'
import type { Toolset } from '../toolset.ts'

/** What one server lists, or why its tools are missing. */
export interface ServerTools {
  server: Server
  listing?: ToolListing
  /** This is what it listed last: the server has not answered since. */
  isKnown?: boolean
  /** What it listed before it went away. It is not offered, and a call gets the reason. */
  gone?: ToolListing
  /** Also of a server that lists no usable tool. */
  missing?: Toolset['missing'][number]
}

interface ListOptions {
  pool: ConnectionPool
  /** Finds the server (default: the pool's finder). */
  find?: FindEndpoint | undefined
  signal?: AbortSignal | undefined
}

/** Lists one server within its own timeout. Throws a SupportError `missing` when the engine does not respond. */
export async function listServer(server: Server, { pool, find, signal }: ListOptions): Promise<ServerTools> {
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
