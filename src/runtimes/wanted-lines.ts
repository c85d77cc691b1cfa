import type { LogLine, LogOptions } from './runtime.ts'

/** Whether a line is wanted. A line without a time is never recent. */
export function lineFilter({ since, grep }: LogOptions): (line: LogLine) => boolean {
  const hasCapital = grep !== undefined && grep !== grep.toLowerCase()
  return ({ at, text }) => {
    if (since !== undefined && (at === undefined || Date.parse(at) < since.getTime())) return false
    if (grep === undefined) return true
    return hasCapital ? text.includes(grep) : text.toLowerCase().includes(grep)
  }
}

/** The last `count` lines; undefined: all. */
export function lastLines(lines: LogLine[], count: number | undefined): LogLine[] {
  return count === undefined ? lines : lines.slice(Math.max(0, lines.length - count))
}
