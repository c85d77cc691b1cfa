import { type ModelRequest, PlatformFault } from '../platforms/platform.ts'
import type { Asker, Core, PriceList } from './core.ts'
import type { BreakerState } from './route/breaker.ts'
import type { Complexity } from './route/complexity.ts'
import { policyOf } from './route/policy.ts'
import { type Ranked, type RouteFacts, rank } from './route/rank.ts'
import type { Route } from './route/routes.ts'

/** One turn's choice of platforms. Each route is asked at most once. */
export interface Picks {
  first: Ranked
  /** The route that would be asked next; undefined if there is none. */
  spare: Route | undefined
  /** Where to continue after this failure; undefined when the turn must not or cannot continue. */
  after(failed: Route, fault: PlatformFault): Promise<Ranked | undefined>
  /** The fault to report when nothing is left, with the cause of every platform. */
  finalFault(): PlatformFault
}

export interface PickOptions {
  asker: Asker
  routes: readonly Route[]
  complexity: Complexity | undefined
  /** `given`: the routes are in order already. */
  order: 'given' | undefined
  /** Route of the previous turn. It is kept, because it has the conversation in its cache. */
  sticky: Ranked | undefined
}

export async function pickFor(core: Core, options: PickOptions, request: ModelRequest): Promise<Picks> {
  const { routing, breakers } = core
  const left = await ranked(core, options, request)
  const faults: PlatformFault[] = []
  let isForced = false

  /** Takes the best route whose breaker is closed. If all are open, the best one is tried anyway, once per turn. */
  function take(fits: (one: Ranked) => boolean = () => true): Ranked | undefined {
    const fitting = left.filter(fits)
    const admitted = fitting.find(one => breakers.admit(one.route))
    const taken = admitted ?? (isForced ? undefined : fitting[0])
    if (!taken) return undefined
    isForced ||= taken !== admitted
    left.splice(left.indexOf(taken), 1)
    return taken === admitted ? taken : { ...taken, rule: `${taken.rule}, although it failed recently` }
  }

  const first = take()
  if (!first) throw new Error('no route to pick from')
  const others = left.filter(one => one.route.platform !== first.route.platform)
  return {
    first,
    spare: routing.fallback
      ? others.find(one => breakers.state(one.route).state === 'closed')?.route
      : undefined,
    async after(failed, fault) {
      faults.push(fault)
      const { next, breaker } = policyOf(fault.kind)
      const sameKey = (one: Ranked) => one.route.platform === failed.platform
      if (breaker?.scope === 'platform')
        for (const one of left.filter(sameKey)) left.splice(left.indexOf(one), 1)
      // Another model of the platform that just failed comes last.
      left.sort((a, b) => Number(sameKey(a)) - Number(sameKey(b)))
      if (!routing.fallback || next === 'none') return undefined
      if (next === 'configured' && (!routing.retryRefusals || faults.length > 1)) return undefined
      if (next === 'once' && faults.filter(one => policyOf(one.kind).next === 'once').length > 1)
        return undefined
      if (next !== 'larger') return take()
      const prices = await core.prices()
      const window = windowOf(prices, failed)
      return take(one => (windowOf(prices, one.route) ?? 0) > (window ?? Number.POSITIVE_INFINITY))
    },
    finalFault: () =>
      finalFaultOf(
        faults,
        left.flatMap(({ route }) => pausedText(breakers.state(route), route)),
      ),
  }
}

async function ranked(core: Core, options: PickOptions, request: ModelRequest): Promise<Ranked[]> {
  const { routes, complexity, sticky } = options
  if (options.order === 'given') return routes.map(route => ({ route, rule: 'in order' }))
  const costs = new Map<Route, number | undefined>()
  if (core.routing.strategy === 'cost_optimized')
    for (const route of routes) costs.set(route, await expectedCost(core, route, request))
  const know = (route: Route): RouteFacts => ({
    costUsd: costs.get(route),
    firstTokenMs: core.firstTokenMs(route),
  })
  const order = rank(routes, core.routing, complexity, know)
  const stays = order.find(one => one.route === sticky?.route)
  return sticky && stays ? [sticky, ...order.filter(one => one !== stays)] : order
}

async function expectedCost(core: Core, route: Route, request: ModelRequest): Promise<number | undefined> {
  const card = (await core.prices())(route.platform, route.model)
  return card?.cost(core.warmth.expected(await core.cacheOwner(route), request, core.now()))
}

/** Context window in tokens; undefined = unknown, which does not count as larger than any other. */
function windowOf(prices: PriceList, { platform, model }: Route): number | undefined {
  return platform.contextWindow ?? prices(platform, model)?.window
}

/** Names every platform's cause in a few words; the full messages were shown when the platforms failed. */
function finalFaultOf(faults: readonly PlatformFault[], paused: readonly string[]): PlatformFault {
  const last = faults.at(-1)
  if (!last) return new PlatformFault('', 'server', 'no platform was tried')
  const rest = policyOf(last.kind).next === 'any' && paused.length > 0 ? `; ${paused.join(', ')}` : ''
  const detail = { cause: last, retry: last.retry, usage: last.usage }
  if (faults.length === 1) return new PlatformFault(last.platform, last.kind, last.message + rest, detail)
  const causes = faults.map(one => `${one.platform} ${one.kind.replaceAll('_', ' ')}`).join(', ')
  const words = `no platform could answer (${causes}${rest}); last error: ${last.message}`
  return new PlatformFault(last.platform, last.kind, words, detail)
}

function pausedText(breaker: BreakerState, { name }: Route): string[] {
  if (breaker.state !== 'open') return []
  return [`${name} is paused until ${new Date(breaker.until).toTimeString().slice(0, 8)}`]
}
