// fetch over sockets of our own.

import { type Dispatcher, fetch as fetchOver } from 'undici'
import { TIMEOUTS } from '../../timeouts.ts'
import { once } from './once.ts'
import { type NetworkPath, openSockets } from './sockets.ts'

/** One for each path, so that requests of several models share their connections. */
const dispatchers = new Map<string, Dispatcher>()

/** fetchAlong() for any path. */
export async function fetchOverOwnSockets(
  path: NetworkPath,
  stamp: string,
  url: URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const { protocol } = url
  const key = JSON.stringify([path, protocol, stamp])
  const dispatcher =
    dispatchers.get(key) ??
    openSockets(path, { protocol, connect: TIMEOUTS.modelConnect, headers: 0, body: 0 })
  dispatchers.set(key, dispatcher)
  // The types of undici and of Node's copy of it differ in details.
  return (await fetchOver(url, { ...init, dispatcher: once(dispatcher) } as never)) as unknown as Response
}
