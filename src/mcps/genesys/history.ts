import { z } from 'zod'
import type { ToolAnswer } from '../answer/page.ts'
import { plural, span } from '../answer/words.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { GenesysApi } from './api.ts'
import { type Named, queuesOf } from './listing.ts'
import { QUEUE } from './queues.ts'

const MOST_QUEUES = 10
const MOST_HOURS = 7 * 24
const HOUR_MS = 3_600_000
const METRICS = ['nOffered', 'tAnswered', 'tAbandon', 'tWait']

/** get_queue_history: a POST that only reads. */
export function historyTools(api: GenesysApi): Tool[] {
  return [
    tool({
      name: 'get_queue_history',
      title: 'Get the history of queues',
      description:
        'Gets what queues did over the last hours: interactions offered, answered and abandoned, and the average wait, ' +
        `as series over time and in total. Default: the first ${MOST_QUEUES} queues by name.`,
      input: z.strictObject({
        queues: z.array(QUEUE).min(1).max(MOST_QUEUES).optional(),
        hours: z.int().min(1).max(MOST_HOURS).default(6).describe('How far back, in hours.'),
      }),
      hints: READS,
      async run({ queues: words, hours }, signal) {
        const { items: queues, total } = await queuesOf(api, words, MOST_QUEUES, signal)
        const period = periodOf(hours, Date.now())
        const results = queues.length === 0 ? [] : await asked(api, queues, period, signal)
        const histories = queues.map(queue => historyOf(queue, results, period))
        histories.sort((a, b) => b.abandoned - a.abandoned || a.name.localeCompare(b.name))
        return answerOf(histories, total, period)
      },
    }),
  ]
}

interface Period {
  from: number
  to: number
  /** Length of one part, in milliseconds. */
  step: number
}

/** Whole parts that are over: one that has just begun looks like a collapse. */
function periodOf(hours: number, now: number): Period {
  const step = hours <= 12 ? HOUR_MS / 4 : hours <= 48 ? HOUR_MS : 4 * HOUR_MS
  const to = Math.floor(now / step) * step
  return { from: to - Math.ceil((hours * HOUR_MS) / step) * step, to, step }
}

interface Result {
  group: { queueId?: string }
  data?: { interval: string; metrics?: { metric: string; stats?: { count?: number; sum?: number } }[] }[]
}

/** Source: developer.genesys.cloud, conversation aggregate queries. Parts in which nothing happened are left out. */
async function asked(
  api: GenesysApi,
  queues: readonly Named[],
  { from, to, step }: Period,
  signal: AbortSignal,
): Promise<Result[]> {
  const predicates = queues.map(({ id }) => ({
    ...{ type: 'dimension', dimension: 'queueId', operator: 'matches' },
    value: id,
  }))
  const body = {
    interval: `${iso(from)}/${iso(to)}`,
    granularity: `PT${step / 60_000}M`,
    groupBy: ['queueId'],
    filter: { type: 'or', predicates },
    metrics: METRICS,
  }
  const { results = [] } = ((await api.post('/analytics/conversations/aggregates/query', body, signal)) ??
    {}) as { results?: Result[] }
  return results
}

interface Part {
  offered: number
  answered: number
  abandoned: number
  /** Of all interactions that waited, in milliseconds. */
  waited: number
  waits: number
}

interface History extends Named, Part {
  parts: Part[]
}

/** Adds up a queue's groups: one per media type. */
function historyOf(queue: Named, results: readonly Result[], { from, to, step }: Period): History {
  const parts = Array.from({ length: (to - from) / step }, nothing)
  const all = nothing()
  for (const { interval, metrics = [] } of results.flatMap(one =>
    one.group.queueId === queue.id ? (one.data ?? []) : [],
  )) {
    const part = parts[Math.floor((Date.parse(interval.split('/')[0] ?? '') - from) / step)] ?? nothing()
    for (const into of [part, all]) for (const one of metrics) add(into, one.metric, one.stats)
  }
  return { id: queue.id, name: queue.name, ...all, parts }
}

function nothing(): Part {
  return { offered: 0, answered: 0, abandoned: 0, waited: 0, waits: 0 }
}

function add(
  part: Part,
  metric: string,
  { count = 0, sum = 0 }: { count?: number; sum?: number } = {},
): void {
  if (metric === 'nOffered') part.offered += count
  if (metric === 'tAnswered') part.answered += count
  if (metric === 'tAbandon') part.abandoned += count
  if (metric !== 'tWait') return
  part.waited += sum
  part.waits += count
}

function answerOf(histories: readonly History[], total: number, period: Period): ToolAnswer {
  const { from, to, step } = period
  const timestamps = Array.from({ length: (to - from) / step }, (_, i) => iso(from + i * step))
  return {
    summary: summaryOf(histories, total, period),
    from: iso(from),
    to: iso(to),
    minutes: step / 60_000,
    queues: histories.map(one => ({
      ...{ id: one.id, name: one.name, offered: one.offered, answered: one.answered },
      ...{ abandoned: one.abandoned, abandoned_percent: percentOf(one), average_wait_seconds: waitOf(one) },
    })),
    series: histories.flatMap(({ name, parts }) => [
      { label: `${name}: offered`, timestamps, values: parts.map(part => part.offered) },
      { label: `${name}: abandoned`, timestamps, values: parts.map(part => part.abandoned) },
      { label: `${name}: average wait (s)`, timestamps, values: parts.map(waitOf) },
    ]),
  }
}

function summaryOf(histories: readonly History[], total: number, { from, to }: Period): string {
  const hours = plural(Math.round((to - from) / HOUR_MS), 'hour')
  if (histories.length === 0) return 'There are no queues.'
  const [first] = histories
  if (histories.length === 1 && first) return `Queue ${first.name} in ${hours}: ${countsOf(first)}.`
  const sum = (key: 'offered' | 'answered' | 'abandoned') => histories.reduce((all, one) => all + one[key], 0)
  const counts = { offered: sum('offered'), answered: sum('answered'), abandoned: sum('abandoned') }
  const read = histories.length < total ? `The first ${histories.length} of ${total} queues` : undefined
  const worst = histories.filter(one => one.abandoned > 0).slice(0, 3)
  const words = worst.map(one => `${one.name} ${one.abandoned} of ${one.offered}`)
  const most = words.length > 0 ? ` Abandoned most: ${words.join(', ')}.` : ''
  return `${read ?? plural(total, 'queue')} in ${hours}: ${totalsOf(counts)}.${most}`
}

function countsOf(one: History): string {
  const percent = percentOf(one)
  const share = percent === null ? '' : ` (${percent} %)`
  const wait = waitOf(one)
  return `${totalsOf(one)}${share}, average wait ${wait === null ? 'unknown' : span(wait)}`
}

function totalsOf({ offered, answered, abandoned }: Pick<Part, 'offered' | 'answered' | 'abandoned'>) {
  return `${offered} offered, ${answered} answered, ${abandoned} abandoned`
}

/** Of those offered, to one decimal; null if there were none. */
function percentOf({ offered, abandoned }: Part): number | null {
  return offered === 0 ? null : Math.round((abandoned / offered) * 1_000) / 10
}

function waitOf({ waited, waits }: Part): number | null {
  return waits === 0 ? null : Math.round(waited / waits / 1_000)
}

/** Without milliseconds, which are always zero here. */
function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}
