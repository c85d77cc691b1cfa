// What /platform and /model share: the wish that holds for a customer's next question.

import { counted } from '../../../base/text/amounts.ts'
import { dollars } from '../../../base/text/words.ts'
import { type Figures, fold } from '../../../coordinator/figures/fold.ts'
import type { TurnRecord } from '../../../coordinator/figures/record.ts'
import type { BreakerState } from '../../../coordinator/route/breaker.ts'
import { tableText } from '../table.ts'

/** What a person asked for; undefined = picked for each question. */
export interface Wish {
  platform?: string | undefined
  model?: string | undefined
}

export interface PlatformWork {
  /** The wish for this customer's next question. */
  wishFor(customerId: string): Wish
  wish(customerId: string, wish: Wish): void
  /** Throws a SupportError if this customer may not use it, or it is not available. */
  check(customerId: string, wish: Wish): void
  /** Models that this customer's questions can go to. */
  routes(customerId: string): { platform: string; model: string; breaker: BreakerState }[]
  /** This customer's requests since midnight. */
  turnsToday(customerId: string): TurnRecord[]
}

/** The word that ends a wish. */
export const AUTO = 'auto'

/** Sets the wish, if the customer may have it, and says so. */
export function takeWish(work: PlatformWork, customerId: string, wish: Wish): string {
  work.check(customerId, wish)
  work.wish(customerId, wish)
  const words = wishWords(wish)
  return words === undefined ? AUTOMATIC : `using ${words} from the next question on; "${AUTO}" undoes this`
}

/** The wish that holds now, and what can be chosen. */
export function choiceText(work: PlatformWork, customerId: string): string {
  const now = wishWords(work.wishFor(customerId))
  return `${now === undefined ? AUTOMATIC : `using ${now}`}; available:\n${routeText(work, customerId)}`
}

const AUTOMATIC = 'the platform is picked automatically for each question'

function wishWords({ platform, model }: Wish): string | undefined {
  return [platform, model].filter(Boolean).join(' · ') || undefined
}

/** A row for each route, with what this customer's questions (no one else's) have cost there today. */
function routeText(work: PlatformWork, customerId: string): string {
  const today = fold(work.turnsToday(customerId))
  return tableText(
    work.routes(customerId).map(({ platform, model, breaker }) => {
      const figures = today.get(`${platform}/${model}`)
      return [platform, model, breakerText(breaker), figures ? usedText(figures) : '']
    }),
  )
}

function usedText({ requests, costUsd, priced }: Figures): string {
  return `${counted(requests, 'request')} today, ${dollars(priced > 0 ? costUsd : undefined)}`
}

function breakerText(breaker: BreakerState): string {
  if (breaker.state === 'closed') return 'available'
  const why = breaker.kind.replaceAll('_', ' ')
  if (breaker.state === 'half-open') return `being retried after: ${why}`
  return `paused until ${new Date(breaker.until).toTimeString().slice(0, 8)}: ${why}`
}
