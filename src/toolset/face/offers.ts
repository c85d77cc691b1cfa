// What all servers of a customer list besides tools, for other MCP clients: whole entries, fetched when a client asks.

import { isRecord } from '../../base/records.ts'
import type { ServerKey } from '../../config/project.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { allPages, DEEPEST, isDeeperThan } from '../../mcp/wire/listing/pages.ts'

export type OfferKind = 'prompts' | 'resources' | 'resourceTemplates'

/** One entry of a list, as its server gives it. */
export interface Offer {
  server: string
  /** What the server calls it: its name, its URI, or its template of URIs. */
  name: string
  item: Record<string, unknown>
  /** It was accepted earlier, and its server has not listed it in this process. */
  isKnown?: true
}

export interface Offers {
  /** All entries of this kind. A server that does not answer in time is represented by what it listed last. */
  list(kind: OfferKind, pool?: ConnectionPool): Promise<Offer[]>
  /** The same, without asking a server if it was listed before. */
  known(kind: OfferKind, pool?: ConnectionPool): Promise<Offer[]>
}

interface OffersOptions {
  customer: string
  servers: readonly string[]
  pool: ConnectionPool
  /** What was accepted of a server, for as long as it has listed nothing. */
  acceptedOf(server: string, kind: OfferKind): Offer[]
  /** Whether a server is known to be away. */
  isAway(server: string): boolean
  /** Milliseconds to wait for the others after one has answered. */
  patience: number
}

/** Milliseconds to wait for the first server that answers, and for servers that are all known to be away. */
const MOST_WAIT = 10_000
const MOST_WAIT_AWAY = 500

const METHODS: Record<OfferKind, { method: string; capability: string; field: string }> = {
  prompts: { method: 'prompts/list', capability: 'prompts', field: 'name' },
  resources: { method: 'resources/list', capability: 'resources', field: 'uri' },
  resourceTemplates: { method: 'resources/templates/list', capability: 'resources', field: 'uriTemplate' },
}

export function openOffers(options: OffersOptions): Offers {
  const { customer, servers, pool: shared, acceptedOf, isAway, patience } = options
  const last = new Map<string, Offer[]>()

  async function listOne(server: string, kind: OfferKind, pool: ConnectionPool): Promise<Offer[]> {
    const found = await askFor({ customer, server }, kind, pool)
    last.set(`${kind} ${server}`, found)
    return found
  }

  const lastOf = (server: string, kind: OfferKind) => last.get(`${kind} ${server}`)

  async function list(kind: OfferKind, pool = shared): Promise<Offer[]> {
    const instead = (server: string) => lastOf(server, kind) ?? acceptedOf(server, kind)
    const lists = servers.map(server => listOne(server, kind, pool).catch(() => instead(server)))
    const found = await inTime(lists, { patience, most: servers.every(isAway) ? MOST_WAIT_AWAY : MOST_WAIT })
    return servers.flatMap((server, at) => found[at] ?? instead(server))
  }

  return {
    list,
    async known(kind, pool) {
      return servers.every(server => lastOf(server, kind))
        ? servers.flatMap(one => lastOf(one, kind) ?? [])
        : list(kind, pool)
    },
  }
}

async function askFor(key: ServerKey, kind: OfferKind, pool: ConnectionPool): Promise<Offer[]> {
  const { method, capability } = METHODS[kind]
  const about = await pool.about(key)
  if ('state' in about || about.capabilities[capability] === undefined) return []
  const items = await allPages(async params => {
    const answered = await pool.request(key, { method, params }, { repeatable: true })
    const { result } = 'state' in answered ? { result: {} as Record<string, unknown> } : answered
    const { [kind]: entries, nextCursor } = result
    return {
      items: Array.isArray(entries) ? entries : [],
      next: typeof nextCursor === 'string' ? nextCursor : undefined,
    }
  }, kind)
  return items.flatMap(item => offerOf(key.server, kind, item) ?? [])
}

/** Undefined for an entry that cannot be named or shown: it must not keep the others out of the list. */
export function offerOf(server: string, kind: OfferKind, item: unknown): Offer | undefined {
  if (!isRecord(item) || isDeeperThan(DEEPEST, item)) return undefined
  const name = item[METHODS[kind].field]
  return typeof name === 'string' ? { server, name, item } : undefined
}

/** What has come until `patience` milliseconds after the last one that came, or until `most` if none has. */
async function inTime<T>(
  work: Promise<T>[],
  { patience, most }: { patience: number; most: number },
): Promise<(T | undefined)[]> {
  const found: (T | undefined)[] = work.map(() => undefined)
  if (work.length === 0) return found
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = work.length
  let timer = setTimeout(resolve, most)
  for (const [at, one] of work.entries())
    void one.then(value => {
      found[at] = value
      left -= 1
      clearTimeout(timer)
      if (left === 0) resolve()
      else timer = setTimeout(resolve, patience)
    })
  await promise
  clearTimeout(timer)
  return found
}
