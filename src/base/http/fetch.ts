// fetch over sockets of our own.

import { type Dispatcher, fetch as fetchOver } from 'undici'
import { TIMEOUTS } from '../timeouts.ts'
import { type NetworkPath, openSockets } from './sockets.ts'

/** One for each path, so that requests of several models share their connections. */
const dispatchers = new Map<string, Dispatcher>()

/**
 * fetch() along a path. It has no timeouts apart from that of the connection: Node's own fetch gives up after 300 s.
 * Throws what undici throws, and a SupportError for a file that cannot be read.
 *
 * @param stamp changes when one of the path's files does
 */
export async function fetchAlong(
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
  return (await fetchOver(url, { ...init, dispatcher } as never)) as unknown as Response
}
