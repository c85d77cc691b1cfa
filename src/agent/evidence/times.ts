// Times in the arguments of a call.

import { isRecord } from '../../base/records.ts'

const STARTS = /^(from|since|after|begin|start)(_?time|_?at|_?date|_?rfc3339)?$/i
const ENDS = /^(to|until|before|end)(_?time|_?at|_?date|_?rfc3339)?$/i
/** As Grafana and others write it: `now`, `now-6h`. */
const RELATIVE = /^now(?:\s*([-+])\s*(\d+)\s*(ms|s|m|h|d|w))?$/i
const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** The time range that a call asked for, in UTC and local time; undefined if its arguments name none. */
export function timeRange(args: unknown, calledAt: Date): { from: string; to: string } | undefined {
  const fields = fieldsOf(args, 0)
  const from = fields.find(([name]) => STARTS.test(name))?.[1]
  const to = fields.find(([name]) => ENDS.test(name))?.[1]
  const [first, last] = [timeIn(from, calledAt), timeIn(to ?? 'now', calledAt)]
  if (!first || !last) return undefined
  return { from: localTime(first), to: localTime(last) }
}

function fieldsOf(value: unknown, depth: number): [string, unknown][] {
  if (!isRecord(value) || depth > 2) return []
  return Object.entries(value).flatMap(([name, one]): [string, unknown][] => [
    [name, one],
    ...fieldsOf(one, depth + 1),
  ])
}

/** ISO 8601, seconds or milliseconds since 1970, or relative to the call. */
function timeIn(value: unknown, calledAt: Date): Date | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  const relative = RELATIVE.exec(text.trim())
  if (relative) {
    const [, sign = '-', count = '0', unit = 's'] = relative
    const ms = Number(count) * (UNITS[unit.toLowerCase()] ?? 0)
    return dateOf(calledAt.getTime() + (sign === '-' ? -ms : ms))
  }
  const time = /^\d{9,11}(\.\d+)?$/.test(text)
    ? Number(text) * 1_000
    : /^\d{12,14}$/.test(text)
      ? Number(text)
      : /^\d{4}-\d\d-\d\d/.test(text)
        ? Date.parse(text)
        : Number.NaN
  return dateOf(time)
}

/** Undefined for a time that there is not. */
function dateOf(time: number): Date | undefined {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** `2026-11-27 07:45:12 UTC (08:45:12 GMT+1)`, with the date where that is another one; in UTC alone, where that is local. */
export function localTime(at: Date): string {
  const utc = at.toISOString().slice(0, 19).replace('T', ' ')
  if (at.getTimezoneOffset() === 0) return `${utc} UTC`
  const parts = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'short',
    timeStyle: 'long',
  }).formatToParts(at)
  const part = (type: string) => parts.find(one => one.type === type)?.value ?? ''
  const date = `${part('year')}-${part('month')}-${part('day')}`
  const time = `${part('hour')}:${part('minute')}:${part('second')} ${part('timeZoneName')}`
  return `${utc} UTC (${utc.startsWith(date) ? '' : `${date} `}${time})`
}
