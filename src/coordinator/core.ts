import { createHash } from 'node:crypto'
import { pause as pauseFor } from '../base/waiting/wait.ts'
import type { EnvironmentProxies } from '../config/env.ts'
import type { Customer, PlatformSettings, RoutingSettings, SpendingLimits } from '../config/project.ts'
import { meansPrint } from '../platforms/account.ts'
import { faultIn } from '../platforms/faults/fault.ts'
import { openPlatform } from '../platforms/open.ts'
import type { PlatformFault, VendorPlatform } from '../platforms/platform.ts'
import { countTurn, type Figures, noFigures } from './figures/fold.ts'
import { openSamples, type Samples } from './figures/percentiles.ts'
import type { TurnRecord } from './figures/record.ts'
import type { Bill } from './money/bill.ts'
import { type Budget, checkBudgets, periodStarts } from './money/limits.ts'
import { openPrefixes, type PrefixStore } from './money/prefixes.ts'
import type { PriceCard } from './money/prices.ts'
import { type CacheOwner, openWarmth, type Warmth } from './money/warmth.ts'
import { type BreakerMemory, type Breakers, openBreakers } from './route/breaker.ts'
import type { RefusalOf, Route } from './route/routes.ts'

/** Shared by all questions: the state of the platforms, and the record of their requests. */
export interface Core {
  platforms: readonly PlatformSettings[]
  routing: RoutingSettings
  /** Milliseconds since 1970. */
  now(): number
  /** Rejects as soon as the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** 0 up to 1. */
  random(): number
  breakers: Breakers
  warmth: Warmth
  /** Whose prompt cache a request to this route uses. */
  cacheOwner(route: Route): Promise<CacheOwner>
  /** Opens a route once per value of its key. The first route of a vendor loads its SDK. */
  opened(route: Route): Promise<VendorPlatform>
  isOpened(route: Route): boolean
  prices(): Promise<PriceList>
  /** Median of the newest samples; undefined with fewer than three. */
  firstTokenMs(route: Route): number | undefined
  figures(route: Route): Figures
  /** When the platform last got a request; milliseconds since 1970, 0 = never. */
  lastTraffic(platform: string): number
  count(turn: TurnRecord): void
  /** Warnings for limits that are nearly reached. Throws a SupportError `refused` for one that is reached. */
  checkBudget(asker: Asker): Map<string, string>
  /** Most that all customers together may spend. */
  spending: SpendingLimits | undefined
  /** Those that are said once in a run, and were. */
  notices: Set<string>
}

export type PriceList = (
  platform: PlatformSettings,
  model: string,
  named?: string | undefined,
) => PriceCard | undefined

/** On whose behalf a request is sent. */
export interface Asker {
  customer: Pick<Customer, 'id' | 'name' | 'environment' | 'platformsAllowed'> &
    Partial<Pick<Customer, 'spending' | 'inheritedSpending' | 'routing'>>
  conversation: string
  question: string
  purpose: TurnRecord['purpose']
  /** Gets every request of the question. */
  bill: Bill
  /** US dollars that earlier tries of the question have cost (default: nothing). */
  earlierUsd?: number
}

export interface CoreOptions {
  platforms: readonly PlatformSettings[]
  routing: RoutingSettings
  /** Current value of a credential, by its name. */
  secretOf(name: string): string | undefined
  /** Why a platform must not get a credential that it uses (default: it may). */
  refusalOf?: RefusalOf
  /** Milliseconds since 1970. */
  now?: () => number
  /** Whether a person has allowed the command of this platform's token (default: yes). */
  mayRun?: (platform: PlatformSettings) => boolean
  /** Of the environment, for platforms without a proxy of their own. */
  proxies?: EnvironmentProxies
  /** Waits before a platform is asked again (default: by the clock of this machine). */
  pause?: Core['pause']
  random?: Core['random']
  /** Requests of earlier runs, oldest first, so that speeds are known from the start. */
  past?: readonly TurnRecord[]
  /** Most US dollars that all customers together may spend. */
  spending?: SpendingLimits
  /** US dollars spent since a time, by one customer or by all, in every process (default: nothing). */
  spentSince?: (from: number, customer?: string) => number
  /** What the vendors' prompt caches hold, kept between runs (default: only in this process). */
  prefixes?: PrefixStore
  breakers?: () => readonly BreakerMemory[]
  saveBreaker?: (key: string, memory: BreakerMemory | undefined) => void
  /** Called with each request when it has ended. */
  record?: (turn: TurnRecord) => void
  open?: typeof openPlatform
}

/** Only the newest samples count, so that a speed is the current one. */
const NEWEST = 20
const FEWEST = 3

export function openCore(options: CoreOptions): Core {
  const { platforms, routing, secretOf, now = Date.now, open = openPlatform, proxies = {} } = options
  const { pause = pauseFor, random = Math.random, mayRun = () => true } = options
  const opened = new Map<string, Promise<VendorPlatform>>()
  const figures = new Map<string, Figures>()
  const speeds = new Map<string, Samples>()
  const traffic = new Map<string, number>()

  function measure(turn: TurnRecord): void {
    // A check is far shorter than a question.
    if (turn.firstTokenMs === undefined || turn.purpose === 'check') return
    const name = `${turn.platform}/${turn.model}`
    const samples = speeds.get(name) ?? openSamples(NEWEST)
    speeds.set(name, samples)
    samples.add(turn.firstTokenMs)
  }
  for (const turn of options.past ?? []) measure(turn)

  function figuresOf(of: Pick<TurnRecord, 'platform' | 'vendor' | 'model'>): Figures {
    const name = `${of.platform}/${of.model}`
    const found = figures.get(name) ?? noFigures(of)
    figures.set(name, found)
    return found
  }

  /** A changed key, proxy, certificate or limit needs a new client. */
  function clientKeyOf({ name, platform }: Route): string {
    const limits = JSON.stringify([platform.output, platform.timeouts])
    return [name, meansPrint(platform, secretOf, proxies), limits].join('\n')
  }

  const prices: Core['prices'] = async () => (await import('./money/prices.ts')).priceCard

  return {
    platforms,
    routing,
    now,
    pause,
    random,
    breakers: breakersOf(options, now),
    warmth: openWarmth(options.prefixes ?? openPrefixes()),
    cacheOwner: async route => cacheOwnerOf(route, await prices(), secretOf),
    checkBudget(asker) {
      return checkBudgets(budgetsOf(asker, options, now()))
    },
    spending: options.spending,
    notices: new Set(),
    opened(route) {
      if (!mayRun(route.platform)) return Promise.reject(notAllowed(route.platform))
      const key = clientKeyOf(route)
      const found = opened.get(key) ?? open(route.platform, secretOf, route.model, undefined, proxies)
      opened.set(key, found)
      found.catch(() => opened.delete(key))
      return found
    },
    isOpened: route => opened.has(clientKeyOf(route)),
    prices,
    firstTokenMs({ name }) {
      const samples = speeds.get(name)
      return samples && samples.count >= FEWEST ? samples.at(0.5) : undefined
    },
    figures: ({ platform, model }) => figuresOf({ platform: platform.name, vendor: platform.kind, model }),
    lastTraffic: platform => traffic.get(platform) ?? 0,
    count(turn) {
      countTurn(figuresOf(turn), turn)
      measure(turn)
      traffic.set(turn.platform, now())
      options.record?.(turn)
    },
  }
}

function notAllowed({ name, azure }: PlatformSettings): PlatformFault {
  const [program] = azure?.tokenCommand ?? []
  const what = program === undefined ? 'its sign-in to Google' : `token_command ${JSON.stringify(program)}`
  const remedy = 'run `supportmax trust` to see and allow it'
  return faultIn(name, 'auth', `${what} has not been allowed`, { remedy })
}

function cacheOwnerOf(route: Route, prices: PriceList, secretOf: CoreOptions['secretOf']): CacheOwner {
  const { platform, model } = route
  return {
    vendor: platform.kind,
    model: platform.azure?.baseModel ?? model,
    account: accountOf(route, secretOf),
    billsWrites: prices(platform, model)?.billsCacheWrites ?? false,
  }
}

/** A vendor keeps one cache for all requests with the same key. */
function accountOf({ name, platform }: Route, secretOf: CoreOptions['secretOf']): string {
  const secret = platform.apiKeyName === undefined ? '' : secretOf(platform.apiKeyName)
  return shortHash(`${name}\n${secret ?? ''}`)
}

function breakersOf(
  { breakers, saveBreaker, secretOf, proxies = {}, mayRun = () => true }: CoreOptions,
  now: () => number,
): Breakers {
  const fingerprint = (platform: PlatformSettings) =>
    fingerprintOf(platform, `${meansPrint(platform, secretOf, proxies)}\n${mayRun(platform)}`)
  return openBreakers({ now, fingerprint, saved: breakers, save: saveBreaker })
}

/** Of what a request is made with, without revealing it. */
function fingerprintOf(platform: PlatformSettings, means: string): string {
  const { prices, contextWindow, mostTools, written, enabled, ...used } = platform
  return shortHash(JSON.stringify([means, used]))
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** The limits of the customer and of all, with what was spent in their periods. */
function budgetsOf(
  { customer, bill, earlierUsd = 0 }: Asker,
  { spending: all, spentSince = () => 0 }: CoreOptions,
  now: number,
): Budget[] {
  const { day, month } = periodStarts(now)
  const questionUsd = bill.spent().cost.usd + earlierUsd
  const spentBy = (id: string | undefined) => ({
    questionUsd,
    dayUsd: spentSince(day, id),
    monthUsd: spentSince(month, id),
  })
  return [
    ...(customer.spending
      ? [
          {
            customer,
            limits: customer.spending,
            inherited: customer.inheritedSpending,
            spent: spentBy(customer.id),
          },
        ]
      : []),
    ...(all ? [{ customer: undefined, limits: all, spent: spentBy(undefined) }] : []),
  ]
}
