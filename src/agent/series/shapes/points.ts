/** 1973 and 2100, in milliseconds: other numbers are no times. */
const FIRST = 100_000_000_000
const LAST = 4_102_444_800_000

/** Milliseconds since 1970 of a time in seconds, milliseconds, microseconds or nanoseconds, or in ISO 8601; else NaN. */
export function timeIn(value: unknown): number {
  const time =
    typeof value === 'string' && !/^\d+(\.\d+)?$/.test(value)
      ? /^\d{4}-\d\d-\d\d/.test(value)
        ? Date.parse(value)
        : Number.NaN
      : inMilliseconds(Number(typeof value === 'number' || typeof value === 'string' ? value : Number.NaN))
  return time >= FIRST && time <= LAST ? time : Number.NaN
}

function inMilliseconds(time: number): number {
  if (time < FIRST) return time * 1_000
  return time < FIRST * 1_000 ? time : time < FIRST * 1_000_000 ? time / 1_000 : time / 1_000_000
}

/** Of larger ones, the range would be no number, and between smaller ones there is none. */
const LARGEST = 1e300
const SMALLEST = 1e-300

/** NaN for whatever cannot be drawn, such as `+Inf`. */
export function numberIn(value: unknown): number {
  const isText = typeof value === 'string' && value.trim() !== ''
  const number = typeof value === 'number' || isText ? Number(value) : Number.NaN
  if (Math.abs(number) < SMALLEST) return 0
  return Math.abs(number) <= LARGEST ? number : Number.NaN
}
