import { dollars } from '../../base/money.ts'
import { milliseconds } from '../../base/text/amounts.ts'
import type { Customer, RoutingSettings, Strategy } from '../../config/project.ts'
import type { Complexity } from './complexity.ts'
import type { Route } from './routes.ts'

export interface Ranked {
  route: Route
  /** Why it has this position, shown to people. */
  rule: string
}

/** The current facts about a route. */
export interface RouteFacts {
  /** Expected US dollars of this request there, considering its cache; undefined = unknown. */
  costUsd: number | undefined
  /** Median milliseconds to the first token of the newest requests; undefined with fewer than three. */
  firstTokenMs: number | undefined
}

/** `because` if it is the best one, `asNext` if it follows others. */
type ScoredRoute = { route: Route; score: number; because: string; asNext?: string }

/** Ranks routes, best first. Pure. `know` is called only when the strategy needs it. */
export function rank(
  routes: readonly Route[],
  routing: Pick<RoutingSettings, 'strategy' | 'order' | 'tiers'>,
  complexity: Complexity | undefined,
  know: (route: Route) => RouteFacts,
): Ranked[] {
  const ordered = inOrder(routes, routing)
  const score = SCORERS[routing.strategy ?? 'order']
  const scored = ordered.map(route => score(route, routing, know)).toSorted((a, b) => a.score - b.score)
  const tier = complexity?.tier
  const isIn = ({ route }: ScoredRoute) =>
    tier !== undefined && positionIn(routing.tiers[tier], route) < routing.tiers[tier].length
  const inTier = scored.filter(isIn)
  const others = scored.filter(one => !isIn(one))
  const outside = inTier.length === 0 ? '' : `not in the ${tier} tier; `
  return [
    ...inTier.map((one, at) => ({ route: one.route, rule: `${complexity?.rule}; ${ruleOf(one, at)}` })),
    ...others.map((one, at) => ({ route: one.route, rule: outside + ruleOf(one, at) })),
  ]
}

/** Among those that it is compared with. */
function ruleOf({ because, asNext = because }: ScoredRoute, at: number): string {
  return at === 0 ? because : asNext
}

/** In the configured order; the others follow as they are. */
export function inOrder(routes: readonly Route[], { order }: Pick<RoutingSettings, 'order'>): Route[] {
  return routes.toSorted((a, b) => positionIn(order, a) - positionIn(order, b))
}

/** The routing of one customer: what it sets itself overrides the project's. */
export function routingFor(
  routing: RoutingSettings,
  customer: Partial<Pick<Customer, 'routing'>>,
): RoutingSettings {
  return { ...routing, ...customer.routing }
}

/** Position of the route in a list of `platform` and `platform/model`; the list's length if it is missing. */
function positionIn(list: readonly string[], route: Route): number {
  const position = list.findIndex(one => one === route.name || one === route.platform.name)
  return position < 0 ? list.length : position
}

/** Unknown prices come last: they must not win as if they were zero. */
const LAST = Number.POSITIVE_INFINITY

type Scorer = (
  route: Route,
  routing: Pick<RoutingSettings, 'tiers'>,
  know: (route: Route) => RouteFacts,
) => ScoredRoute

const SCORERS: Record<Strategy, Scorer> = {
  order: route => ({ route, score: 0, because: 'first in order', asNext: 'next in order' }),
  cost_optimized(route, _routing, know) {
    const { costUsd } = know(route)
    if (costUsd === undefined) return { route, score: LAST, because: 'price unknown' }
    const because = `cheapest (about ${dollars(costUsd)})`
    return { route, score: costUsd, because, asNext: `next ${because}` }
  },
  latency(route, _routing, know) {
    const { firstTokenMs } = know(route)
    // A route that was never measured comes first; otherwise it never would be.
    if (firstTokenMs === undefined) return { route, score: -1, because: 'not measured yet' }
    const because = `fastest (${milliseconds(firstTokenMs)} to the first token)`
    return { route, score: firstTokenMs, because, asNext: `next ${because}` }
  },
  capability(route, { tiers }) {
    const at = [tiers.premium, tiers.standard].findIndex(tier => positionIn(tier, route) < tier.length)
    const inCheap = positionIn(tiers.cheap, route) < tiers.cheap.length
    return {
      route,
      score: at >= 0 ? at : inCheap ? 3 : 2,
      because: 'most capable',
      asNext: 'next most capable',
    }
  },
}
