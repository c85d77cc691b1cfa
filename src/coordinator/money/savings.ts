import { type Cost, exactUsd, sumOfCosts } from '../../base/money.ts'
import type { CostRange, TurnRecord } from '../figures/record.ts'
import { costOfTurn, isUnpriced } from '../figures/spent.ts'

export interface Savings {
  baseline: string
  /** Turns with an answer. */
  turns: number
  /** Share (0..1) of requests with a known cost, and, if answered, a known cost on the baseline; undefined without requests. */
  pricedShare: number | undefined
  /** Answers with a known price on both sides; only those are compared. */
  compared: number
  actualUsd: number
  /** What failed turns cost; the known part of it is in `actualUsd`. */
  wasted: Cost
  baselineUsd: CostRange
  /** Undefined with fewer than 50 answers or without prices: a number would be a guess. */
  savedUsd: CostRange | undefined
}

const FEWEST_TURNS = 50

/** Compares what was paid with what the same turns would have cost on the baseline. */
export function savingsOf(all: readonly TurnRecord[], baseline: string): Savings {
  // A check answers no question, and would have been made of the baseline too.
  const turns = all.filter(one => one.purpose !== 'check')
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
    pricedShare: billed === 0 ? undefined : (billed - unpriced) / billed,
    actualUsd,
    wasted: sumOfCosts(wasted.map(costOfTurn)),
    baselineUsd,
    savedUsd: isGuess
      ? undefined
      : { least: exactUsd(baselineUsd.least - actualUsd), most: exactUsd(baselineUsd.most - actualUsd) },
  }
}

function sum(turns: readonly TurnRecord[], of: (turn: TurnRecord) => number | undefined): number {
  return exactUsd(turns.reduce((total, one) => total + (of(one) ?? 0), 0))
}
