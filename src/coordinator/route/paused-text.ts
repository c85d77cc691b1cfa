// What people read about paused platforms.

import { clockTime } from '../../base/text/amounts.ts'
import type { BreakerState } from './breaker.ts'
import { kindWords } from './policy.ts'
import type { Route } from './routes.ts'

type Paused = { route: Route; breaker: Extract<BreakerState, { state: 'open' }> }

/** The routes that are paused, in the same order. */
export function pausedOf(routes: readonly Route[], stateOf: (route: Route) => BreakerState): Paused[] {
  return routes.flatMap(route => {
    const breaker = stateOf(route)
    return breaker.state === 'open' ? [{ route, breaker }] : []
  })
}

/** `openai is paused until 14:03:10 (rate limit), anthropic until 14:05:00 (auth)`. */
export function pausedText(paused: readonly Paused[], now: number): string {
  const texts = paused.map(one => [nameOf(one), `until ${clockTime(one.breaker.until, now)} (${whyOf(one)})`])
  const unique = new Map(texts.map(([name = '', rest = '']) => [name, rest]))
  return [...unique].map(([name, rest], i) => `${name} ${i === 0 ? 'is paused ' : ''}${rest}`).join(', ')
}

/** When every one of several routes is paused, the first to be available again: `openai is available again first, at …`. */
export function dueText(
  routes: readonly Route[],
  paused: readonly Paused[],
  now: number,
): string | undefined {
  const [first] = paused.toSorted((a, b) => a.breaker.until - b.breaker.until)
  if (!first || paused.length < routes.length) return undefined
  const at = clockTime(first.breaker.until, now)
  return routes.length === 1 ? `paused until ${at}` : `${nameOf(first)} is available again first, at ${at}`
}

function nameOf({ route, breaker }: Paused): string {
  const { name, models } = route.platform
  return breaker.key === name || models.length === 1 ? name : route.name
}

function whyOf({ breaker }: Paused): string {
  return kindWords(breaker.kind)
}
