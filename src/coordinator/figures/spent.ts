import { type Cost, sumOfCosts } from '../../base/money.ts'
import type { Spent, Usage } from '../../platforms/platform.ts'
import { sumOfUsage } from '../../platforms/usage.ts'
import type { TurnRecord } from './record.ts'

/** The tokens and the cost of some requests. */
export function spentOn(turns: readonly TurnRecord[]): Spent {
  return {
    usage: turns.reduce<Usage | undefined>((sum, one) => sumOfUsage(sum, one.usage), undefined),
    cost: sumOfCosts(turns.map(costOfTurn)),
  }
}

/** What a request cost: one that never started to answer cost nothing; of one that broke off, only a part is known. */
export function costOfTurn(turn: TurnRecord): Cost {
  return { usd: turn.costUsd ?? 0, unknown: isUnpriced(turn) ? 1 : 0 }
}

/** Whether a request cost an unknown amount, beyond what is known: it was answered at least in part, or may have been when it was cancelled. */
export function isUnpriced({ outcome, usage, isUsagePartial, costUsd, firstTokenMs }: TurnRecord): boolean {
  if (costUsd !== undefined) return isUsagePartial
  return usage !== undefined || firstTokenMs !== undefined || MAY_HAVE_COST.includes(outcome)
}

const MAY_HAVE_COST: readonly TurnRecord['outcome'][] = ['ok', 'truncated', 'timeout', 'aborted']
