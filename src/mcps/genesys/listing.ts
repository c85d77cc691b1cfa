import { SupportError } from '../../base/errors.ts'
import type { GenesysApi } from './api.ts'

export interface Named {
  id: string
  name: string
}

const PAGE_SIZE = 100
const MOST_PAGES = 50

/** All entities of a paged list, at most 5,000. */
export async function allOf<T>(
  api: GenesysApi,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
): Promise<T[]> {
  const all: T[] = []
  for (let number = 1; number <= MOST_PAGES; number++) {
    const asked = { ...query, pageSize: String(PAGE_SIZE), pageNumber: String(number) }
    const { entities = [], pageCount } = ((await api.get(path, asked, signal)) ?? {}) as {
      entities?: T[]
      pageCount?: number
    }
    all.push(...entities)
    if (entities.length < PAGE_SIZE || (pageCount !== undefined && number >= pageCount)) break
  }
  return all
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
  const found = await allOf<T>(api, '/routing/queues', { name: `*${bare}*` }, signal)
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

function ambiguousQueue(word: string, what: string, candidates: string[]): SupportError {
  return new SupportError(
    'failed',
    `queue "${word}": ${what}; candidates: ${candidates.slice(0, 10).join(', ')}`,
  )
}
