// Numbers and times on axes and beside curves.

/** `0.0123`, `12.3`, `1,234`, `1.23e+9`: four digits at most, and never fewer than the whole part has. */
export function numberText(value: number): string {
  const size = Math.abs(value)
  if (Number.isNaN(value)) return '–'
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return String(Number(value.toPrecision(3)).toExponential())
  return size < 1_000 ? String(Number(value.toPrecision(4))) : Math.round(value).toLocaleString('en')
}

const two = (value: number) => String(value).padStart(2, '0')

export function dateText(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** `14:03`, and `14:03:10` for a range of some minutes. */
export function timeText(at: Date, range: number): string {
  const text = `${two(at.getHours())}:${two(at.getMinutes())}`
  return range < 300_000 ? `${text}:${two(at.getSeconds())}` : text
}

/** `UTC+1`, `UTC-3:30`, `UTC`. */
export function offsetText(at: Date): string {
  const minutes = -at.getTimezoneOffset()
  if (minutes === 0) return 'UTC'
  const rest = Math.abs(minutes) % 60
  return `UTC${minutes < 0 ? '-' : '+'}${Math.floor(Math.abs(minutes) / 60)}${rest ? `:${two(rest)}` : ''}`
}

/** `2026-11-27 13:00 – 14:00 UTC+1`, in local time. */
export function rangeText(from: number, to: number): string {
  const [first, last] = [new Date(from), new Date(to)]
  const isOneDay = dateText(first) === dateText(last)
  const end = `${isOneDay ? '' : `${dateText(last)} `}${timeText(last, to - from)}`
  return `${dateText(first)} ${timeText(first, to - from)} – ${end} ${offsetText(last)}`
}

/** The same in UTC. */
export function utcRangeText(from: number, to: number): string {
  const text = (at: number) =>
    new Date(at)
      .toISOString()
      .slice(0, to - from < 300_000 ? 19 : 16)
      .replace('T', ' ')
  const [first, last] = [text(from), text(to)]
  const isOneDay = first.slice(0, 10) === last.slice(0, 10)
  return `${first} – ${isOneDay ? last.slice(11) : last} UTC`
}
