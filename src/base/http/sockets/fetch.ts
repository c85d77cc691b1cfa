import { isUnknownCa } from '../../text/network-words.ts'
import { TIMEOUTS } from '../../timeouts.ts'
import { once } from './once.ts'
import type { NetworkPath } from './sockets.ts'

/**
 * fetch() along a path, without timeouts apart from that of the connection. Throws what undici throws, which Node's fetch
 * is, too, and a SupportError for a file that cannot be read.
 *
 * @param stamp changes when one of the path's files does
 */
export async function fetchAlong(
  path: NetworkPath,
  stamp: string,
  url: URL,
  init?: RequestInit,
): Promise<Response> {
  const dispatcher = isPlain(path) && !strangers.has(url.origin) ? agentWithoutTimeouts() : undefined
  if (dispatcher === undefined) return overOwnSockets(path, stamp, url, init)
  try {
    return await fetch(url, { ...init, dispatcher: once(dispatcher) } as RequestInit)
  } catch (error) {
    if (!isUnknownCa(error)) throw error
    // Nothing was sent yet. The system may know this CA.
    strangers.add(url.origin)
    return overOwnSockets(path, stamp, url, init)
  }
}

/** Loads what the first request along this path needs. */
export async function loadFetch(path: NetworkPath): Promise<void> {
  if (!isPlain(path)) await import('./own-fetch.ts')
}

/** Origins whose CA Node does not know. */
const strangers = new Set<string>()

/** Whether Node's own fetch can get there, which is already loaded: ours takes 25 ms of processor time. */
function isPlain({ proxy, tls }: NetworkPath): boolean {
  return !proxy && Object.values(tls).every(file => file === undefined)
}

let agent: object | undefined

/**
 * An agent for Node's fetch, which otherwise gives up after 300 s without a byte. Node exports no class for it, but its own
 * agent has one. Undefined once undici is loaded, which puts an agent of its own there; then ours costs nothing more.
 * https://github.com/nodejs/undici/blob/main/lib/global.js
 */
function agentWithoutTimeouts(): object | undefined {
  // Loads the module that sets it.
  if (typeof Response !== 'function') return undefined
  const known: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'))
  const Agent = (known as { constructor?: AgentClass } | undefined)?.constructor
  const isNodes = Agent?.name === 'Agent'
  agent ??= isNodes
    ? new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: TIMEOUTS.modelConnect } })
    : undefined
  return agent
}

type AgentClass = new (options: object) => object

async function overOwnSockets(
  path: NetworkPath,
  stamp: string,
  url: URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const { fetchOverOwnSockets } = await import('./own-fetch.ts')
  return fetchOverOwnSockets(path, stamp, url, init)
}
