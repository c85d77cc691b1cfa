import type { PolicyTime } from '../../config/project.ts'

interface LocalMinute {
  /** Of the week, 0 = Sunday. */
  day: number
  /** From midnight. */
  minute: number
}

/** @param now milliseconds since the epoch */
export function isWithin({ days, from, to, zone }: PolicyTime, now: number): boolean {
  const { day, minute } = localMinute(zone, now)
  const begins = (one: number) => !days || days.includes(one)
  if (from < to) return begins(day) && from <= minute && minute < to
  // Past midnight, the period began on the day before.
  return (begins(day) && from <= minute) || (begins((day + 6) % 7) && minute < to)
}

const MINUTE = 60_000

/** Formatting a time takes longer than everything else in a decision, so each zone keeps its last minute. */
const lastOf = new Map<string, { stamp: number; local: LocalMinute; format: Intl.DateTimeFormat }>()

function localMinute(zone: string, now: number): LocalMinute {
  const stamp = Math.floor(now / MINUTE)
  const last = lastOf.get(zone)
  if (last?.stamp === stamp) return last.local
  const format = last?.format ?? formatFor(zone)
  const parts = new Map(format.formatToParts(stamp * MINUTE).map(({ type, value }) => [type, value]))
  const local = {
    day: DAYS.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
  lastOf.set(zone, { stamp, local, format })
  return local
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

function formatFor(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}
