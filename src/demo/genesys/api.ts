// A simulated Genesys Cloud: /login signs clients in, /api answers as documented.
import { randomUUID } from 'node:crypto'
import type { GenesysClient, GenesysData, QueueData } from '../data.ts'
import { ok, parsed, type SimulatedReply, type SimulatedRequest, type System } from '../reply.ts'
import { historyOf } from './history.ts'
import { liveOf, observationsOf } from './observations.ts'

const PRESENCES = new Map(
  ['Available', 'Away', 'Break', 'Busy', 'Meal', 'Meeting', 'Offline', 'On Queue', 'Training'].map(
    (name, i) => [name, `6a3af858-942f-489d-9700-5f9bcdcdae${String(i).padStart(2, '0')}`],
  ),
)
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export interface SimulatedGenesys {
  answer: System
  /** From now on every token issued so far is rejected. */
  expireTokens(): void
}

/** One simulated organization; tokens last `tokenSeconds`. */
export function simulatedGenesys(
  data: GenesysData,
  client: GenesysClient | undefined,
  tokenSeconds: number,
): SimulatedGenesys {
  const start = Date.now()
  const tokens = new Map<string, number>()
  return {
    answer(seen, now) {
      if (seen.path === '/login/oauth/token') return signIn(tokens, seen, client, tokenSeconds, now)
      if (!seen.path.startsWith('/api/api/v2/'))
        return apiError(404, 'not.found', `no such path: ${seen.path}`)
      const until = tokens.get(seen.authorization.replace(/^Bearer /i, ''))
      if (until === undefined || until <= now)
        return apiError(401, 'bad.credentials', 'Invalid login credentials.')
      return answerApi(data, { ...seen, path: seen.path.slice('/api/api/v2'.length) }, { start, now })
    },
    expireTokens: () => tokens.clear(),
  }
}

function signIn(
  tokens: Map<string, number>,
  seen: SimulatedRequest,
  client: GenesysClient | undefined,
  tokenSeconds: number,
  now: number,
): SimulatedReply {
  if (seen.method !== 'POST') return apiError(405, 'method.not.allowed', 'use POST')
  const expected = client && Buffer.from(`${client.id}:${client.secret}`).toString('base64')
  if (!expected || seen.authorization !== `Basic ${expected}`)
    return { status: 401, json: { error: 'invalid_client', description: 'client not found or wrong secret' } }
  if (new URLSearchParams(seen.body).get('grant_type') !== 'client_credentials')
    return { status: 400, json: { error: 'unsupported_grant_type' } }
  const token = `demo-${randomUUID()}`
  tokens.set(token, now + tokenSeconds * 1000)
  return ok({ access_token: token, token_type: 'bearer', expires_in: tokenSeconds })
}

/** An error of the platform API. */
function apiError(status: number, code: string, message: string): SimulatedReply {
  return {
    status,
    json: { message, code, status, messageParams: {}, contextId: randomUUID(), details: [], errors: [] },
  }
}

/** When the demo began, and now, in milliseconds since 1970. */
interface Times {
  start: number
  now: number
}

const QUERIES: Record<string, (data: GenesysData, seen: SimulatedRequest, times: Times) => SimulatedReply> = {
  '/analytics/queues/observations/query': observations,
  '/analytics/conversations/aggregates/query': aggregates,
}

function answerApi(data: GenesysData, seen: SimulatedRequest, times: Times): SimulatedReply {
  const query = QUERIES[seen.path]
  if (query)
    return seen.method === 'POST' ? query(data, seen, times) : apiError(405, 'method.not.allowed', 'use POST')
  if (seen.method !== 'GET') return apiError(405, 'method.not.allowed', 'use GET')
  if (seen.path === '/organizations/me') return ok(data.organization)
  if (seen.path === '/presence/definitions') return wholeList(presenceDefinitions())
  if (seen.path === '/routing/queues')
    return listing(queuesByName(data).filter(hasName(seen)).map(queueShape), seen)
  const [, id = '', rest = ''] = /^\/routing\/queues\/([^/]+)(\/[^/]+)?$/.exec(seen.path) ?? []
  if (id === '') return apiError(404, 'not.found', `no such path: ${seen.path}`)
  if (!UUID.test(id)) return apiError(400, 'bad.request', `the value ${id} is not a valid queue id`)
  const queue = data.queues.find(each => each.id === id)
  if (!queue) return apiError(404, 'not.found', 'The requested queue was not found.')
  if (rest === '') return ok(queueShape(queue))
  if (rest === '/members') return listing(queue.members.map(memberShape), seen)
  if (rest === '/estimatedwaittime') return ok(estimatedWait(queue, times.now))
  return apiError(404, 'not.found', `no such path: ${seen.path}`)
}

// This list has no pages: parameters of paging are ignored.
function wholeList(entities: readonly unknown[]): SimulatedReply {
  return ok({ total: entities.length, entities })
}

function listing(all: readonly unknown[], seen: SimulatedRequest): SimulatedReply {
  const pageSize = Math.min(Number(seen.query.get('pageSize') ?? 25), 100)
  const pageNumber = Number(seen.query.get('pageNumber') ?? 1)
  const entities = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
  return ok({
    entities,
    pageSize,
    pageNumber,
    total: all.length,
    pageCount: Math.ceil(all.length / pageSize),
  })
}

// In the real API too, queues come by name unless asked otherwise.
function queuesByName({ queues }: GenesysData): QueueData[] {
  return [...queues].sort((a, b) => a.name.localeCompare(b.name))
}

/** Matches the whole name, or with an asterisk at either end a part of it; ignores case. */
function hasName(seen: SimulatedRequest): (queue: QueueData) => boolean {
  const name = seen.query.get('name')
  if (name === null) return () => true
  const inner = RegExp.escape(name.replace(/^\*|\*$/g, ''))
  const pattern = new RegExp(
    `^${name.startsWith('*') ? '.*' : ''}${inner}${name.endsWith('*') ? '.*' : ''}$`,
    'i',
  )
  return queue => pattern.test(queue.name)
}

function queueShape({ id, name, description, members, media }: QueueData) {
  return {
    id,
    name,
    description,
    memberCount: members.length,
    mediaSettings: Object.fromEntries(media.map(m => [m, {}])),
  }
}

function memberShape({ id, name, routing, presence }: QueueData['members'][number]) {
  const presenceDefinition = { id: PRESENCES.get(presence), systemPresence: presence }
  return {
    id,
    name,
    joined: true,
    user: { id, name },
    routingStatus: { status: routing },
    presence: { presenceDefinition },
  }
}

function presenceDefinitions() {
  return [...PRESENCES].map(([name, id]) => ({
    id,
    systemPresence: name,
    languageLabels: { en_US: name },
    deactivated: false,
  }))
}

function estimatedWait(queue: QueueData, now: number) {
  const { estimatedWaitSeconds } = liveOf(queue, now)
  return {
    results: [
      { intent: 'ALL', formula: 'BEST', estimatedWaitTimeSeconds: Math.max(0, estimatedWaitSeconds) },
    ],
  }
}

interface Predicate {
  dimension?: string
  value?: string
}
interface Filter {
  predicates?: Predicate[]
  clauses?: { predicates?: Predicate[] }[]
}

function observations(data: GenesysData, seen: SimulatedRequest, { now }: Times): SimulatedReply {
  const { filter, metrics = [] } = (parsed(seen) ?? {}) as { filter?: Filter; metrics?: string[] }
  const queues = queuesIn(data, filter)
  if (!Array.isArray(queues)) return queues
  return ok({ results: queues.flatMap(queue => observationsOf(queue, metrics, PRESENCES, now)) })
}

function aggregates(data: GenesysData, seen: SimulatedRequest, times: Times): SimulatedReply {
  const { interval, granularity, filter, metrics } = (parsed(seen) ?? {}) as {
    interval?: string
    granularity?: string
    filter?: Filter
    metrics?: string[]
  }
  const [from = Number.NaN, to = Number.NaN] = (interval ?? '').split('/').map(Date.parse)
  if (!(from < to))
    return apiError(400, 'bad.request', 'interval: two moments, such as 2026-01-01T00:00Z/2026-01-02T00:00Z')
  if (!metrics?.length) return apiError(400, 'bad.request', 'metrics: name at least one')
  const [, minutes] = /^PT(\d+)M$/.exec(granularity ?? '') ?? []
  const step = granularity === undefined ? to - from : Number(minutes) * 60_000
  if (!(step >= 60_000)) return apiError(400, 'bad.request', 'granularity: such as PT15M')
  const queues = queuesIn(data, filter)
  if (!Array.isArray(queues)) return queues
  return ok({ results: queues.map(queue => historyOf(queue, metrics, { from, to, step }, times)) })
}

/** The queues that a filter names, or what is wrong with it. */
function queuesIn(data: GenesysData, filter: Filter | undefined): QueueData[] | SimulatedReply {
  const all = [
    ...(filter?.predicates ?? []),
    ...(filter?.clauses ?? []).flatMap(clause => clause.predicates ?? []),
  ]
  const ids = all.filter(({ dimension }) => dimension === 'queueId').map(({ value }) => value ?? '')
  if (ids.length === 0) return apiError(400, 'bad.request', 'a filter on queueId is required')
  const name = ids.find(id => !UUID.test(id))
  if (name !== undefined) return apiError(400, 'bad.request', `the value ${name} is not a valid queueId`)
  return data.queues.filter(queue => ids.includes(queue.id))
}
