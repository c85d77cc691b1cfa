import type { DocumentInput } from '../../document/schema/document.ts'
import type { SpendingLimits } from '../../project.ts'

/** The limits that a customer has from `defaults`. */
export function inheritedSpending(
  defaults: DocumentInput['limits'],
  own: DocumentInput['limits'],
): (keyof SpendingLimits)[] {
  const [theirs, mine] = [spendingOf(defaults), spendingOf(own)]
  const keys = Object.keys(theirs) as (keyof SpendingLimits)[]
  return keys.filter(key => theirs[key] !== undefined && mine[key] === undefined)
}

/** The keys of `limits` that are about money. */
export function spendingOf(limits: DocumentInput['limits']): SpendingLimits {
  return {
    questionUsd: limits?.usd_per_question,
    dayUsd: limits?.usd_per_day,
    monthUsd: limits?.usd_per_month,
  }
}
