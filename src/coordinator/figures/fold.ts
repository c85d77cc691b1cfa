import { type Cost, sumOfCosts } from '../../base/money.ts'
import type { PlatformFaultKind, Usage } from '../../platforms/platform.ts'
import { sumOfUsage } from '../../platforms/usage.ts'
import { openSamples, type Samples } from './percentiles.ts'
import type { TurnRecord } from './record.ts'
import { costOfTurn } from './spent.ts'

/** Counts, times and cost of one model of one platform over some period. */
export interface Figures {
  platform: string
  vendor: string
  model: string
  requests: number
  ok: number
  errors: Partial<Record<PlatformFaultKind, number>>
  /** Milliseconds to the first token. */
  firstToken: Samples
  /** Undefined if no request was counted. */
  usage: Usage | undefined
  cost: Cost
}

const MOST_SAMPLES = 1_000

/** Outcomes that do not count against the platform's availability. */
const NOT_ITS_FAULT: readonly TurnRecord['outcome'][] = [
  'aborted',
  'bad_request',
  'rejected',
  'context_overflow',
  'content_filter',
]

export function noFigures({
  platform,
  vendor,
  model,
}: Pick<TurnRecord, 'platform' | 'vendor' | 'model'>): Figures {
  return {
    platform,
    vendor,
    model,
    requests: 0,
    ok: 0,
    errors: {},
    firstToken: openSamples(MOST_SAMPLES),
    usage: undefined,
    cost: { usd: 0, unknown: 0 },
  }
}

/** Adds one request to the figures. */
export function countTurn(figures: Figures, turn: TurnRecord): void {
  figures.requests++
  if (turn.outcome === 'ok') figures.ok++
  else figures.errors[turn.outcome] = (figures.errors[turn.outcome] ?? 0) + 1
  if (turn.firstTokenMs !== undefined) figures.firstToken.add(turn.firstTokenMs)
  figures.usage = sumOfUsage(figures.usage, turn.usage)
  figures.cost = sumOfCosts([figures.cost, costOfTurn(turn)])
}

/** Figures per model, in the order of their first request. */
export function figuresByRoute(turns: Iterable<TurnRecord>): Map<string, Figures> {
  const all = new Map<string, Figures>()
  for (const turn of turns) {
    const key = `${turn.platform}/${turn.model}`
    const figures = all.get(key) ?? noFigures(turn)
    all.set(key, figures)
    countTurn(figures, turn)
  }
  return all
}

/** Share (0..1) of answered requests, without those that no platform could have answered; undefined if there are none. */
export function availability({ ok, errors }: Figures): number | undefined {
  const failed = Object.entries(errors)
    .filter(([kind]) => !NOT_ITS_FAULT.includes(kind as PlatformFaultKind))
    .reduce((sum, [, times]) => sum + times, 0)
  return ok + failed === 0 ? undefined : ok / (ok + failed)
}
