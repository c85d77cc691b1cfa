import { SupportError } from '../../base/errors.ts'

const DAY_MS = 86_400_000
const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS }

export const DEFAULT_LIFETIME_MS = 90 * DAY_MS
const LONGEST_DAYS = 366

/** Milliseconds of `30d`, `12h`, `4w` or `45m`, at most 366 days. Throws `usage` for another text. */
export function lifetimeOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9})([mhdw])$/.exec(text.trim()) ?? []
  const ms = Number(number) * (UNITS[unit] ?? 0)
  if (ms === 0)
    throw new SupportError(
      'usage',
      `--expires: must be a time such as 12h, 30d or 8w, not "${text.slice(0, 40)}"`,
      {
        hint: 'leave it out for 90 days',
      },
    )
  if (ms > LONGEST_DAYS * DAY_MS)
    throw new SupportError(
      'usage',
      `--expires: ${text} is too long; every token expires within ${LONGEST_DAYS} days`,
      {
        hint: `use --expires ${LONGEST_DAYS}d or less`,
      },
    )
  return ms
}
