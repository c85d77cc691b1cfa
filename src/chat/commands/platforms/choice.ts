// What /platform and /model share: which platform and model this customer's next question goes to.

import type { PlatformChoice } from '../../../app.ts'
import { SupportError } from '../../../base/errors.ts'
import { costText } from '../../../base/money.ts'
import { clockTime } from '../../../base/text/amounts.ts'
import { figuresByRoute } from '../../../coordinator/figures/fold.ts'
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
export const AUTOMATIC = { value: AUTO, summary: 'pick one for each question' }

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
  try {
    return `${now === undefined ? automaticText(work, customerId) : `using ${now}`}; choices:\n${routeTable(work, customerId)}`
  } catch (error) {
    // The demo can answer where no platform has a key.
    if (now === undefined || !(error instanceof SupportError && error.code === 'no-platform')) throw error
    return `using ${now}; nothing else can be chosen, because ${error.message}`
  }
}

function automaticText(work: PlatformWork, customerId: string): string {
  const strategy = work.strategy(customerId)
  const how = strategy === undefined ? '' : ` (${strategy})`
  return `the platform is picked automatically for each question${how}`
}

function choiceWords({ platform, model }: PlatformChoice): string | undefined {
  return [platform, model].filter(Boolean).join(' · ') || undefined
}

/**
 * A row for each route, with the cost of this customer's own questions there today. Why one failed or is paused follows
 * below the table, which a long reason would make wider than the screen.
 */
function routeTable(work: PlatformWork, customerId: string): string {
  const today = figuresByRoute(work.turnsToday(customerId))
  const routes = work.routes(customerId)
  const rows = routes.map(({ platform, model, breaker }) => {
    const figures = today.get(`${platform}/${model}`)
    return [platform, model, figures ? costText(figures.cost) : '-', stateWord(breaker)]
  })
  const table = tableText([['PLATFORM', 'MODEL', 'COST TODAY', 'STATE'], ...rows])
  return [table, ...troubleLines(routes)].join('\n')
}

function stateWord(breaker: BreakerState): string {
  if (breaker.state === 'open') return 'paused'
  return troubleText(breaker) === undefined ? 'available' : 'failing'
}

/** One line for a platform whose models all have the same trouble, else one for each model. */
function troubleLines(routes: ReturnType<PlatformWork['routes']>): string[] {
  const lines = routes.flatMap(({ platform, model, breaker }) => {
    const text = troubleText(breaker)
    if (text === undefined) return []
    const own = routes.filter(one => one.platform === platform)
    const isShared = own.every(one => troubleText(one.breaker) === text)
    return [`${isShared ? platform : `${platform}/${model}`}: ${text}`]
  })
  return [...new Set(lines)]
}

function troubleText(breaker: BreakerState): string | undefined {
  const kind = breaker.state === 'closed' ? breaker.failing : breaker.kind
  if (kind === undefined) return undefined
  if (breaker.state !== 'open') return `the last request failed (${kindWords(kind)})`
  return `paused until ${clockTime(breaker.until, Date.now())} (${kindWords(kind)})`
}
