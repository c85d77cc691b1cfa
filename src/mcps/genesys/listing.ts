// Reads the API's paged lists, and finds a queue by its name.
import { SupportError } from '../../base/errors.ts'
import type { Slice } from '../answer/page.ts'
import type { GenesysApi, ListQuery } from './api.ts'

export interface Named {
  id: string
  name: string
}

/** The largest page that all of these endpoints accept (SDK: "Max value is 100" for queue members). */
const PAGE_SIZE = 100
const MOST_PAGES = 50

/** The first 5,000 entities of a paged list; `total` counts all of them. */
export function allOf<T>(
  api: GenesysApi,
  path: string,
  query: ListQuery,
  signal: AbortSignal,
): Promise<Slice<T>> {
  return someOf<T>(api, path, query, { offset: 0, limit: PAGE_SIZE * MOST_PAGES, signal })
}

/** The wanted part of a paged list, in the API's order; requests only the pages that hold it. */
export async function someOf<T>(
  api: GenesysApi,
  path: string,
  query: ListQuery,
  { offset, limit, signal }: { offset: number; limit: number; signal: AbortSignal },
): Promise<Slice<T>> {
  const first = Math.floor(offset / PAGE_SIZE)
  const found: T[] = []
  let total: number | undefined
  for (let index = first; index * PAGE_SIZE < offset + limit; index++) {
    const asked = { ...query, pageSize: String(PAGE_SIZE), pageNumber: String(index + 1) }
    const reply = ((await api.get(path, asked, signal)) ?? {}) as { entities?: T[]; total?: number }
    const entities = reply.entities ?? []
    total = reply.total ?? total
    found.push(...entities)
    const end = index * PAGE_SIZE + entities.length
    // Without a total, only a short page shows that it is the last one.
    if (entities.length === 0 || (total === undefined ? entities.length < PAGE_SIZE : end >= total)) break
  }
  const skipped = offset - first * PAGE_SIZE
  const items = found.slice(skipped, skipped + limit)
  return { items, offset, total: total ?? first * PAGE_SIZE + found.length }
}

/** ` Only the first 5000 of 7312 were read.`, or an empty text when the whole list was read. */
export function unreadText({ items, total }: Slice<unknown>): string {
  return items.length < total ? ` Only the first ${items.length} of ${total} were read.` : ''
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The queue with this id or exact name (in any case); the API accepts only ids. Throws unless exactly one matches. */
export async function queueOf<T extends Named>(
  api: GenesysApi,
  word: string,
  signal: AbortSignal,
): Promise<T> {
  if (UUID.test(word)) return (await api.get(`/routing/queues/${word}`, {}, signal)) as T
  const bare = word.replaceAll('*', '')
  const { items: found } = await allOf<T>(api, '/routing/queues', { name: `*${bare}*` }, signal)
  const same = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0
  const exact = found.filter(queue => same(queue.name, word))
  if (exact.length === 1 && exact[0]) return exact[0]
  if (exact.length > 1)
    throw ambiguousQueue(
      word,
      `${exact.length} queues have this name`,
      exact.map(queue => queue.id),
    )
  if (found.length > 0)
    throw ambiguousQueue(
      word,
      'no queue has exactly this name',
      found.map(queue => queue.name),
    )
  throw new SupportError(
    'failed',
    `no queue with the name or id "${word}"; call list_queues to see all queues`,
  )
}

const MOST_CANDIDATES = 10

function ambiguousQueue(word: string, what: string, candidates: string[]): SupportError {
  const more = candidates.length - MOST_CANDIDATES
  const rest = more > 0 ? `, and ${more} more` : ''
  const named = candidates.slice(0, MOST_CANDIDATES).join(', ')
  return new SupportError('failed', `queue "${word}": ${what}; candidates: ${named}${rest}`)
}

/** The queues with these names or ids, each once; without words the first `most` by name, of `total`. */
export async function queuesOf(
  api: GenesysApi,
  words: string[] | undefined,
  most: number,
  signal: AbortSignal,
): Promise<{ items: readonly Named[]; total: number }> {
  if (words) {
    const named = await Promise.all([...new Set(words)].map(word => queueOf<Named>(api, word, signal)))
    const items = [...new Map(named.map(queue => [queue.id, queue])).values()]
    return { items, total: items.length }
  }
  const sorted = { sortBy: 'name', sortOrder: 'asc' }
  return someOf<Named>(api, '/routing/queues', sorted, { offset: 0, limit: most, signal })
}
