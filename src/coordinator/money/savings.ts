import { isUnpriced } from '../figures/fold.ts'
import type { CostRange, TurnRecord } from '../figures/record.ts'

export interface Savings {
  baseline: string
  /** Turns with an answer. */
  turns: number
  /** Share (0..1) of requests with a known price, and, if answered, a known price on the baseline. */
  pricedShare: number
  /** Answers with a known price on both sides; only those are compared. */
  compared: number
  actualUsd: number
  /** The part of it spent on failed turns. */
  wastedUsd: number
  baselineUsd: CostRange
  /** Undefined with fewer than 50 answers or without prices: a number would be a guess. */
  savedUsd: CostRange | undefined
}

const FEWEST_TURNS = 50

/** Compares what was paid with what the same turns would have cost on the baseline. */
export function savingsOf(turns: readonly TurnRecord[], baseline: string): Savings {
  const answered = turns.filter(one => one.outcome === 'ok' && one.purpose === 'answer')
  const wasted = turns.filter(one => one.outcome !== 'ok')
  // Only turns with a price on both sides are compared. Failed turns cost money on our side only, unless the baseline failed.
  const compared = answered.filter(one => one.costUsd !== undefined && one.baselineUsd !== undefined)
  const extra = turns.filter(one => one.outcome === 'ok' && one.purpose !== 'answer')
  const paid = [...compared, ...wasted, ...extra]
  const unpriced =
    turns.filter(isUnpriced).length +
    (answered.filter(one => one.costUsd !== undefined).length - compared.length)
  const actualUsd = sum(paid, one => one.costUsd)
  // Over the same turns in the same order: equal costs then give equal sums, to the last bit.
  const baselineUsd = {
    least: sum(paid, one => one.baselineUsd?.least),
    most: sum(paid, one => one.baselineUsd?.most),
  }
  const billed = turns.filter(one => one.costUsd !== undefined || isUnpriced(one)).length
  const isGuess = answered.length < FEWEST_TURNS || compared.length === 0
  return {
    baseline,
    turns: answered.length,
    compared: compared.length,
    pricedShare: billed === 0 ? 0 : (billed - unpriced) / billed,
    actualUsd,
    wastedUsd: sum(wasted, one => one.costUsd),
    baselineUsd,
    savedUsd: isGuess
      ? undefined
      : { least: baselineUsd.least - actualUsd, most: baselineUsd.most - actualUsd },
  }
}

function sum(turns: readonly TurnRecord[], of: (turn: TurnRecord) => number | undefined): number {
  return turns.reduce((total, one) => total + (of(one) ?? 0), 0)
}
