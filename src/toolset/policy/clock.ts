import type { PolicyTime } from '../../config/project.ts'

/** @returns whether a time, in milliseconds since the epoch, is within the period */
export function timeMatcher({ days, from, to, zone }: PolicyTime): (now: number) => boolean {
  const clock = clockOf(zone)
  const begins = Array.from({ length: 7 }, (_, day) => !days || days.includes(day))
  return now => {
    const { day, minute } = clock(now)
    if (from < to) return begins[day] === true && from <= minute && minute < to
    // Past midnight, the period began on the day before.
    return (begins[day] === true && from <= minute) || (begins[(day + 6) % 7] === true && minute < to)
  }
}

interface LocalMinute {
  /** Of the week, 0 = Sunday. */
  day: number
  /** From midnight. */
  minute: number
}

const MINUTE = 60_000
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const clocks = new Map<string, (now: number) => LocalMinute>()

/** Formatting a time takes longer than everything else in a decision, so each zone keeps its last minute. */
function clockOf(zone: string): (now: number) => LocalMinute {
  const known = clocks.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  let last = { stamp: Number.NaN, local: { day: 0, minute: 0 } }
  const clock = (now: number) => {
    const stamp = Math.floor(now / MINUTE)
    if (last.stamp !== stamp) last = { stamp, local: localMinute(format, stamp * MINUTE) }
    return last.local
  }
  clocks.set(zone, clock)
  return clock
}

function localMinute(format: Intl.DateTimeFormat, at: number): LocalMinute {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return {
    day: DAYS.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}
