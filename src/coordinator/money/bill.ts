import { type Cost, sumOfCosts } from '../../base/money.ts'
import type { Spent, Usage } from '../../platforms/platform.ts'
import { sumOfUsage } from '../../platforms/usage.ts'
import { isUnpriced } from '../figures/fold.ts'
import type { TurnRecord } from '../figures/record.ts'

/** What the requests of one question have cost so far, whatever became of them. */
export interface Bill {
  /** A request was sent. Until it has ended, its cost is unknown. */
  began(): void
  ended(turn: TurnRecord): void
  spent(): Spent
}

export function openBill(): Bill {
  const turns: TurnRecord[] = []
  let open = 0
  return {
    began() {
      open++
    },
    ended(turn) {
      open--
      turns.push(turn)
    },
    spent() {
      const { usage, cost } = spentOn(turns)
      return { usage, cost: { ...cost, unknown: cost.unknown + open } }
    },
  }
}

/** The tokens and the cost of some requests. */
export function spentOn(turns: readonly TurnRecord[]): Spent {
  return {
    usage: turns.reduce<Usage | undefined>((sum, one) => sumOfUsage(sum, one.usage), undefined),
    cost: sumOfCosts(turns.map(costOfTurn)),
  }
}

/** What a request cost: one that never started to answer cost nothing. */
export function costOfTurn(turn: TurnRecord): Cost {
  return { usd: turn.costUsd ?? 0, unknown: isUnpriced(turn) ? 1 : 0 }
}
