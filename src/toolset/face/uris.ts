// Whose resource is it? URIs stay as they are, except where two servers of a customer have the same one, and those that
// already look as if they named a server.

import type { Offer } from './offers.ts'

const PREFIX = 'supportmax+'

/** A URI as clients see it. `taken`: how many servers have it. */
export function shownUri(server: string, uri: string, taken: ReadonlyMap<string, number>): string {
  return (taken.get(uri) ?? 0) > 1 || uri.startsWith(PREFIX) ? `${PREFIX}${server}+${uri}` : uri
}

/** How many servers list each URI or template. */
export function takenUris(offers: readonly Offer[]): Map<string, number> {
  const servers = Map.groupBy(offers, ({ name }) => name)
  return new Map([...servers].map(([uri, list]) => [uri, new Set(list.map(one => one.server)).size]))
}

/** The server's own URI in one that clients see, if it names its server. */
export function namedUri(
  shown: string,
  servers: readonly string[],
): { server: string; uri: string } | undefined {
  if (!shown.startsWith(PREFIX)) return undefined
  const server = servers.find(name => shown.startsWith(`${PREFIX}${name}+`))
  return server === undefined ? undefined : { server, uri: shown.slice(PREFIX.length + server.length + 1) }
}
