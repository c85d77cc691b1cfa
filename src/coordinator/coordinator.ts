import type { Platform } from '../platforms/platform.ts'
import { type Asker, type CoreOptions, openCore } from './core.ts'
import type { Figures } from './figures/fold.ts'
import { type Listing, listModels } from './health.ts'
import { type LineOptions, openLine } from './line.ts'
import type { BreakerState } from './route/breaker.ts'
import { type Complexity, complexityOf } from './route/complexity.ts'
import { type Choice, onePerPlatform, type Route, routesFor, usableRoutes } from './route/routes.ts'

export interface CoordinatorOptions extends CoreOptions {
  /** How tools are offered to a platform, for one customer. */
  offerFor?: (customerId: string) => LineOptions['offer']
}

export interface Ask extends Omit<Asker, 'purpose'>, Pick<Choice, 'platform' | 'model'> {
  text: string
  isCritical: boolean
}

/** One question's platforms. */
export interface Line {
  platform: Platform
  complexity: Complexity
  /** One or two platforms that answer the same beside `answered`, best first; one is left to judge where there are enough. */
  peers(answered: string): Platform[]
  /** Who compares answers: the configured one, else one that gave none, else the first. */
  judge(answered: readonly string[]): Platform
}

export interface RouteState {
  route: Route
  breaker: BreakerState
  figures: Figures
  listing: Listing | undefined
}

export interface Coordinator {
  /** Throws a SupportError where policy leaves none or none could answer. */
  line(ask: Ask): Line
  /** Loads what a question of this customer is likely to need. */
  warm(choice: Pick<Choice, 'customer' | 'platform' | 'model'>): Promise<void>
  /** What this customer's questions can go to, as it is now. Throws as line() does. */
  routes(choice: Pick<Choice, 'customer' | 'platform' | 'model'>): RouteState[]
  /** Every enabled route, as it is now. */
  states(): RouteState[]
  /** Asks every platform that has its key for its list of models, now. */
  look(signal: AbortSignal): Promise<void>
  /** Asks each platform that had no traffic lately for its list. */
  checkHealth(signal: AbortSignal): Promise<void>
  /** checkHealth from now on, as often as configured, until close(). */
  watch(): void
  close(): void
}

/** Over all platforms of one project. State is kept by platform, spending and warm caches by customer. */
export function openCoordinator(options: CoordinatorOptions): Coordinator {
  const { platforms, routing, secretOf, offerFor = () => platform => platform.stream } = options
  const core = openCore(options)
  const listings = new Map<string, Listing>()
  let timer: NodeJS.Timeout | undefined
  const closing = new AbortController()

  function routesOf(choice: Omit<Choice, 'platforms' | 'secretOf'>): Route[] {
    return routesFor({ ...choice, platforms, secretOf })
  }

  /** Models of all platforms that have their key, whoever may use them. */
  const inUse = () => usableRoutes(platforms, secretOf).filter(({ platform }) => platform.kind !== 'demo')

  const stateOf = (route: Route): RouteState => ({
    route,
    breaker: core.breakers.state(route),
    figures: core.figures(route),
    listing: listings.get(route.platform.name),
  })

  const healthyFirst = (routes: readonly Route[]) =>
    routes.toSorted(
      (a, b) =>
        Number(core.breakers.state(a).state === 'open') - Number(core.breakers.state(b).state === 'open'),
    )

  async function checkHealth(signal: AbortSignal): Promise<void> {
    const idle = onePerPlatform(inUse()).filter(({ platform: { name } }) => {
      const last = Math.max(core.lastTraffic(name), listings.get(name)?.at ?? 0)
      return core.now() - last >= routing.healthCheckMs
    })
    await Promise.all(idle.map(route => list(route, signal)))
  }

  async function list(route: Route, signal: AbortSignal): Promise<Listing> {
    const listing = await listModels(core, route, signal)
    if (!signal.aborted) listings.set(route.platform.name, listing)
    return listing
  }

  return {
    line(ask) {
      const routes = routesOf(ask)
      const complexity = complexityOf(ask.text, routing, ask.isCritical)
      const over = (some: readonly Route[], purpose: Asker['purpose']) =>
        openLine(core, {
          asker: { ...ask, purpose },
          routes: some,
          complexity,
          order: purpose === 'answer' ? undefined : 'given',
          offer: offerFor(ask.customer.id),
        })
      return {
        platform: over(routes, 'answer'),
        complexity,
        peers: answered =>
          witnesses(healthyFirst(onePerPlatform(routes, answered))).map(one => over([one], 'cross-check')),
        judge: answered => over(judges(healthyFirst(routes), routing.judge, answered), 'judge'),
      }
    },
    async warm(choice) {
      const [first] = routesOf(choice)
      if (first) await core.opened(first)
    },
    routes: choice => routesOf(choice).map(stateOf),
    states: () => inUse().map(stateOf),
    async look(signal) {
      await Promise.all(onePerPlatform(inUse()).map(route => list(route, signal)))
    },
    checkHealth,
    watch() {
      timer ??= setInterval(() => void checkHealth(closing.signal), routing.healthCheckMs).unref()
    },
    close() {
      clearInterval(timer)
      closing.abort()
    },
  }
}

/** Two answers beside the first are enough. */
function witnesses(others: readonly Route[]): Route[] {
  return others.slice(0, Math.max(1, Math.min(2, others.length - 1)))
}

/** Best first: the configured judge, whoever has given no answer, then the rest. */
function judges(routes: readonly Route[], judge: string | undefined, answered: readonly string[]): Route[] {
  const place = (one: Route) =>
    one.name === judge || one.platform.name === judge ? 0 : answered.includes(one.platform.name) ? 2 : 1
  return routes.toSorted((a, b) => place(a) - place(b))
}
