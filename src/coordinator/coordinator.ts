import { TIMEOUTS } from '../base/timeouts.ts'
import { waitFor } from '../base/waiting/wait.ts'
import type { Platform, Spent } from '../platforms/platform.ts'
import { type Asker, type CoreOptions, openCore } from './core.ts'
import { type Explaining, type Explanation, explainQuestion } from './explain.ts'
import type { Figures } from './figures/fold.ts'
import { checkModels, type ModelCheck } from './health/check.ts'
import { type Listing, openListings } from './health/listings.ts'
import { openBill, type Running } from './money/bill.ts'
import { openQuestion, type QuestionOptions } from './question.ts'
import type { BreakerState, Breakers } from './route/breaker.ts'
import { complexityOf } from './route/complexity.ts'
import { inOrder, routingFor } from './route/rank.ts'
import { type Choice, onePerPlatform, type Route, routesFor, usableRoutes } from './route/routes.ts'

export interface CoordinatorOptions extends CoreOptions {
  /** How tools are offered to a platform, for each customer. */
  offerFor?: (customerId: string) => QuestionOptions['offer']
}

export interface Ask extends Omit<Asker, 'purpose' | 'bill'>, Pick<Choice, 'platform' | 'model'> {
  text: string
  isCritical: boolean
}

/** The platforms of one question. */
export interface QuestionPlatforms {
  platform: Platform
  /** One or two other platforms for the same question, best first; if there are enough, one is left over to judge. */
  peers(answered: string): Platform[]
  /** Compares answers: the configured judge, otherwise one that has not answered, otherwise the first. */
  judge(answered: readonly string[]): Platform
  /** What all of them have cost so far. */
  spent(): Spent
}

interface RouteState {
  route: Route
  breaker: BreakerState
  figures: Figures
  listing: Listing | undefined
}

export interface Coordinator {
  /** Throws a SupportError when policy leaves no platform, or when none is ready. */
  forQuestion(ask: Ask): QuestionPlatforms
  /** What a question would do. Sends and loads nothing. */
  explain(explaining: Explaining): Promise<Explanation>
  /** Loads the SDK that this customer's next question is likely to need. */
  warm(choice: Pick<Choice, 'customer' | 'platform' | 'model'>): Promise<void>
  /** Current state of the routes open to this customer's questions. Throws like forQuestion(). */
  routes(choice: Pick<Choice, 'customer' | 'platform' | 'model'>): RouteState[]
  /** Current state of every enabled route. */
  states(): RouteState[]
  /** Ends the pauses of a platform and of its models. Returns those that were paused or on trial. */
  reset(platform: string): ReturnType<Breakers['reset']>
  /** Asks each model one tiny question with a tool; without a customer, the models of all platforms that have their key. */
  checkModels(customer: Choice['customer'] | undefined, signal: AbortSignal): Promise<ModelCheck[]>
  /** Fetches the model list of every platform that has its key. */
  checkAll(signal: AbortSignal): Promise<void>
  /** The same for platforms without recent traffic. */
  checkIdle(signal: AbortSignal): Promise<void>
  /** Repeats checkIdle at the configured interval until close(). */
  watch(): void
  /** Waits a moment for cancelled requests to be recorded. */
  close(): Promise<void>
}

/** Opens the coordinator of a project. Health is kept per platform, spending and warm caches per customer. */
export function openCoordinator(options: CoordinatorOptions): Coordinator {
  const { platforms, routing, secretOf, refusalOf, offerFor = () => platform => platform.stream } = options
  const core = openCore(options)
  const running: Running = { requests: 0 }
  let timer: NodeJS.Timeout | undefined
  const closing = new AbortController()

  function routesOf(choice: Omit<Choice, 'platforms' | 'secretOf' | 'refusalOf'>): Route[] {
    return inOrder(
      routesFor({ ...choice, platforms, secretOf, refusalOf }),
      routingFor(routing, choice.customer),
    )
  }

  /** Routes of all platforms that have their key, no matter which customers may use them. */
  const inUse = () => usableRoutes({ platforms, secretOf, refusalOf }).filter(isModel)

  const listings = openListings(core, () => onePerPlatform(inUse()))

  const stateOf = (route: Route): RouteState => ({
    route,
    breaker: core.breakers.state(route),
    figures: core.figures(route),
    listing: listings.of(route),
  })

  const isOpen = (route: Route) => Number(core.breakers.state(route).state === 'open')
  const healthyFirst = (routes: readonly Route[]) => routes.toSorted((a, b) => isOpen(a) - isOpen(b))

  return {
    forQuestion(ask) {
      core.breakers.reload()
      const routes = routesOf(ask)
      const bill = openBill(running)
      const over = (some: readonly Route[], purpose: Asker['purpose']) =>
        openQuestion(core, {
          asker: { ...ask, purpose, bill },
          routes: some,
          complexity: complexityOf(ask.text, routingFor(routing, ask.customer), ask.isCritical),
          order: purpose === 'answer' ? undefined : 'given',
          offer: offerFor(ask.customer.id),
        })
      return {
        platform: over(routes, 'answer'),
        peers: answered =>
          peersOf(healthyFirst(onePerPlatform(routes, answered))).map(one => over([one], 'cross-check')),
        judge: answered => over(judges(healthyFirst(routes), routing.judge, answered), 'judge'),
        spent: bill.spent,
      }
    },
    explain: explaining => explainQuestion(core, explaining, { routesOf, secretOf, refusalOf }),
    async warm(choice) {
      const [first] = routesOf(choice)
      if (first) await core.opened(first)
    },
    routes(choice) {
      core.breakers.reload()
      return routesOf(choice).map(stateOf)
    },
    states: () => inUse().map(stateOf),
    reset: core.breakers.reset,
    async checkModels(customer, signal) {
      const routes = customer ? routesOf({ customer }).filter(isModel) : inUse()
      return checkModels(core, routes, { customer: customer ?? NOBODY, running, signal })
    },
    checkAll: listings.checkAll,
    checkIdle: listings.checkIdle,
    watch() {
      timer ??= setInterval(() => void listings.checkIdle(closing.signal), routing.healthCheckMs).unref()
    },
    async close() {
      clearInterval(timer)
      closing.abort()
      await waitFor(() => running.requests === 0, { every: 10, most: TIMEOUTS.modelCancel })
    },
  }
}

const NOBODY = { id: '', name: 'all customers', environment: undefined, platformsAllowed: undefined }

function isModel({ platform }: Route): boolean {
  return platform.kind !== 'demo'
}

/** At most two answers in addition to the first, with one platform left over to judge if possible. */
function peersOf(others: readonly Route[]): Route[] {
  return others.slice(0, Math.max(1, Math.min(2, others.length - 1)))
}

/** Best first: the configured judge, then platforms that have not answered, then the rest. */
function judges(routes: readonly Route[], judge: string | undefined, answered: readonly string[]): Route[] {
  const priority = (route: Route) =>
    route.name === judge || route.platform.name === judge ? 0 : answered.includes(route.platform.name) ? 2 : 1
  return routes.toSorted((a, b) => priority(a) - priority(b))
}
