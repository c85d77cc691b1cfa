import type { DocumentInput } from '../../document/schema.ts'
import type { SpendingLimits } from '../../project.ts'

/** The keys of `limits` that are about money. */
export function spendingOf(limits: DocumentInput['limits']): SpendingLimits {
  return {
    questionUsd: limits?.usd_per_question,
    dayUsd: limits?.usd_per_day,
    monthUsd: limits?.usd_per_month,
  }
}
