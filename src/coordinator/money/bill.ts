import type { Spent } from '../../platforms/platform.ts'
import type { TurnRecord } from '../figures/record.ts'
import { spentOn } from '../figures/spent.ts'

/** What the requests of one question have cost so far, whatever became of them. */
export interface Bill {
  /** A request was sent. Until it has ended, its cost is unknown. */
  began(): void
  ended(turn: TurnRecord): void
  spent(): Spent
}

/** The requests of all questions that have not ended yet. */
export interface Running {
  requests: number
}

export function openBill(running: Running = { requests: 0 }): Bill {
  const turns: TurnRecord[] = []
  let open = 0
  return {
    began() {
      open++
      running.requests++
    },
    ended(turn) {
      open--
      running.requests--
      turns.push(turn)
    },
    spent() {
      const { usage, cost } = spentOn(turns)
      return { usage, cost: { ...cost, unknown: cost.unknown + open } }
    },
  }
}
