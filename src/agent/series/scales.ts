import type { TimeSeries } from './series.ts'
import { figuresOf } from './thin.ts'

/** A curve that is this many times smaller would be flat on the scale of another one. */
const MOST_TIMES = 5

interface Extent {
  min: number
  max: number
}

/**
 * What each curve is drawn between: all on one scale, so that they can be compared; each on its own if they are of very
 * different sizes, such as counts and seconds.
 */
export function extentsOf(series: readonly TimeSeries[]): { extents: Extent[]; isShared: boolean } {
  const own = series.map(({ values }) => figuresOf(values))
  const sizes = own.map(({ min, max }) => Math.max(Math.abs(min), Math.abs(max))).filter(one => one > 0)
  const isShared = sizes.every(Number.isFinite) && Math.max(...sizes, 0) <= MOST_TIMES * Math.min(...sizes)
  if (sizes.length > 1 && !isShared) return { extents: own, isShared: false }
  const all = { min: Math.min(...own.map(one => one.min)), max: Math.max(...own.map(one => one.max)) }
  return { extents: own.map(() => all), isShared: true }
}
