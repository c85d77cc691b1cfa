// Lists of a large organization, and how many requests each answer costs.
import { describe, expect, it } from 'vitest'
import { MOST_RESULT_BYTES } from '../../src/toolset/calls/cut.ts'
import { type Asked, jsonSystem } from '../helpers/json-system.ts'
import { ownClient } from '../helpers/own-client.ts'

const id = (group: string, i: number) => `${group}0000000-0000-4000-8000-${String(i).padStart(12, '0')}`
const QUEUES = '/api/v2/routing/queues'
const OBSERVATIONS = '/api/v2/analytics/queues/observations/query'
const PRESENCES = '/api/v2/presence/definitions'

interface Size {
  queues?: number
  members?: number
  presences?: number
  /** Leaves `total` and `pageCount` out of the pages. */
  bare?: boolean
}

/** Genesys Cloud as its SDK describes it: queues and members in pages of at most 100, presence definitions whole. */
function organization({ queues = 250, members = 0, presences = 120, bare = false }: Size) {
  const made = (count: number, of: (i: number) => object) => Array.from({ length: count }, (_, i) => of(i))
  const allQueues = made(queues, i => ({ id: id('c', i), name: `Queue ${String(i).padStart(4, '0')}` }))
  const allMembers = made(members, i => ({
    id: id('d', i),
    name: `Agent ${i}`,
    routingStatus: { status: i % 2 ? 'IDLE' : 'OFF_QUEUE' },
  }))
  const allPresences = made(presences, i => ({ id: id('b', i), systemPresence: `Meal ${i}` }))
  return ({ path, query, body }: Asked) => {
    if (path === '/oauth/token') return { access_token: 'token-of-the-test', expires_in: 86_399 }
    if (path === PRESENCES) return { total: presences, entities: allPresences }
    if (path === QUEUES) return pageOf(allQueues, query, bare)
    if (path === `${QUEUES}/${id('c', 1)}`) return allQueues[1]
    if (path === `${QUEUES}/${id('c', 1)}/members`) return pageOf(allMembers, query, bare)
    if (path !== OBSERVATIONS) return undefined
    const { predicates } = (JSON.parse(body) as { filter: { predicates: { value: string }[] } }).filter
    return {
      results: predicates.map(({ value }) => ({
        group: { queueId: value, mediaType: 'voice' },
        data: [{ metric: 'oWaiting', stats: { count: Number(value.slice(-3)) === 249 ? 9 : 1 } }],
      })),
    }
  }
}

function pageOf(all: readonly object[], query: URLSearchParams, bare: boolean) {
  const size = Number(query.get('pageSize') ?? 25)
  const number = Number(query.get('pageNumber') ?? 1)
  if (size > 100) return { reply: { status: 400, body: '{"message":"pageSize is at most 100"}' } }
  const entities = all.slice((number - 1) * size, number * size)
  return bare
    ? { entities }
    : {
        entities,
        pageSize: size,
        pageNumber: number,
        total: all.length,
        pageCount: Math.ceil(all.length / size),
      }
}

async function genesys(size: Size) {
  const system = await jsonSystem(organization(size))
  const { client } = await ownClient('genesys', {
    GENESYS_REGION: 'eu-central-1',
    GENESYS_CLIENT_ID: 'a-client',
    GENESYS_CLIENT_SECRET: 'a-client-secret',
    GENESYS_LOGIN_URL: system.url,
    GENESYS_API_URL: system.url,
  })
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const before = system.asked.length
    const { text, json } = await client.call(name, args)
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_RESULT_BYTES)
    return { json, requests: system.asked.slice(before).filter(({ path }) => path !== '/oauth/token') }
  }
  return { call }
}

describe('presence definitions', () => {
  it('come whole: one request, without parameters of paging', async () => {
    const { call } = await genesys({ presences: 120 })
    const { json, requests } = await call('list_presence_definitions', { limit: 1 })
    expect(json.summary).toBe('120 presence definitions. Showing 1-1 of 120 presences.')
    expect(requests.map(({ path, query }) => [path, [...query.keys()]])).toEqual([[PRESENCES, []]])
  })
})

describe('queues', () => {
  it('are read page by page, only the pages that are shown', async () => {
    const { call } = await genesys({ queues: 250 })
    const first = await call('list_queues')
    expect(first.json.summary).toBe('250 queues. Showing 1-50 of 250 queues.')
    expect(first.requests).toHaveLength(1)
    const across = await call('list_queues', { offset: 190, limit: 20 })
    expect(across.requests.map(({ query }) => query.get('pageNumber'))).toEqual(['2', '3'])
    expect(across.json.queues.map((one: { name: string }) => one.name)).toEqual(
      Array.from({ length: 20 }, (_, i) => `Queue 0${190 + i}`),
    )
    const last = await call('list_queues', { offset: 240, limit: 200 })
    expect(last.json.paging).toEqual({ total: 250, offset: 240, returned: 10, next_offset: null })
    expect(last.requests).toHaveLength(1)
    expect((await call('list_queues', { offset: 900 })).json.summary).toBe(
      '250 queues. Offset 900 is past the end of the list.',
    )
  })

  it.each([0, 99, 100, 101])('are counted right when there are %i of them', async queues => {
    const { call } = await genesys({ queues })
    const { json, requests } = await call('list_queues', { limit: 200 })
    expect([json.counts.total, json.queues.length, json.paging.next_offset]).toEqual([queues, queues, null])
    expect(requests).toHaveLength(queues > 100 ? 2 : 1)
  })

  it('are read to the end where the pages have no total', async () => {
    const { call } = await genesys({ queues: 100, bare: true })
    const { json, requests } = await call('list_queues', { limit: 200 })
    expect([json.counts.total, requests.length]).toEqual([100, 2])
  })
})

describe('the live state of queues', () => {
  it('covers all 250, of which the busiest 50 are shown, in 9 requests', async () => {
    const { call } = await genesys({ queues: 250 })
    const { json, requests } = await call('get_queue_observations')
    expect(json.summary).toMatch(
      /^250 queues: 258 waiting and 0 interacting\. Showing 1-50 of 250 queues\. Waiting: Queue 0249 9 /,
    )
    expect(json.queues).toHaveLength(50)
    expect(json.counts).toEqual({ queues: 250, waiting: 258, interacting: 0 })
    const count = (path: string) => requests.filter(one => one.path === path).length
    expect([count(QUEUES), count(OBSERVATIONS), count(PRESENCES), requests.length]).toEqual([3, 5, 1, 9])
    const second = await call('get_queue_observations', { offset: 50, limit: 200 })
    expect(second.json.paging.offset).toBe(50)
    expect(second.json.paging.total).toBe(250)
  })

  it('says where it stopped in an organization of 1,200 queues', async () => {
    const { call } = await genesys({ queues: 1_200 })
    const { json, requests } = await call('get_queue_observations', { limit: 5 })
    expect(json.summary).toMatch(/^The first 500 of 1200 queues: 508 waiting .* Showing 1-5 of 500 queues\./)
    expect(requests).toHaveLength(5 + 10 + 1)
  })

  it('of one named queue costs three requests, and none is asked for without queues', async () => {
    const { call } = await genesys({ queues: 250 })
    const one = await call('get_queue_observations', { queues: [id('c', 1), id('c', 1)] })
    expect([one.json.counts.queues, one.requests.length]).toEqual([1, 3])
    const none = await genesys({ queues: 0 })
    const { json, requests } = await none.call('get_queue_observations')
    expect(json.summary).toBe('There are no queues.')
    expect(requests.some(({ path }) => path === OBSERVATIONS)).toBe(false)
  })
})

describe('members of a queue', () => {
  it('are read to the end, with one parameter for each field to expand', async () => {
    const { call } = await genesys({ members: 230 })
    const { json, requests } = await call('list_queue_members', { queue: id('c', 1), limit: 10 })
    expect(json.summary).toBe(
      'Queue Queue 0001 has 230 members: 115 idle, 115 off queue. Showing 1-10 of 230 members.',
    )
    const pages = requests.filter(({ path }) => path.endsWith('/members'))
    expect(pages.map(({ query }) => query.getAll('expand'))).toEqual(
      Array(3).fill(['routingStatus', 'presence']),
    )
  })

  it('are read up to 5,000, and the summary says so', async () => {
    const { call } = await genesys({ members: 5_300 })
    const { json, requests } = await call('list_queue_members', { queue: id('c', 1), limit: 200 })
    expect(json.summary).toContain('has 5300 members: 2500 ')
    expect(json.summary).toContain('Only the first 5000 of 5300 were read.')
    expect(json.counts.total).toBe(5_300)
    expect(requests).toHaveLength(51)
  })
})
