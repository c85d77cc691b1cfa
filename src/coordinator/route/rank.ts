import type { RoutingSettings, Strategy } from '../../config/project.ts'
import type { Complexity } from './complexity.ts'
import type { Route } from './routes.ts'

export interface Ranked {
  route: Route
  /** Why it stands where it stands, for the person. */
  rule: string
}

/** What is known of a route at this moment. */
export interface Known {
  /** Expected US dollars of this request there, with what is warm; undefined = unknown. */
  costUsd: number | undefined
  /** Milliseconds to the first token, median of the newest; undefined below three samples. */
  firstTokenMs: number | undefined
}

type Judged = { route: Route; score: number; because: string }

/** Best first. Pure. `know` is asked only where the strategy needs it. */
export function rank(
  routes: readonly Route[],
  routing: Pick<RoutingSettings, 'strategy' | 'order' | 'tiers'>,
  complexity: Complexity | undefined,
  know: (route: Route) => Known,
): Ranked[] {
  const ordered = routes.toSorted((a, b) => placeIn(routing.order, a) - placeIn(routing.order, b))
  const judge = JUDGES[routing.strategy ?? 'order']
  const judged = ordered.map(route => judge(route, routing, know)).toSorted((a, b) => a.score - b.score)
  const tier = complexity?.tier
  const ranked = judged.map(({ route, because }) => ({ route, rule: because }))
  if (!complexity || !tier) return ranked
  const isIn = ({ route }: Ranked) => placeIn(routing.tiers[tier], route) < routing.tiers[tier].length
  const inTier = ranked
    .filter(isIn)
    .map(({ route, rule }) => ({ route, rule: `${complexity.rule}; ${rule}` }))
  return [...inTier, ...ranked.filter(one => !isIn(one))]
}

/** Position of the route in a list of `platform` and `platform/model`; its length where it is not in there. */
export function placeIn(list: readonly string[], route: Route): number {
  const place = list.findIndex(one => one === route.name || one === route.platform.name)
  return place < 0 ? list.length : place
}

/** Unknown is last: a price that nobody knows must not win as if it were none. */
const LAST = Number.POSITIVE_INFINITY

type Judge = (route: Route, routing: Pick<RoutingSettings, 'tiers'>, know: (route: Route) => Known) => Judged

const JUDGES: Record<Strategy | 'order', Judge> = {
  order: route => ({ route, score: 0, because: 'first in order' }),
  cost_optimized(route, _routing, know) {
    const { costUsd } = know(route)
    const because = costUsd === undefined ? 'its price is unknown' : `cheapest (about $${costUsd.toFixed(4)})`
    return { route, score: costUsd ?? LAST, because }
  },
  latency(route, _routing, know) {
    const { firstTokenMs } = know(route)
    // What was never measured is tried first, or it would never be.
    if (firstTokenMs === undefined) return { route, score: -1, because: 'to measure its speed' }
    return {
      route,
      score: firstTokenMs,
      because: `fastest (${Math.round(firstTokenMs)} ms to the first token)`,
    }
  },
  capability(route, { tiers }) {
    const at = [tiers.premium, tiers.standard].findIndex(tier => placeIn(tier, route) < tier.length)
    const inCheap = placeIn(tiers.cheap, route) < tiers.cheap.length
    return { route, score: at >= 0 ? at : inCheap ? 3 : 2, because: 'most capable' }
  },
}
