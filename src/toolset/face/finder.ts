// Which server an item of a list belongs to.

import { keyText } from '../../config/project.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import type { NameOf } from '../build/name.ts'
import type { SeenLinks } from '../resources/reader.ts'
import { fitsTemplate } from '../resources/uri-template.ts'
import type { Offer, OfferKind, Offers } from './offers.ts'
import type { OfferPins } from './pinned.ts'
import { namedUri, takenUris } from './uris.ts'

/** A server and what it calls the item. */
export interface OfferPlace {
  server: string
  name: string
  /** Why it must not be used. */
  withheld?: string | undefined
}

export interface OfferFinder {
  prompt(shown: unknown, pool?: ConnectionPool): Promise<OfferPlace | undefined>
  /** A resource that is listed, matches a template, or was named in a result. */
  resource(shown: unknown, pool?: ConnectionPool): Promise<OfferPlace | undefined>
  template(shown: unknown, pool?: ConnectionPool): Promise<OfferPlace | undefined>
}

interface OfferFinderOptions {
  customer: string
  servers: readonly string[]
  offers: Offers
  seen: SeenLinks
  nameOf: NameOf
  faultOf: OfferPins['faultOf']
}

export function createOfferFinder({
  customer,
  servers,
  offers,
  seen,
  nameOf,
  faultOf,
}: OfferFinderOptions): OfferFinder {
  /** In what is known, or else in what is listed now: it may have been added. */
  async function among(
    kind: OfferKind,
    fits: (offer: Offer, all: readonly Offer[]) => boolean,
    pool?: ConnectionPool,
  ): Promise<Offer | undefined> {
    const known = await offers.known(kind, pool)
    const found = known.find(one => fits(one, known))
    if (found) return found
    const now = await offers.list(kind, pool)
    return now.find(one => fits(one, now))
  }

  async function listedUri(
    kind: 'resources' | 'resourceTemplates',
    { server, uri }: { server?: string | undefined; uri: string },
    pool?: ConnectionPool,
  ): Promise<OfferPlace | undefined> {
    const found = await among(
      kind,
      (one, all) =>
        one.name === uri && (server === undefined ? takenUris(all).get(uri) === 1 : one.server === server),
      pool,
    )
    return found && { server: found.server, name: uri, withheld: faultOf(kind, found) }
  }

  /** The server's own URI, with the server if the shown URI names it. */
  const named = (shown: string) => namedUri(shown, servers) ?? { server: undefined, uri: shown }

  return {
    async prompt(shown, pool) {
      const found = await among('prompts', ({ server, name }) => nameOf(server, name) === shown, pool)
      return (
        found && {
          server: found.server,
          name: found.name,
          withheld: faultOf('prompts', found),
        }
      )
    },
    async resource(shown, pool) {
      if (typeof shown !== 'string') return undefined
      const { server, uri } = named(shown)
      const isOf = (one: string) => server === undefined || one === server
      const linked = servers.filter(
        one => isOf(one) && seen.get(keyText({ customer, server: one }))?.has(uri),
      )
      const owners = (await offers.known('resources', pool)).filter(one => one.name === uri)
      const [only] = linked
      // A server's link to what only another one lists does not lead to the first.
      const isOwn = owners.length === 0 || owners.some(one => one.server === only)
      if (linked.length === 1 && only !== undefined && isOwn) return { server: only, name: uri }
      const listed = await listedUri('resources', { server, uri }, pool)
      if (listed) return listed
      const kind = 'resourceTemplates'
      const fits = (one: Offer) => isOf(one.server) && fitsTemplate(uri, one.name)
      const good = await among(kind, one => fits(one) && faultOf(kind, one) === undefined, pool)
      const template = good ?? (await offers.known(kind, pool)).find(fits)
      return template && { server: template.server, name: uri, withheld: faultOf(kind, template) }
    },
    async template(shown, pool) {
      return typeof shown === 'string' ? listedUri('resourceTemplates', named(shown), pool) : undefined
    },
  }
}
