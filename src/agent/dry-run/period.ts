// From when until when, on the clock of the person.

const UNITS: [ms: number, unit: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
]
const SPANS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const A_WEEK = 604_800_000

interface Period {
  /** Undefined: now. */
  from: Date | undefined
  until: Date
}

/** `for 2 h, until Fri 14:30 (12:30 UTC)` */
export function periodLine({ from, until }: Period, now: Date): string {
  const starts = from && from > now ? from : undefined
  const length = until.getTime() - (starts ?? now).getTime()
  const begin = starts ? `from ${momentText(starts, now)} ` : ''
  return `${begin}for ${lengthText(length)}, until ${momentText(until, now)}`
}

/** The end that a duration such as `2h` or a time means; undefined if neither is given or can be read. */
export function endOf(duration: unknown, end: unknown, from: Date): Date | undefined {
  const given = dateOf(end)
  if (given) return given
  const [, count, unit = ''] = /^([1-9]\d{0,4})([mhdw])$/.exec(String(duration)) ?? []
  return count === undefined ? undefined : new Date(from.getTime() + Number(count) * (SPANS[unit] ?? 0))
}

export function dateOf(text: unknown): Date | undefined {
  const date = new Date(typeof text === 'string' ? text : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** `2 h`, `1 d 6 h`, `45 min`: at most two units, never rounded up to another. */
export function lengthText(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 60_000)) * 60_000
  const parts = UNITS.flatMap(([size, unit]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count > 0 ? [`${count} ${unit}`] : []
  })
  return parts.slice(0, 2).join(' ') || 'less than a minute'
}

/** `Fri 14:30 (12:30 UTC)`; with the date from a week on. */
export function momentText(at: Date, now: Date): string {
  const isFar = Math.abs(at.getTime() - now.getTime()) >= A_WEEK - 86_400_000
  const local = dayAndTime(at, isFar, undefined)
  const universal = dayAndTime(at, isFar, 'UTC')
  if (local === universal) return `${local} UTC`
  const [day = ''] = universal.split(/ \d\d:/)
  const isSameDay = local.startsWith(`${day} `)
  return `${local} (${isSameDay ? universal.slice(day.length + 1) : universal} UTC)`
}

function dayAndTime(at: Date, withDate: boolean, timeZone: string | undefined): string {
  const date = withDate ? ({ day: 'numeric', month: 'short', year: 'numeric' } as const) : {}
  const zone = timeZone === undefined ? {} : { timeZone }
  const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', ...date, ...zone })
    .format(at)
    .replace(',', '')
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...zone }).format(at)
  return `${day} ${time}`
}
