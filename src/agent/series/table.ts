// What is drawn below a call whose result has series.

import { seriesIn } from './find.ts'
import { rangeOf, stepOf, type TimeSeries } from './series.ts'
import { cellsOf, type Extremes, figuresOf } from './thin.ts'

export interface SeriesTable {
  rows: (Extremes & { name: string; cells: readonly number[] })[]
  from: number
  to: number
  /** How many series have no row. */
  more: number
}

const MOST_ROWS = 3
export const MOST_CELLS = 24

/** A longer text would hold up the screen; `/plot` reads it. In characters. */
const LONGEST = 5_000_000

/** Undefined if there are no series. */
export function seriesTable(text: string): SeriesTable | undefined {
  const all = text.length > LONGEST ? [] : seriesIn(text)
  if (all.length === 0) return undefined
  const shown = all.slice(0, MOST_ROWS)
  const range = rangeOf(shown)
  const count = Math.min(MOST_CELLS, Math.max(...shown.map(one => pointsIn(one, range))))
  const rows = shown.map(one => ({
    name: one.name,
    cells: cellsOf(one, range, count),
    ...figuresOf(one.values),
  }))
  return { rows, ...range, more: all.length - shown.length }
}

/** How many points it would have without gaps. */
function pointsIn({ times }: TimeSeries, { from, to }: { from: number; to: number }): number {
  const step = stepOf(times)
  return step === 0 ? 1 : Math.max(1, Math.round((to - from) / step) + 1)
}
