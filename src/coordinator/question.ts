import {
  type ModelEvent,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type VendorPlatform,
} from '../platforms/platform.ts'
import { type Attempt, departureOf, recordAttempt, startAttempt } from './attempt.ts'
import type { Asker, Core } from './core.ts'
import { costOfTurn } from './figures/spent.ts'
import { type Ending, follow } from './follow.ts'
import { passedNotices, uncountedNotices, waitFor, waitNotices } from './notices.ts'
import { type Picked, pickFor } from './pick.ts'
import type { Complexity } from './route/complexity.ts'
import type { Ranked } from './route/rank.ts'
import type { Route } from './route/routes.ts'

export interface QuestionOptions {
  asker: Asker
  /** Every route that may answer; they are ranked again for each turn. */
  routes: readonly Route[]
  complexity?: Complexity | undefined
  /** `given`: the routes are in order already. Default: they are ranked. */
  order?: 'given' | undefined
  /** How tools are offered to a platform, for this customer. */
  offer(platform: VendorPlatform, route: Route): Platform['stream']
}

/** Answers the turns of one question. Each turn is answered completely by one platform, or fails with every cause. */
export function openQuestion(core: Core, options: QuestionOptions): Platform {
  const { asker, routes, complexity, order, offer } = options
  const warned = new Set<string>()
  const told = new Set<string>()
  let sticky: Ranked | undefined

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const own = new AbortController()
    try {
      yield* turn(request, AbortSignal.any([signal, own.signal]))
    } finally {
      // When the reader stops, cancel what is still running.
      own.abort()
    }
  }

  async function* turn(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    yield* budgetNotices()
    const picks = await pickFor(core, { asker, routes, complexity, order, sticky }, request)
    const send = async (picked: Picked) => {
      await waitFor(core, picked, signal)
      return startAttempt(core, asker, picked, platform => offer(platform, picked.route)(request, signal))
    }
    yield* waitNotices(core, picks.first)
    let attempt = await send(picks.first)
    preloadSoon(core, picks.spare)
    yield* passedNotices(core, picks.first, told)
    yield* uncountedNotices(core, asker, picks.first)
    for (;;) {
      const ending = yield* follow(core, asker, attempt, request)
      const fault = ending.kind === 'failed' ? ending.fault : refusalOf(attempt, ending)
      const next = fault && (await picks.after(attempt, fault))
      if (ending.kind === 'answered' && !next) {
        sticky = { route: attempt.route, rule: attempt.rule }
        yield* ending.calls
        return yield ending.finish
      }
      const broken = attempt
      const isLater = next?.waitMs !== undefined
      if (next && !isLater) attempt = await send(next)
      const wastedUsd = await failureCost(broken, ending, request)
      if (!fault || !next) throw picks.finalFault()
      const { arrivedAt } = ending
      const detectMs = tenths(arrivedAt - broken.began)
      const switchMs = isLater ? undefined : await switchTime(arrivedAt, attempt)
      yield { ...rerouted(broken, next, fault), switchMs, detectMs, wastedUsd }
      yield* passedNotices(core, next, told)
      yield* uncountedNotices(core, asker, next)
      if (!isLater) continue
      yield* budgetNotices()
      attempt = await send(next)
    }
  }

  /** One notice for each limit that is nearly reached. Throws a SupportError `refused` for one that is reached. */
  function* budgetNotices(): Generator<ModelEvent> {
    for (const [limit, text] of core.checkBudget(asker)) {
      if (warned.has(limit)) continue
      warned.add(limit)
      yield { type: 'notice', text }
    }
  }

  /** US dollars of the failed turn. To save time, it is recorded after the next request has been sent. */
  async function failureCost(
    attempt: Attempt,
    ending: Ending,
    request: ModelRequest,
  ): Promise<number | undefined> {
    if (ending.kind === 'answered') return ending.finish.served?.costUsd
    const { kind, usage, isUsagePartial } = ending.fault
    const end = { outcome: kind, usage, isUsagePartial, request }
    const turn = await recordAttempt(core, asker, attempt, end)
    return costOfTurn(turn).unknown > 0 ? undefined : (turn.costUsd ?? 0)
  }

  const [first] = routes
  return { name: first?.platform.name ?? '', model: first?.model ?? '', stream }
}

/** A switch must be faster than loading an SDK, so the next SDK is loaded while the first platform is working. */
const SPARE_MS = 20

function preloadSoon(core: Core, spare: Route | undefined): void {
  if (!spare || core.isOpened(spare)) return
  setTimeout(() => void core.opened(spare).catch(() => {}), SPARE_MS).unref()
}

/** Milliseconds that the person waits for the switch; undefined if the next request has not left within a moment. */
async function switchTime(arrivedAt: number, next: Attempt): Promise<number | undefined> {
  const departure = await departureOf(next)
  return departure === undefined ? undefined : tenths(departure - arrivedAt)
}

/** The rest is noise. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}

function refusalOf(
  { route }: Attempt,
  ending: Extract<Ending, { kind: 'answered' }>,
): PlatformFault | undefined {
  if (ending.finish.reason !== 'filtered') return undefined
  return new PlatformFault(
    route.platform.name,
    'content_filter',
    'the model refused to answer, or its content filter blocked the answer',
  )
}

function rerouted(broken: Attempt, next: Picked, fault: PlatformFault) {
  return {
    type: 'rerouted' as const,
    from: broken.route.platform.name,
    to: next.route.platform.name,
    kind: fault.kind,
    reason: fault.message,
    discarded: broken.hasText,
    waitMs: next.waitMs,
  }
}
