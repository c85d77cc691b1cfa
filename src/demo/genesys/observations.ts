// Live figures of a queue that drift over time, deterministically: the same time always gives the same figures.
import type { QueueData } from '../data.ts'

export interface Live {
  waiting: number
  interacting: number
  longestWaitSeconds: number
  estimatedWaitSeconds: number
}

/** Figures of `queue` at `now` (milliseconds since 1970). */
export function liveOf(queue: QueueData, now: number): Live {
  const { waiting, interacting, longestWaitSeconds, estimatedWaitSeconds, swing } = queue.live
  const phase = [...queue.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  const drift = Math.round(swing * Math.sin(now / 97_000 + phase))
  const nowWaiting = Math.max(0, waiting === 0 ? 0 : waiting + drift)
  const rising = Math.floor((now / 1000 + phase) % 30)
  return {
    waiting: nowWaiting,
    interacting,
    longestWaitSeconds: nowWaiting === 0 ? 0 : longestWaitSeconds + rising,
    estimatedWaitSeconds: estimatedWaitSeconds + drift * 5,
  }
}

interface Metric {
  metric: string
  qualifier?: string
  stats: { count: number; calculatedMetricValue?: number }
}

const INTERACTIONS = ['oWaiting', 'oInteracting', 'oLongestWaiting'] as const

/** One queue's part of the response to POST …/queues/observations/query: by media type, then agents. */
export function observationsOf(
  queue: QueueData,
  metrics: readonly string[],
  presences: Map<string, string>,
  now: number,
) {
  const wanted = (metric: string) => metrics.length === 0 || metrics.includes(metric)
  const byMedia = queue.media.map((mediaType, index) => ({
    group: { queueId: queue.id, mediaType },
    data: INTERACTIONS.filter(wanted).flatMap(metric =>
      interactionMetric(metric, index === 0 ? liveOf(queue, now) : NONE, now),
    ),
  }))
  return [
    ...byMedia,
    {
      group: { queueId: queue.id },
      data: agentMetrics(queue, presences).filter(({ metric }) => wanted(metric)),
    },
  ]
}

const NONE: Live = { waiting: 0, interacting: 0, longestWaitSeconds: 0, estimatedWaitSeconds: 0 }

function interactionMetric(metric: string, live: Live, now: number): Metric[] {
  if (metric === 'oWaiting') return [{ metric, stats: { count: live.waiting } }]
  if (metric === 'oInteracting') return [{ metric, stats: { count: live.interacting } }]
  // When the oldest interaction began to wait, not a duration.
  const since = now - live.longestWaitSeconds * 1000
  return live.waiting === 0 ? [] : [{ metric, stats: { count: live.waiting, calculatedMetricValue: since } }]
}

function agentMetrics({ members }: QueueData, presences: Map<string, string>): Metric[] {
  const onQueue = members.filter(({ routing }) => routing !== 'OFF_QUEUE')
  const count = (texts: string[]) =>
    [...new Set(texts)].map(text => [text, texts.filter(other => other === text).length] as const)
  return [
    { metric: 'oActiveUsers', stats: { count: onQueue.length } },
    ...count(onQueue.map(({ routing }) => routing)).map(([qualifier, n]) => ({
      metric: 'oOnQueueUsers',
      qualifier,
      stats: { count: n },
    })),
    { metric: 'oOffQueueUsers', stats: { count: members.length - onQueue.length } },
    ...count(members.map(({ presence }) => presences.get(presence) ?? presence)).map(([qualifier, n]) => ({
      metric: 'oUserPresences',
      qualifier,
      stats: { count: n },
    })),
  ]
}
