// What a queue did before: a usual day, and the trouble that the demo's alerts are about. The same moment always has the same
// figures.
import { durationOf, type QueueData } from '../data.ts'

interface Metric {
  metric: string
  stats: { count: number; sum?: number }
}

const QUARTER_MS = 900_000
const DAY_MS = 86_400_000

/** One queue's part of the response to POST …/conversations/aggregates/query, in parts of `step` milliseconds. */
export function historyOf(
  queue: QueueData,
  metrics: readonly string[],
  { from, to, step }: { from: number; to: number; step: number },
  { start, now }: { start: number; now: number },
) {
  const data = []
  for (let at = from; at < to; at += step) {
    const found = partOf(queue, at, Math.min(at + step, now), start).filter(one =>
      metrics.includes(one.metric),
    )
    // As in the real API, parts in which nothing happened are left out.
    if (found.length > 0)
      data.push({ interval: `${iso(at)}/${iso(Math.min(at + step, to))}`, metrics: found })
  }
  return { group: { queueId: queue.id, mediaType: queue.media[0] }, data }
}

function partOf(queue: QueueData, from: number, to: number, start: number): Metric[] {
  const sum = { offered: 0, abandoned: 0, waited: 0 }
  const first = Math.floor(from / QUARTER_MS) * QUARTER_MS
  for (let at = first; at < to; at += QUARTER_MS) {
    const share = (Math.min(at + QUARTER_MS, to) - Math.max(at, from)) / QUARTER_MS
    const quarter = quarterOf(queue, at, start)
    sum.offered += quarter.offered * share
    sum.abandoned += quarter.abandoned * share
    sum.waited += quarter.offered * share * quarter.waitSeconds * 1_000
  }
  const offered = Math.round(sum.offered)
  const abandoned = Math.min(offered, Math.round(sum.abandoned))
  const answered = offered - abandoned
  const mean = sum.offered === 0 ? 0 : sum.waited / sum.offered
  const all: Metric[] = [
    { metric: 'nOffered', stats: { count: offered } },
    { metric: 'tAnswered', stats: { count: answered, sum: Math.round(mean * answered) } },
    { metric: 'tAbandon', stats: { count: abandoned, sum: Math.round(mean * abandoned) } },
    { metric: 'tWait', stats: { count: offered, sum: Math.round(mean * offered) } },
  ]
  return all.filter(({ stats }) => stats.count > 0)
}

/** A quarter of an hour: busy at noon, quiet at night, and in trouble from its beginning on. */
function quarterOf({ id, history }: QueueData, at: number, start: number) {
  const { trouble } = history
  const noon = 0.65 - 0.35 * Math.cos((2 * Math.PI * (at % DAY_MS)) / DAY_MS)
  const offered = history.offered * noon * wobble(id, at)
  const since = trouble && start - durationOf(trouble.startedAgo)
  if (trouble && since !== undefined && at + QUARTER_MS > since) {
    const grown = Math.min(1, (at + QUARTER_MS - since) / (3 * QUARTER_MS))
    return {
      offered: offered * (1 + 0.6 * grown),
      abandoned: trouble.abandoned * grown * wobble(id, at + 1),
      waitSeconds: history.waitSeconds + (trouble.waitSeconds - history.waitSeconds) * grown,
    }
  }
  const waitSeconds = history.waitSeconds * wobble(id, at + 2)
  return { offered, abandoned: history.abandoned * noon * wobble(id, at + 3), waitSeconds }
}

/** Between 0.75 and 1.25, without any regularity that a person would see. */
function wobble(id: string, at: number): number {
  const seed = [...id].reduce(
    (sum, letter) => sum * 31 + letter.charCodeAt(0),
    Math.floor(at / QUARTER_MS) + (at % 7),
  )
  const wave = Math.sin(seed % 100_003) * 43_758.5453
  return 0.75 + 0.5 * (wave - Math.floor(wave))
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
