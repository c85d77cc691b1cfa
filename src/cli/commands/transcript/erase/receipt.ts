import { localTime } from '../../../../agent/evidence/times.ts'
import { counted } from '../../../../base/text/amounts.ts'
import type { RemovedCounts } from '../../../../store/transcripts/removal/remove.ts'
import { countsText } from '../purge.ts'
import type { Unusable } from '../unusable.ts'

/** What was erased, and what was not; never what it said. */
export interface Receipt extends Omit<RemovedCounts, 'leftIn'> {
  erased: { customer: string } | { person: string }
  at: string
  /** Requests to model platforms, in usage.db. */
  requests: number
  /** People of the audit record whose key was erased, by the pseudonym that stays. */
  pseudonyms: string[]
  /** Parts of it are still there, or may be. */
  notErased: Unusable[]
  /** Its file was damaged: it was removed as a whole, and nobody can tell what was in it. */
  damaged: boolean
}

export function receiptText(receipt: Receipt): string {
  const { erased, at, requests, pseudonyms, notErased, damaged, ...counts } = receipt
  const whose = 'customer' in erased ? `customer ${erased.customer}` : `person ${erased.person}`
  const keys = pseudonyms.length > 0 ? `, and the key of ${pseudonyms.join(', ')} in the audit record` : ''
  const removed = damaged
    ? 'all conversations, result files and typed lines, in a damaged file that was removed uncounted'
    : countsText(counts)
  return [
    `Erased ${localTime(new Date(at))}: ${whose}`,
    `${removed}, ${counted(requests, 'usage record')}${keys}`,
    ...notErased.flatMap(({ what, reason, hint }) => [
      `NOT ERASED: ${what}: ${reason}`,
      ...(hint === undefined ? [] : [`  ${hint}`]),
    ]),
  ].join('\n')
}
