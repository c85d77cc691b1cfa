/** Numbers over time. Times are in milliseconds since 1970, and sorted; NaN is a gap. */
export interface TimeSeries {
  name: string
  times: Float64Array
  values: Float64Array
}

export type Labels = Record<string, unknown>

/** A series before its name is known: that depends on the others. */
export interface LabelledSeries extends Omit<TimeSeries, 'name'> {
  labels: Labels
}

/** Points that are this many times as far apart as is usual have a gap between them. */
const GAP = 2.5

/** Of points in any order, those without a time left out; undefined if no number is among them. */
export function sorted(times: Float64Array, values: Float64Array): Omit<TimeSeries, 'name'> | undefined {
  const order: number[] = []
  let isSorted = true
  for (const [i, time] of times.entries()) {
    if (Number.isNaN(time)) continue
    if (time < (times[order.at(-1) ?? i] ?? time)) isSorted = false
    order.push(i)
  }
  if (!values.some(one => !Number.isNaN(one))) return undefined
  if (!isSorted) order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
  const at = (from: Float64Array) => Float64Array.from(order, i => from[i] ?? Number.NaN)
  return withGaps(at(times), at(values))
}

/** With a point that is NaN wherever points are missing. */
function withGaps(times: Float64Array, values: Float64Array): Omit<TimeSeries, 'name'> {
  const most = stepOf(times) * GAP
  const before = (i: number) => times[i - 1] ?? Number.POSITIVE_INFINITY
  const gaps = times.reduce((sum, time, i) => (time - before(i) > most ? sum + 1 : sum), 0)
  if (gaps === 0 || most === 0) return { times, values }
  const all = { times: new Float64Array(times.length + gaps), values: new Float64Array(times.length + gaps) }
  let next = 0
  for (const [i, time] of times.entries()) {
    if (time - before(i) > most) {
      all.times[next] = (time + before(i)) / 2
      all.values[next++] = Number.NaN
    }
    all.times[next] = time
    all.values[next++] = values[i] ?? Number.NaN
  }
  return all
}

/** How far apart points usually are; 0 for fewer than two. */
export function stepOf(times: Float64Array): number {
  const every = Math.max(1, Math.floor(times.length / 1_000))
  const steps: number[] = []
  for (let i = 1; i < times.length; i += every) steps.push((times[i] ?? 0) - (times[i - 1] ?? 0))
  const some = steps.filter(one => one > 0).sort((a, b) => a - b)
  return some[Math.floor(some.length / 2)] ?? 0
}

/** The time range of all of them. */
export function rangeOf(all: readonly TimeSeries[]): { from: number; to: number } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { times } of all) {
    from = Math.min(from, times[0] ?? from)
    to = Math.max(to, times.at(-1) ?? to)
  }
  return { from, to }
}
