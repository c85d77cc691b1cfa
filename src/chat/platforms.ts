// What /platform, /model and /cost say.

import { dollars } from '../base/text/words.ts'
import { type Figures, fold } from '../coordinator/figures/fold.ts'
import type { TurnRecord } from '../coordinator/figures/record.ts'
import type { BreakerState } from '../coordinator/route/breaker.ts'
import { columns } from './words.ts'

/** What a person asked for; undefined = picked for each question. */
export interface Wish {
  platform?: string | undefined
  model?: string | undefined
}

export interface PlatformWork {
  /** What holds for this customer's next question. */
  wishFor(customerId: string): Wish
  wish(customerId: string, wish: Wish): void
  /** Throws a SupportError where this customer may not have it, or nobody can. */
  check(customerId: string, wish: Wish): void
  /** Models that this customer's questions can go to. */
  routes(customerId: string): { platform: string; model: string; breaker: BreakerState }[]
  /** This customer's requests since midnight. */
  turnsToday(customerId: string): TurnRecord[]
}

/** Takes the wish, or says what there is. @param what `platform` or `model` */
export function wished(work: PlatformWork, customerId: string, what: keyof Wish, name: string): string {
  if (name === '')
    return `now: ${nowText(work.wishFor(customerId))}; there are:\n${routeText(work, customerId)}`
  const wish: Wish =
    name === 'auto' ? {} : what === 'platform' ? { platform: name } : modelWish(work, customerId, name)
  work.check(customerId, wish)
  work.wish(customerId, wish)
  return wishText(wish)
}

/** A model goes with the platform that was taken, unless another one lists it. */
function modelWish({ wishFor, routes }: PlatformWork, customerId: string, model: string): Wish {
  const { platform } = wishFor(customerId)
  const owner = routes(customerId).find(one => one.model === model)?.platform
  return { platform: owner ?? platform, model }
}

function nowText({ platform, model }: Wish): string {
  return [platform, model].filter(Boolean).join(' · ') || 'picked for each question'
}

function wishText({ platform, model }: Wish): string {
  if (platform === undefined && model === undefined) return 'picked for each question'
  return `${[platform, model].filter(Boolean).join(' · ')} from the next question on; "auto" picks again`
}

/** With what this customer's questions of today cost there, and nobody else's. */
function routeText(work: PlatformWork, customerId: string): string {
  const today = fold(work.turnsToday(customerId))
  return columns(
    work.routes(customerId).map(({ platform, model, breaker }) => {
      const figures = today.get(`${platform}/${model}`)
      return [platform, model, breakerText(breaker), figures ? usedText(figures) : '']
    }),
  )
}

function usedText({ requests, costUsd, priced }: Figures): string {
  const cost = dollars(priced > 0 ? costUsd : undefined)
  return `${requests} request${requests === 1 ? '' : 's'} today, ${cost}`
}

function breakerText(breaker: BreakerState): string {
  if (breaker.state === 'closed') return 'can be asked'
  const why = breaker.kind.replaceAll('_', ' ')
  if (breaker.state === 'half-open') return `on trial after ${why}`
  return `paused until ${new Date(breaker.until).toTimeString().slice(0, 8)}: ${why}`
}

/** @param conversation the current one's name; undefined before its first question */
export function costText(turns: readonly TurnRecord[], conversation: string | undefined): string {
  const here = turns.filter(one => one.conversation === conversation)
  const platforms = [...new Set(turns.map(one => one.platform))]
  const rows = [
    ['', 'COST', 'REQUESTS', 'TOKENS'],
    ['this conversation', ...costCells(here)],
    ['this customer today', ...costCells(turns)],
    ...platforms.map(name => [`  of that ${name}`, ...costCells(turns.filter(one => one.platform === name))]),
  ]
  return columns(rows)
}

function costCells(turns: readonly TurnRecord[]): string[] {
  const known = turns.reduce((sum, one) => sum + (one.costUsd ?? 0), 0)
  const unknown = turns.filter(one => one.outcome === 'ok' && one.costUsd === undefined).length
  const tokens = turns.reduce(
    (sum, one) => sum + (one.usage ? one.usage.inputTokens + one.usage.outputTokens : 0),
    0,
  )
  const priced = turns.some(one => one.costUsd !== undefined)
  const cost = priced || unknown === 0 ? dollars(known) : 'unknown'
  return [
    unknown > 0 && priced ? `${cost} + ${unknown} unknown` : cost,
    String(turns.length),
    tokens.toLocaleString('en'),
  ]
}
