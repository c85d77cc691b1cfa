// What /platform and /model share: which platform and model this customer's next question goes to.

import type { PlatformChoice } from '../../../app.ts'
import { costText } from '../../../base/money.ts'
import { clockTime, counted } from '../../../base/text/amounts.ts'
import { type Figures, figuresByRoute } from '../../../coordinator/figures/fold.ts'
import type { TurnRecord } from '../../../coordinator/figures/record.ts'
import type { BreakerState } from '../../../coordinator/route/breaker.ts'
import { kindWords } from '../../../coordinator/route/policy.ts'
import { tableText } from '../table.ts'

export interface PlatformWork {
  /** The choice for this customer's next question. */
  choiceOf(customerId: string): PlatformChoice
  choose(customerId: string, choice: PlatformChoice): void
  /** Throws a SupportError if this customer is not allowed to use it, or it is not available. */
  check(customerId: string, choice: PlatformChoice): void
  /** How a platform is picked for this customer: `cost_optimized`, or undefined for the order alone. */
  strategy(customerId: string): string | undefined
  /** Models that this customer's questions can go to, in its order. */
  routes(customerId: string): { platform: string; model: string; breaker: BreakerState }[]
  /** Ends the pause of a platform. False if it was not paused. */
  endPause(platform: string): boolean
  /** This customer's requests since midnight. */
  turnsToday(customerId: string): TurnRecord[]
}

/** The word that undoes a choice. */
export const AUTO = 'auto'

/** Applies the choice if this customer may use it; returns the text to show. */
export function applyChoice(work: PlatformWork, customerId: string, choice: PlatformChoice): string {
  work.check(customerId, choice)
  work.choose(customerId, choice)
  const words = choiceWords(choice)
  const isResumed = choice.platform !== undefined && work.endPause(choice.platform)
  const resumed = isResumed ? `ended the pause of ${choice.platform}; ` : ''
  return words === undefined
    ? automaticText(work, customerId)
    : `${resumed}using ${words} from the next question on; undo with "/platform ${AUTO}"`
}

/** The current choice, and what can be chosen. */
export function choicesText(work: PlatformWork, customerId: string): string {
  const now = choiceWords(work.choiceOf(customerId))
  return `${now === undefined ? automaticText(work, customerId) : `using ${now}`}; choices:\n${routeTable(work, customerId)}`
}

function automaticText(work: PlatformWork, customerId: string): string {
  const strategy = work.strategy(customerId)
  const how = strategy === undefined ? '' : ` (${strategy})`
  return `the platform is picked automatically for each question${how}`
}

function choiceWords({ platform, model }: PlatformChoice): string | undefined {
  return [platform, model].filter(Boolean).join(' · ') || undefined
}

/** A row for each route, with the cost of this customer's own questions there today. */
function routeTable(work: PlatformWork, customerId: string): string {
  const today = figuresByRoute(work.turnsToday(customerId))
  return tableText(
    work.routes(customerId).map(({ platform, model, breaker }) => {
      const figures = today.get(`${platform}/${model}`)
      return [platform, model, breakerText(breaker), figures ? usageText(figures) : '']
    }),
  )
}

function usageText({ requests, cost }: Figures): string {
  return `${counted(requests, 'request')} today, ${costText(cost)}`
}

function breakerText(breaker: BreakerState): string {
  if (breaker.state === 'closed') return 'available'
  const why = kindWords(breaker.kind)
  if (breaker.state === 'half-open') return `being retried after ${why}`
  return `paused until ${clockTime(breaker.until, Date.now())}: ${why}`
}
