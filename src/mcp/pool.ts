import type { ServerKey } from '../config/project.ts'
import {
  type CallResult,
  type Connection,
  Fault,
  type Losses,
  type RequestOptions,
  type ServerAbout,
  type ServerListener,
  type ServerOffers,
  type ToolListing,
} from './connection.ts'
import type { FindEndpoint, Unavailable } from './endpoint.ts'
import { type Entry, openEntries, orCancelled } from './entries.ts'
import { throughRestart } from './restart.ts'

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
    options: RequestOptions,
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

interface UseOptions {
  signal?: AbortSignal | undefined
  /** Doing it twice changes nothing. */
  repeatable?: boolean | undefined
  first?: FindEndpoint | undefined
  deadline?: number | undefined
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
  const entries = openEntries(find, listenerOf)
  const { closing } = entries

  function use<T extends object>(
    key: ServerKey,
    options: UseOptions,
    work: (connection: Connection, losses: Losses) => Promise<T>,
  ): Promise<T | Unavailable> {
    const losses = { count: 0 }
    const own = (connection: Connection) => work(connection, losses)
    const tried = () => onceMoreWhenSettled(() => attempt(key, options, own), options, settled)
    // A first list should show the server's state at once.
    if (options.first) return tried()
    return throughRestart(tried, {
      ...options,
      losses,
      isKnown: () => entries.isKnown(key),
      giveUp: () => entries.forget(key),
      next: took => orCancelled(entries.pausesOf(key).next(took), options.signal),
    })
  }

  /** Over one connection; over one more if the server has moved. */
  async function attempt<T>(
    key: ServerKey,
    options: UseOptions,
    work: (connection: Connection) => Promise<T>,
    mayHaveMoved = true,
  ): Promise<T | Unavailable> {
    const { signal, first } = options
    const entry = entries.use(key, first)
    try {
      const opened = entry.opened ?? (await openedBy(entry, signal))
      if ('state' in opened) return opened
      try {
        const result = await work(opened.connection)
        entries.pausesOf(key).reset()
        return result
      } catch (error) {
        if (!(error instanceof Fault) || HARMLESS.has(error.kind)) throw error
        entries.drop(entry)
        if (!mayHaveMoved || !isWorthRepeating(error, options)) throw error
        const now = await find(key, closing)
        if ('state' in now) return now
        if (now.url === opened.endpoint.url && now.token === opened.endpoint.token) throw error
        return await attempt(key, { ...options, first: undefined }, work, false)
      }
    } finally {
      entries.release(entry)
    }
  }

  return {
    listTools: (key, signal, first) =>
      use(key, { signal, repeatable: true, first }, connection => connection.listTools(signal)),
    call: (key, tool, args, options) =>
      use(key, options, (one, losses) => one.call(tool, args, { ...options, losses })),
    listOffers: (key, signal) => use(key, { signal, repeatable: true }, one => one.listOffers(signal)),
    readResource: (key, uri, signal) =>
      use(key, { signal, repeatable: true }, one => one.readResource(uri, signal)),
    about: (key, signal) => use(key, { signal, repeatable: true }, async one => one.about),
    request: (key, { method, params }, options) =>
      use(key, options, async (one, losses) => ({
        result: await one.request(method, params, { ...options, losses }),
      })),
    close: entries.close,
  }
}

/** What fails here has not sent the request. */
async function openedBy({ opening }: Entry, signal: AbortSignal | undefined) {
  return orCancelled(opening, signal).catch(error => {
    throw error instanceof Fault ? error.beforeRunning() : error
  })
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
