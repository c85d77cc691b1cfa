import { SupportError } from '../../base/errors.ts'
import { rangeOf, type TimeSeries } from './series.ts'
import { thinned } from './thin.ts'

/** Some series of one result, with no more points than can be seen. */
export interface Chart {
  /** Number of the call. */
  call: number
  series: readonly TimeSeries[]
  /** The number of each among all series of the result, from 1. */
  numbers: readonly number[]
  from: number
  to: number
  /** How many more series there are. */
  more: number
}

/** How to draw a chart again. */
export type ChartRecipe = Pick<Chart, 'call' | 'numbers' | 'more'>

/** Points that a wide window, or a picture, can show side by side. */
const PARTS = 400

interface ChartOptions {
  call: number
  /** A number, or a part of names; empty for all. */
  wanted: string
  most: number
}

/** Throws a SupportError if there are no such series. */
export function chartOf(all: readonly TimeSeries[], { call, wanted, most }: ChartOptions): Chart {
  if (all.length === 0)
    throw new SupportError('usage', `the result of call ${call} has no series over time`, {
      hint: `\`/show ${call}\` shows what it has`,
    })
  const numbered = all.map((one, i) => ({ one, number: i + 1 }))
  const isWanted = ({ one, number }: (typeof numbered)[number]) =>
    /^\d+$/.test(wanted) ? number === Number(wanted) : one.name.toLowerCase().includes(wanted.toLowerCase())
  const found = numbered.filter(isWanted)
  if (found.length === 0)
    throw new SupportError('usage', `call ${call} has no series ${wanted}`, {
      hint:
        all.length === 1
          ? `it has one: \`/plot ${call}\``
          : `use a number from 1 to ${all.length}, or a part of a label`,
    })
  const numbers = found.slice(0, most).map(({ number }) => number)
  return drawnAgain(all, { call, numbers, more: found.length - numbers.length })
}

/** @param all the series of that call, as they were */
export function drawnAgain(all: readonly TimeSeries[], { call, numbers, more }: ChartRecipe): Chart {
  const shown = numbers.flatMap(number => all[number - 1] ?? [])
  const range = rangeOf(shown)
  return { call, series: shown.map(one => thinned(one, range, PARTS)), numbers, ...range, more }
}
