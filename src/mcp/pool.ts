import { orAborted } from '../base/waiting/aborted.ts'
import { keyText, type ServerKey } from '../config/project.ts'
import { connect } from './connect.ts'
import {
  type CallOptions,
  type CallResult,
  type Connection,
  Fault,
  type RequestOptions,
  type ServerAbout,
  type ServerListener,
  type ServerOffers,
  type ToolListing,
} from './connection.ts'
import type { Endpoint, FindEndpoint, Unavailable } from './endpoint.ts'

/** One connection for each (customer, server): opened once for all callers, dropped when it fails. */
export interface ConnectionPool {
  /**
   * Throws a Fault with the cause; an unavailable server is a value.
   *
   * @param first finds the endpoint of a first connection (default: the pool's own finder, which all later ones use)
   */
  listTools(key: ServerKey, signal?: AbortSignal, first?: FindEndpoint): Promise<ToolListing | Unavailable>
  call(
    key: ServerKey,
    tool: string,
    args: Record<string, unknown>,
    options: CallOptions,
  ): Promise<CallResult | Unavailable>
  /** What the server lists besides tools. */
  listOffers(key: ServerKey, signal?: AbortSignal): Promise<ServerOffers | Unavailable>
  readResource(key: ServerKey, uri: string, signal?: AbortSignal): Promise<CallResult | Unavailable>
  /** What the server says of itself. */
  about(key: ServerKey, signal?: AbortSignal): Promise<ServerAbout | Unavailable>
  /** Any other request of MCP; its result as it came. */
  request(
    key: ServerKey,
    request: { method: string; params: object },
    options: RequestOptions,
  ): Promise<{ result: Record<string, unknown> } | Unavailable>
  /** Closes all connections, the latest first. */
  close(): Promise<void>
}

interface Entry {
  key: string
  opening: Promise<Opened | Unavailable>
  inUse: number
  dropped: boolean
}

interface UseOptions {
  signal?: AbortSignal | undefined
  /** Doing it twice changes nothing. */
  repeatable?: boolean | undefined
  first?: FindEndpoint | undefined
}

interface Opened {
  endpoint: Endpoint
  connection: Connection
}

/** A server that was started again may answer so at its old address, or to its old token. */
const MAY_HAVE_MOVED = new Set<Fault['kind']>([
  'refused',
  'closed',
  'unauthorized',
  'impostor',
  'host_not_allowed',
])
/** After these, the connection can still be used. */
const HARMLESS = new Set<Fault['kind']>(['timeout', 'protocol', 'cancelled', 'too_large', 'server'])

/**
 * @param find looks up an endpoint for each connection; it must return one for the key it was given
 * @param settled waits while somebody is starting or recreating servers; whether it had to (default: nobody is)
 * @param listenerOf where a server's own messages go (default: nobody listens)
 */
export function openPool(
  find: FindEndpoint,
  settled: (signal?: AbortSignal) => Promise<boolean> = async () => false,
  listenerOf: (key: ServerKey) => ServerListener | undefined = () => undefined,
): ConnectionPool {
  const entries = new Map<string, Entry>()
  const closing = new AbortController()

  function entryOf(key: ServerKey, first = find): Entry {
    const known = entries.get(keyText(key))
    if (known) return known
    const entry: Entry = {
      key: keyText(key),
      opening: openEndpoint(key, { first, again: find, listener: listenerOf(key) }, closing.signal),
      inUse: 0,
      dropped: false,
    }
    entries.set(entry.key, entry)
    // An unavailable or failed server is tried again next time.
    entry.opening.then(opened => 'state' in opened && drop(entry)).catch(() => drop(entry))
    return entry
  }

  function drop(entry: Entry): void {
    if (entries.get(entry.key) === entry) entries.delete(entry.key)
    entry.dropped = true
    if (entry.inUse === 0) void closeEntry(entry)
  }

  const use = <T extends object>(
    key: ServerKey,
    options: UseOptions,
    work: (connection: Connection) => Promise<T>,
  ) => onceMoreWhenSettled(() => attempt(key, options, work), options, settled)

  async function attempt<T>(
    key: ServerKey,
    { signal, repeatable, first }: UseOptions,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T | Unavailable> {
    const entry = entryOf(key, first)
    entry.inUse++
    try {
      const opened = await orCancelled(entry.opening, signal).catch(error => {
        throw error instanceof Fault ? error.beforeRunning() : error
      })
      if ('state' in opened) return opened
      return await work(opened.connection).catch(async error => {
        if (!(error instanceof Fault) || HARMLESS.has(error.kind)) throw error
        drop(entry)
        if (!isWorthRepeating(error, { repeatable })) throw error
        const now = await find(key, closing.signal)
        if ('state' in now) return now
        if (now.url === opened.endpoint.url && now.token === opened.endpoint.token) throw error
        const again = await orCancelled(entryOf(key).opening, signal)
        return 'state' in again ? again : work(again.connection)
      })
    } finally {
      entry.inUse--
      if (entry.dropped && entry.inUse === 0) void closeEntry(entry)
    }
  }

  return {
    listTools: (key, signal, first) =>
      use(key, { signal, repeatable: true, first }, connection => connection.listTools(signal)),
    call: (key, tool, args, options) => use(key, options, one => one.call(tool, args, options)),
    listOffers: (key, signal) => use(key, { signal, repeatable: true }, one => one.listOffers(signal)),
    readResource: (key, uri, signal) =>
      use(key, { signal, repeatable: true }, one => one.readResource(uri, signal)),
    about: (key, signal) => use(key, { signal, repeatable: true }, async one => one.about),
    request: (key, { method, params }, options) =>
      use(key, options, async one => ({ result: await one.request(method, params, options) })),
    async close() {
      closing.abort()
      for (const entry of [...entries.values()].reverse()) await closeEntry(entry)
      entries.clear()
    },
  }
}

/** Waits for a server that is being recreated; not for the first list of its tools, which should show its state at once. */
async function onceMoreWhenSettled<T extends object>(
  attempt: () => Promise<T | Unavailable>,
  options: UseOptions,
  settled: (signal?: AbortSignal) => Promise<boolean>,
): Promise<T | Unavailable> {
  const waited = () => orCancelled(settled(options.signal), options.signal)
  try {
    const result = await attempt()
    if (options.first || !('state' in result) || !(await waited())) return result
  } catch (error) {
    if (options.first || !isWorthRepeating(error, options) || !(await waited())) throw error
  }
  return attempt()
}

/** It provably never ran, or changes nothing, and the server may be somewhere else now. */
function isWorthRepeating(error: unknown, { repeatable }: Pick<UseOptions, 'repeatable'>): boolean {
  return (
    error instanceof Fault &&
    (repeatable === true || error.fate === 'not_run') &&
    MAY_HAVE_MOVED.has(error.kind)
  )
}

async function openEndpoint(
  key: ServerKey,
  {
    first,
    again,
    listener,
  }: { first: FindEndpoint; again: FindEndpoint; listener: ServerListener | undefined },
  signal: AbortSignal,
): Promise<Opened | Unavailable> {
  if (signal.aborted) throw new Fault('closed', 'supportmax is shutting down')
  const endpoint = await first(key, signal)
  if ('state' in endpoint) return endpoint
  if (keyText(endpoint) !== keyText(key))
    throw new Error(`got the endpoint of ${keyText(endpoint)} for ${keyText(key)}`)
  const findAgain = (signal?: AbortSignal) => again(key, signal)
  return { endpoint, connection: await connect({ ...endpoint, findAgain }, signal, listener) }
}

async function closeEntry(entry: Entry): Promise<void> {
  const opened = await entry.opening.catch(() => undefined)
  if (opened && 'connection' in opened) await opened.connection.close()
}

/** orAborted() with a Fault: one caller's cancel must not take the connection from the others. */
async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return orAborted(work, signal).catch(error => {
    throw signal?.aborted ? new Fault('cancelled', 'cancelled') : error
  })
}
