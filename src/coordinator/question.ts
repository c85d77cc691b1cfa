import { seconds } from '../base/text/amounts.ts'
import {
  type ModelEvent,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type VendorPlatform,
} from '../platforms/platform.ts'
import { type Attempt, recordAttempt, startAttempt } from './attempt.ts'
import type { Asker, Core } from './core.ts'
import { costOfTurn } from './figures/spent.ts'
import { type Ending, follow } from './follow.ts'
import { type Picked, pickFor } from './pick.ts'
import type { Complexity } from './route/complexity.ts'
import { pausedOf, pausedText } from './route/paused-text.ts'
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
      if (picked.waitMs !== undefined) await waitFor(picked, picked.waitMs, signal)
      return startAttempt(core, asker, picked, platform => offer(platform, picked.route)(request, signal))
    }
    if (picks.first.waitMs !== undefined) yield waitNotice(picks.first, picks.first.waitMs)
    let attempt = await send(picks.first)
    preloadSoon(core, picks.spare)
    yield* passedNotices(picks.first)
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
      const seen = ending.kind === 'failed' ? ending.seen : performance.now()
      const isLater = next?.waitMs !== undefined
      if (next && !isLater) attempt = await send(next)
      const wastedUsd = await failureCost(broken, ending, request)
      if (!fault || !next) throw picks.finalFault()
      const switchMs = next.waitMs ?? attempt.began - seen
      yield { ...rerouted(broken, next, fault), switchMs, detectMs: seen - broken.began, wastedUsd }
      yield* passedNotices(next)
      if (!isLater) continue
      yield* budgetNotices()
      attempt = await send(next)
    }
  }

  /** Rejects with a fault as soon as the signal aborts. */
  async function waitFor({ route }: Picked, waitMs: number, signal: AbortSignal): Promise<void> {
    try {
      await core.pause(waitMs, signal)
    } catch (cause) {
      throw new PlatformFault(route.platform.name, 'aborted', 'cancelled', { cause })
    }
    // If another question has begun the trial meanwhile, this one is sent as well.
    core.breakers.admit(route)
  }

  function waitNotice({ route }: Picked, waitMs: number): ModelEvent {
    const text = pausedText(pausedOf([route], core.breakers.state), core.now())
    return { type: 'notice', text: `${text}; asking it in ${seconds(waitMs)}` }
  }

  /** One notice for each paused platform that another one is preferred to. */
  function* passedNotices({ route, passed }: Picked): Generator<ModelEvent> {
    const untold = passed.filter(one => !told.has(one.name))
    for (const one of untold) told.add(one.name)
    const text = pausedText(pausedOf(untold, core.breakers.state), core.now())
    if (text !== '') yield { type: 'notice', text: `${text}; asking ${route.platform.name}` }
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
    const { kind, usage } = ending.fault
    const turn = await recordAttempt(core, asker, attempt, { outcome: kind, usage, request })
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
    ...(next.waitMs !== undefined && { waitMs: next.waitMs }),
  }
}
