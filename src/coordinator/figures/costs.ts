import type { Spent } from '../../platforms/platform.ts'
import type { TurnRecord } from './record.ts'
import { spentOn } from './spent.ts'

export const COST_KEYS = ['customer', 'platform', 'model', 'day', 'month'] as const
export type CostKey = (typeof COST_KEYS)[number]

/** The requests that have the same value for each key. */
export interface CostRow extends Spent {
  values: string[]
  requests: number
}

/** One row for each combination of values, in the order of the values. Days and months are those of this machine's zone. */
export function costRows(turns: readonly TurnRecord[], by: readonly CostKey[]): CostRow[] {
  const groups = Map.groupBy(turns, turn => JSON.stringify(by.map(key => groupOf(turn, key))))
  return [...groups]
    .map(([values, some]) => ({ values: JSON.parse(values), requests: some.length, ...spentOn(some) }))
    .toSorted((a, b) => compare(a.values, b.values))
}

function groupOf(turn: TurnRecord, key: CostKey): string {
  if (key !== 'day' && key !== 'month') return turn[key]
  const at = new Date(turn.at)
  const month = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`
  return key === 'month' ? month : `${month}-${String(at.getDate()).padStart(2, '0')}`
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1
}
