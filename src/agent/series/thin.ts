import type { TimeSeries } from './series.ts'

interface TimeRange {
  from: number
  to: number
}

/** With four points at most in each of `parts` parts of the time: the first, the last and both extremes; and one gap. */
export function thinned(
  { name, times, values }: TimeSeries,
  { from, to }: TimeRange,
  parts: number,
): TimeSeries {
  if (times.length <= parts) return { name, times, values }
  const kept: number[] = []
  for (let i = 0; i < times.length; ) {
    const part = partOf(times[i] ?? 0, { from, to }, parts)
    const start = i
    while (i < times.length && partOf(times[i] ?? 0, { from, to }, parts) === part) i++
    for (const one of notable(values, start, i)) kept.push(one)
  }
  const at = (all: Float64Array) => Float64Array.from(kept, i => all[i] ?? Number.NaN)
  return { name, times: at(times), values: at(values) }
}

function notable(values: Float64Array, start: number, end: number): number[] {
  let [least, most, gap] = [start, start, -1]
  for (let i = start; i < end; i++) {
    const value = values[i] ?? Number.NaN
    if (Number.isNaN(value)) gap = i
    if (!(value >= (values[least] ?? 0))) least = Number.isNaN(value) ? least : i
    if (!(value <= (values[most] ?? 0))) most = Number.isNaN(value) ? most : i
  }
  const all = [start, least, most, end - 1, ...(gap < 0 ? [] : [gap])]
  return [...new Set(all)].sort((a, b) => a - b)
}

/**
 * What each of `count` cells shows: of its values, the one that is farthest from the mean, so that a short peak stays
 * seen; NaN for none.
 */
export function cellsOf({ times, values }: TimeSeries, range: TimeRange, count: number): number[] {
  const { mean } = figuresOf(values)
  const cells = new Array<number>(count).fill(Number.NaN)
  for (const [i, time] of times.entries()) {
    const value = values[i] ?? Number.NaN
    const cell = partOf(time, range, count)
    if (!(Math.abs(value - mean) <= Math.abs((cells[cell] ?? Number.NaN) - mean)) && !Number.isNaN(value))
      cells[cell] = value
  }
  return cells
}

function partOf(time: number, { from, to }: TimeRange, parts: number): number {
  return to === from ? 0 : Math.min(parts - 1, Math.floor(((time - from) / (to - from)) * parts))
}

export interface Extremes {
  min: number
  max: number
  mean: number
  last: number
}

/** NaN throughout if there is no number. */
export function figuresOf(values: Float64Array): Extremes {
  let [min, max, mean, last, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, Number.NaN, 0]
  for (const value of values) {
    if (Number.isNaN(value)) continue
    min = Math.min(min, value)
    max = Math.max(max, value)
    mean += (value - mean) / ++count
    last = value
  }
  return { min, max, mean, last }
}
