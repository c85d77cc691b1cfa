import { z } from 'zod'
import { listAnswer, PAGE, sliceOf } from '../answer/page.ts'
import { plural, span } from '../answer/words.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { GenesysApi } from './api.ts'
import { type Named, queuesOf } from './listing.ts'
import { presencesOf } from './organization.ts'
import { QUEUE } from './queues.ts'

const METRICS = [
  'oWaiting',
  'oInteracting',
  'oOnQueueUsers',
  'oOffQueueUsers',
  'oActiveUsers',
  'oUserPresences',
  'oLongestWaiting',
]
/** Queues that one request asks about, that a call can name, and that a call looks at when it names none. */
const PER_REQUEST = 50
const MOST_NAMED = 50
const MOST_LOOKED_AT = 500

/** get_queue_observations: a POST that only reads. */
export function observationTools(api: GenesysApi): Tool[] {
  return [
    tool({
      name: 'get_queue_observations',
      title: 'Get live queue state',
      description:
        'Gets the live state of queues: interactions waiting and being handled, the longest wait in seconds, ' +
        'agents on and off queue. Default: all queues. The busiest come first.',
      input: z.strictObject({
        queues: z.array(QUEUE).min(1).max(MOST_NAMED).optional().describe('Default: all queues.'),
        ...PAGE,
      }),
      hints: READS,
      async run({ queues: words, ...page }, signal) {
        const { items: queues, total } = await queuesOf(api, words, MOST_LOOKED_AT, signal)
        const [results, presences] = await Promise.all([
          observe(api, queues, signal),
          presencesOf(api, signal).catch(() => new Map<string, string>()), // needs another permission; ids are good enough
        ])
        const now = Date.now()
        const states = queues.map(queue => stateOf(queue, results, presences, now))
        states.sort((a, b) => b.waiting - a.waiting || a.name.localeCompare(b.name))
        const sum = (key: 'waiting' | 'interacting') => states.reduce((all, state) => all + state[key], 0)
        const counts = { queues: states.length, waiting: sum('waiting'), interacting: sum('interacting') }
        return listAnswer({
          slice: sliceOf(states, page),
          key: 'queues',
          describe: state => state,
          summary: () => headline(states, total, counts),
          more: busiest(states),
          facts: { counts },
        })
      },
    }),
  ]
}

interface Result {
  group: { queueId?: string; mediaType?: string }
  data?: {
    metric: string
    qualifier?: string
    stats?: { count?: number; calculatedMetricValue?: number }
  }[]
}

async function observe(api: GenesysApi, queues: readonly Named[], signal: AbortSignal): Promise<Result[]> {
  const parts = Array.from({ length: Math.ceil(queues.length / PER_REQUEST) }, (_, part) =>
    queues.slice(part * PER_REQUEST, (part + 1) * PER_REQUEST),
  )
  return (await Promise.all(parts.map(part => observeSome(api, part, signal)))).flat()
}

async function observeSome(
  api: GenesysApi,
  queues: readonly Named[],
  signal: AbortSignal,
): Promise<Result[]> {
  const predicates = queues.map(({ id }) => ({
    type: 'dimension',
    dimension: 'queueId',
    operator: 'matches',
    value: id,
  }))
  const body = { filter: { type: 'or', predicates }, metrics: METRICS }
  const { results = [] } = ((await api.post('/analytics/queues/observations/query', body, signal)) ?? {}) as {
    results?: Result[]
  }
  return results
}

interface QueueState extends Named {
  waiting: number
  interacting: number
  longest_wait_seconds: number
  on_queue: number
  off_queue: number
  active_agents: number
  on_queue_by_status: Record<string, number>
  presences: Record<string, number>
}

/** Adds up a queue's groups: one per media type, and one for its agents. */
function stateOf(
  queue: Named,
  results: readonly Result[],
  presences: Map<string, string>,
  now: number,
): QueueState {
  const data = results.filter(({ group }) => group.queueId === queue.id).flatMap(result => result.data ?? [])
  const entriesOf = (metric: string) => data.filter(entry => entry.metric === metric)
  const total = (metric: string) => entriesOf(metric).reduce((sum, { stats }) => sum + (stats?.count ?? 0), 0)
  const by = (metric: string, word: (qualifier: string) => string) =>
    Object.fromEntries(
      entriesOf(metric).flatMap(({ qualifier, stats }) =>
        qualifier ? [[word(qualifier), stats?.count ?? 0]] : [],
      ),
    )
  const waits = entriesOf('oLongestWaiting').map(({ stats }) =>
    secondsWaiting(stats?.calculatedMetricValue, now),
  )
  return {
    ...{ id: queue.id, name: queue.name },
    waiting: total('oWaiting'),
    interacting: total('oInteracting'),
    longest_wait_seconds: Math.max(0, ...waits),
    on_queue: total('oOnQueueUsers'),
    off_queue: total('oOffQueueUsers'),
    active_agents: total('oActiveUsers'),
    on_queue_by_status: by('oOnQueueUsers', qualifier => qualifier.toLowerCase()),
    presences: by('oUserPresences', qualifier => presences.get(qualifier) ?? qualifier),
  }
}

const EARLIEST_MOMENT = 1e12

/** The API returns when the oldest interaction began to wait (ms since 1970), not a duration; accepts both. */
function secondsWaiting(value: number | undefined, now: number): number {
  if (value === undefined || value <= 0) return 0
  return Math.max(0, Math.round((value > EARLIEST_MOMENT ? now - value : value) / 1000))
}

/** `total` counts the queues of the organization, or those that were named. */
function headline(
  states: readonly QueueState[],
  total: number,
  counts: { waiting: number; interacting: number },
): string {
  if (states.length === 0) return 'There are no queues.'
  const waiting = `${counts.waiting} waiting and ${counts.interacting} interacting`
  if (states.length === 1 && states[0]) {
    const { name, longest_wait_seconds: wait, on_queue: agents } = states[0]
    return `Queue ${name}: ${waiting}, longest wait ${span(wait)}, ${plural(agents, 'agent')} on queue.`
  }
  const read = states.length < total ? `The first ${states.length} of ${total} queues` : undefined
  return `${read ?? plural(total, 'queue')}: ${waiting}.`
}

/** ` Waiting: Sales 3 (longest 2m).`, or an empty text for a single queue and when nothing waits. */
function busiest(states: readonly QueueState[]): string {
  const busy = states.length > 1 ? states.filter(state => state.waiting > 0).slice(0, 5) : []
  const words = busy.map(one => `${one.name} ${one.waiting} (longest ${span(one.longest_wait_seconds)})`)
  return words.length > 0 ? ` Waiting: ${words.join(', ')}.` : ''
}
