import { localTime } from '../../../../agent/evidence/times.ts'
import { counted } from '../../../../base/text/amounts.ts'
import type { RemovedCounts } from '../../../../store/transcripts/removal/remove.ts'
import { countsText } from '../purge.ts'

/** What was erased; never what it said. */
export interface Receipt extends RemovedCounts {
  erased: { customer: string } | { person: string }
  at: string
  /** Requests to model platforms, in usage.db. */
  requests: number
  /** People of the audit record whose key was erased, by the pseudonym that stays. */
  pseudonyms: string[]
}

export function receiptText({ erased, at, requests, pseudonyms, ...counts }: Receipt): string {
  const whose = 'customer' in erased ? `customer ${erased.customer}` : `person ${erased.person}`
  const keys = pseudonyms.length > 0 ? `, and the key of ${pseudonyms.join(', ')} in the audit record` : ''
  return [
    `Erased ${localTime(new Date(at))}: ${whose}`,
    `${countsText(counts)}, ${counted(requests, 'usage record')}${keys}`,
  ].join('\n')
}
