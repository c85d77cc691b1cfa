import { isUnpriced } from '../figures/fold.ts'
import type { TurnRecord } from '../figures/record.ts'

export interface Savings {
  baseline: string
  /** Turns that brought an answer. */
  turns: number
  /** Share (0..1) of all requests with a price of their own and, where they answered, one on the baseline. */
  pricedShare: number
  /** Answers with a price on both sides: only those are compared. */
  compared: number
  actualUsd: number
  /** Of that: spent on turns that broke. */
  wastedUsd: number
  baselineUsd: number
  /** undefined below 50 turns, and where nothing could be priced: a number would be a guess. */
  savedUsd: number | undefined
}

const FEWEST_TURNS = 50

/** What was paid, beside what the same turns would have cost on the baseline with its cache warm. */
export function savingsOf(turns: readonly TurnRecord[], baseline: string): Savings {
  const answered = turns.filter(one => one.outcome === 'ok' && one.purpose === 'answer')
  const wasted = turns.filter(one => one.outcome !== 'ok')
  // Only turns that are known on both sides may be compared; what was wasted is paid on our side alone.
  const compared = answered.filter(one => one.costUsd !== undefined && one.baselineUsd !== undefined)
  const extra = turns.filter(one => one.outcome === 'ok' && one.purpose !== 'answer')
  const paid = [...compared, ...wasted, ...extra]
  const unpriced =
    turns.filter(isUnpriced).length +
    (answered.filter(one => one.costUsd !== undefined).length - compared.length)
  const actualUsd = sum(paid, one => one.costUsd)
  const baselineUsd = sum(compared, one => one.baselineUsd)
  const billed = turns.filter(one => one.costUsd !== undefined || isUnpriced(one)).length
  return {
    baseline,
    turns: answered.length,
    compared: compared.length,
    pricedShare: billed === 0 ? 0 : (billed - unpriced) / billed,
    actualUsd,
    wastedUsd: sum(wasted, one => one.costUsd),
    baselineUsd,
    savedUsd: answered.length < FEWEST_TURNS || compared.length === 0 ? undefined : baselineUsd - actualUsd,
  }
}

function sum(turns: readonly TurnRecord[], of: (turn: TurnRecord) => number | undefined): number {
  return turns.reduce((total, one) => total + (of(one) ?? 0), 0)
}
