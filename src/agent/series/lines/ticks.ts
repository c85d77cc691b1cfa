// Round numbers and times for axes.

/** From a round number below `min` to one above `max`, in about `most` round steps. */
export function valueTicks(min: number, max: number, most: number): number[] {
  // Closer together than numbers are precise.
  if (max - min <= Math.abs(max) * 1e-12) {
    const around = Math.abs(min) / 2 || 1
    return [min - around, min, min + around]
  }
  const [first, last] = [min / most, max / most]
  const rough = last - first
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10, 20].find(one => one * size >= rough) ?? 20) * size
  const [from, to] = [Math.floor(min / step), Math.ceil(max / step)]
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(15)))
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map(one => one * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(one => one * MINUTE),
  ...[1, 2, 3, 6, 12].map(one => one * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365, 1_825].map(one => one * DAY),
]

/** Round times of this place, at most `most` of them, and whether they are days. */
export function timeTicks(from: number, to: number, most: number): { times: number[]; areDays: boolean } {
  const step = STEPS.find(one => (to - from) / one <= most) ?? (to - from) / most
  const offset = new Date(from).getTimezoneOffset() * MINUTE
  const first = Math.ceil((from - offset) / step) * step + offset
  const times: number[] = []
  for (let at = first; at <= to && step > 0 && times.length <= most; at += step) times.push(at)
  return { times, areDays: step >= DAY }
}
