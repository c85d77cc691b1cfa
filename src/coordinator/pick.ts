import { asClause } from '../base/text/words.ts'
import { type ModelRequest, PlatformFault } from '../platforms/platform.ts'
import type { Asker, Core, PriceList } from './core.ts'
import type { Complexity } from './route/complexity.ts'
import { dueText, pausedOf } from './route/paused-text.ts'
import { kindWords, policyOf } from './route/policy.ts'
import { type Ranked, type RouteFacts, rank, routingFor } from './route/rank.ts'
import type { Route } from './route/routes.ts'
import { type Later, openSecondTries } from './route/second-try.ts'

/** A route to send a turn to. */
export interface Picked extends Ranked {
  /** Milliseconds to wait before the request; undefined = it is sent at once. */
  waitMs: number | undefined
  /** Better routes that are paused. */
  passed: readonly Route[]
}

/** One turn's choice of platforms. Each route is asked once; when no other one is healthy, at most two are asked again. */
export interface Picks {
  first: Picked
  /** The route that would be asked next; undefined if there is none. */
  spare: Route | undefined
  /** Where to continue after this failure; undefined when the turn must not or cannot continue. */
  after(failed: Ranked, fault: PlatformFault): Promise<Picked | undefined>
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
  const pool = openPool(core, left)
  const tries = openSecondTries({ mostMs: routing.retryWaitMs, now: core.now, random: core.random })

  /** Waits for a route that failed in this turn, or whose vendor said that it can be asked soon. */
  function afterWait(): Picked | undefined {
    const later = tries.next(pool.limited())
    if (!later) return undefined
    pool.remove(one => one === later.one)
    return { ...later.one, waitMs: later.waitMs, passed: [] }
  }

  const first = pool.healthy() ?? afterWait() ?? pool.forced()
  if (!first) throw new Error('no route to pick from')
  const others = left.filter(one => one.route.platform !== first.route.platform)
  return {
    first,
    spare: routing.fallback
      ? others.find(one => breakers.state(one.route).state === 'closed')?.route
      : undefined,
    async after(failed, fault) {
      faults.push(fault)
      tries.failed(failed, fault)
      const { next, breaker } = policyOf(fault.kind)
      const sameKey = (one: Ranked) => one.route.platform === failed.route.platform
      if (breaker?.scope === 'platform') pool.remove(sameKey)
      if (!routing.fallback) pool.remove(() => true)
      // Another model of the platform that just failed comes last.
      left.sort((a, b) => Number(sameKey(a)) - Number(sameKey(b)))
      if (next === 'none') return undefined
      if (next === 'configured' && (!routing.retryRefusals || faults.length > 1)) return undefined
      if (next === 'once' && faults.filter(one => policyOf(one.kind).next === 'once').length > 1)
        return undefined
      if (next !== 'larger') return pool.healthy() ?? afterWait() ?? pool.forced()
      const prices = await core.prices()
      const window = windowOf(prices, failed.route)
      const isLarger = (one: Ranked) =>
        (windowOf(prices, one.route) ?? 0) > (window ?? Number.POSITIVE_INFINITY)
      return pool.healthy(isLarger) ?? pool.forced(isLarger)
    },
    finalFault() {
      const paused = pausedOf(options.routes, breakers.state)
      return finalFaultOf(faults, dueText(options.routes, paused, core.now()))
    },
  }
}

/** The routes that this turn has not asked yet; those that are taken leave `left`. */
function openPool({ breakers, now }: Core, left: Ranked[]) {
  let isForced = false
  const pauseOf = ({ route }: Ranked) => {
    const breaker = breakers.state(route)
    return breaker.state === 'open' ? breaker : undefined
  }
  const anyRoute = () => true

  function remove(fits: (one: Ranked) => boolean): void {
    for (const one of left.filter(fits)) left.splice(left.indexOf(one), 1)
  }

  return {
    remove,
    /** The best route whose breaker is closed. */
    healthy(fits: (one: Ranked) => boolean = anyRoute): Picked | undefined {
      const taken = left.find(one => fits(one) && breakers.admit(one.route))
      if (!taken) return undefined
      const better = left.slice(0, left.indexOf(taken))
      remove(one => one === taken)
      return { ...taken, waitMs: undefined, passed: better.filter(pauseOf).map(one => one.route) }
    },
    /** If all are paused, the one that is due first is asked anyway, once per turn. */
    forced(fits: (one: Ranked) => boolean = anyRoute): Picked | undefined {
      const dueOf = (one: Ranked) => pauseOf(one)?.until ?? 0
      const [taken] = left.filter(fits).toSorted((a, b) => dueOf(a) - dueOf(b))
      if (!taken || isForced) return undefined
      isForced = true
      remove(one => one === taken)
      const why = pauseOf(taken) ? 'despite its pause, because nothing else' : 'nothing else'
      return { ...taken, rule: `${taken.rule}; ${why} is available`, waitMs: undefined, passed: [] }
    },
    /** Routes whose vendor said when they can be asked. Other pauses are guesses, and not worth waiting for. */
    limited: (): Later[] =>
      left.flatMap(one => {
        const pause = pauseOf(one)
        return pause?.kind === 'rate_limit' ? [{ one, waitMs: pause.until - now() }] : []
      }),
  }
}

async function ranked(core: Core, options: PickOptions, request: ModelRequest): Promise<Ranked[]> {
  const { routes, complexity, sticky } = options
  const routing = routingFor(core.routing, options.asker.customer)
  if (options.order === 'given') return routes.map(route => ({ route, rule: 'in order' }))
  const costs = new Map<Route, number | undefined>()
  if (routing.strategy === 'cost_optimized')
    for (const route of routes) costs.set(route, await expectedCost(core, route, request))
  const know = (route: Route): RouteFacts => ({
    costUsd: costs.get(route),
    firstTokenMs: core.firstTokenMs(route),
  })
  const order = rank(routes, routing, complexity, know)
  const stays = order.find(one => one.route === sticky?.route)
  return sticky && stays ? [sticky, ...order.filter(one => one !== stays)] : order
}

/** US dollars of one request there; undefined = unknown. */
export async function expectedCost(
  core: Core,
  route: Route,
  request: ModelRequest,
): Promise<number | undefined> {
  const card = (await core.prices())(route.platform, route.model)
  return card?.cost(core.warmth.expected(await core.cacheOwner(route), request, core.now()))
}

/** Context window in tokens; undefined = unknown, which does not count as larger than any other. */
export function windowOf(prices: PriceList, { platform, model }: Route): number | undefined {
  return platform.contextWindow ?? prices(platform, model)?.window
}

/** Names every platform's cause in a few words; the full messages were shown when the platforms failed. */
function finalFaultOf(faults: readonly PlatformFault[], due: string | undefined): PlatformFault {
  const last = faults.at(-1)
  if (!last) return new PlatformFault('', 'server', 'no platform was tried')
  const rest = policyOf(last.kind).next === 'any' && due !== undefined ? `; ${due}` : ''
  const { remedy, retry, usage, isUsagePartial } = last
  const detail = { cause: last, remedy, retry, usage, isUsagePartial }
  const platforms = new Set(faults.map(one => one.platform))
  if (platforms.size === 1) {
    const tries = faults.length === 1 ? '' : `; tried ${timesText(faults.length)}`
    return new PlatformFault(
      last.platform,
      last.kind,
      tries + rest === '' ? last.message : asClause(last.message) + tries + rest,
      detail,
    )
  }
  const causes = Map.groupBy(faults, one => `${one.platform}: ${kindWords(one.kind)}`)
  const list = [...causes].map(([cause, { length }]) =>
    length === 1 ? cause : `${cause}, ${timesText(length)}`,
  )
  const words = `no platform could answer (${list.join('; ')}); last error, from ${last.platform}: ${rest === '' ? last.message : asClause(last.message) + rest}`
  return new PlatformFault('', last.kind, words, detail)
}

function timesText(times: number): string {
  return times === 2 ? 'twice' : `${times} times`
}
