import { SupportError } from '../../base/errors.ts'
import { dollarsApart, exactUsd } from '../../base/money.ts'
import type { Customer, SpendingLimits } from '../../config/project.ts'

/** What was spent, in US dollars. Requests whose cost is unknown are not in it. */
interface Spending {
  questionUsd: number
  /** Since midnight, and since the first of the month, in this machine's time zone. */
  dayUsd: number
  monthUsd: number
}

/** Whose limits, and what is compared with them. */
export interface Budget {
  /** Undefined for the limits of all customers together. */
  customer: Pick<Customer, 'id'> | undefined
  limits: SpendingLimits
  /** Those of the limits that the customer has from `defaults`. */
  inherited?: readonly (keyof SpendingLimits)[] | undefined
  spent: Spending
}

type Key = keyof SpendingLimits

const KEYS: Record<Key, { setting: string; when: string; until: string }> = {
  questionUsd: { setting: 'usd_per_question', when: 'for this question', until: 'ask a new question' },
  dayUsd: { setting: 'usd_per_day', when: 'today', until: 'wait until midnight' },
  monthUsd: { setting: 'usd_per_month', when: 'this month', until: 'wait until the first of next month' },
}

/** From this share of a limit on, there is a warning. */
const WARN_AT = 0.8

/**
 * Warnings for limits that are nearly reached, by a key that stays the same as long as one warning is enough.
 *
 * @throws SupportError `refused` for the first limit that is reached
 */
export function checkBudgets(budgets: readonly Budget[]): Map<string, string> {
  const warnings = new Map<string, string>()
  for (const { customer, limits, inherited = [], spent } of budgets)
    for (const key of Object.keys(KEYS) as Key[]) {
      const limit = limits[key]
      const usd = exactUsd(spent[key])
      if (limit === undefined || usd < exactUsd(limit * WARN_AT)) continue
      const { setting, when, until } = KEYS[key]
      const who = customer?.id ?? 'all customers'
      const place = !customer ? 'the file' : inherited.includes(key) ? '"defaults"' : 'this customer'
      const [used, most] = dollarsApart(usd, limit)
      if (usd >= limit)
        throw new SupportError(
          'refused',
          `${who}: ${used} spent ${when}, and the limit is ${most} ("${setting}")`,
          { hint: `${until}, or raise "${setting}" in the "limits" of ${place}` },
        )
      const percent = Math.floor(exactUsd((usd / limit) * 100))
      warnings.set(
        `${who} ${setting}`,
        `${who}: ${used} of ${most} spent ${when} (${percent}% of "${setting}")`,
      )
    }
  return warnings
}

/** Milliseconds since 1970 of the last midnight, and of the first of the month, in this machine's time zone. */
export function periodStarts(now: number): { day: number; month: number } {
  const date = new Date(now)
  const [year, month] = [date.getFullYear(), date.getMonth()]
  // Not from one another: where the clock is changed at midnight, that day begins at 1:00, and the month does not.
  return {
    day: new Date(year, month, date.getDate()).getTime(),
    month: new Date(year, month, 1).getTime(),
  }
}
