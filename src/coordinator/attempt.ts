import { reasonOf } from '../base/errors.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import { pause } from '../base/waiting/wait.ts'
import { type ModelEvent, type ModelRequest, PlatformFault, type Usage } from '../platforms/platform.ts'
import { onWire, openWire, type Wire } from '../platforms/stream/wire.ts'
import type { Asker, Core } from './core.ts'
import type { CostRange, TurnRecord } from './figures/record.ts'
import { costOfAnother, costOfItsOwn } from './money/baseline.ts'
import type { Ranked } from './route/rank.ts'
import { type Route, routeNamed } from './route/routes.ts'

/** One request to one platform, from sending to its end. */
export interface Attempt extends Ranked {
  /** The next event. */
  next(): Promise<IteratorResult<ModelEvent>>
  /** Ends the request. */
  end(): void
  /** The first event, already requested. */
  first: Promise<IteratorResult<ModelEvent>>
  wire: Wire
  /** When the platform was asked: in milliseconds since 1970, and by performance.now(). */
  at: number
  began: number
  firstTokenMs: number | undefined
  /** Any event has arrived. */
  hasEvents: boolean
  /** Text has arrived. */
  hasText: boolean
}

/** Sends the request. Never throws: `first` rejects. */
export async function startAttempt(
  core: Core,
  asker: Asker,
  { route, rule }: Ranked,
  stream: (platform: Awaited<ReturnType<Core['opened']>>) => AsyncIterable<ModelEvent>,
): Promise<Attempt> {
  const events = lazily(async () => stream(await core.opened(route)))
  // Loaded before the clock starts: loading an SDK is not the vendor's time.
  await core.opened(route).catch(() => {})
  const at = core.now()
  const began = performance.now()
  asker.bill.began()
  const wire = openWire()
  const next = () => onWire(wire, () => events.next())
  const first = next()
  first.catch(() => {})
  // Not awaited: a platform that hangs would block us.
  const end = () => void Promise.resolve(events.return?.(undefined)).catch(() => {})
  const soFar = { firstTokenMs: undefined, hasEvents: false, hasText: false }
  return { route, rule, next, end, first, wire, at, began, ...soFar }
}

/**
 * When the request left this program, by performance.now(); undefined if it is still connecting after a moment. A platform
 * without a network is asked when it is called.
 */
export async function departureOf({ wire, first, began }: Attempt): Promise<number | undefined> {
  const isOver = first.then(
    () => true,
    () => true,
  )
  const late = new AbortController()
  const isLate = pause(TIMEOUTS.modelDeparture, late.signal).catch(() => {})
  const hasEnded = await Promise.race([wire.sent, isOver, isLate])
  late.abort()
  return wire.sentAt ?? (hasEnded ? began : undefined)
}

async function* lazily(open: () => Promise<AsyncIterable<ModelEvent>>): AsyncGenerator<ModelEvent> {
  yield* await open()
}

/** Records an attempt that has ended, successfully or not. */
export async function recordAttempt(
  core: Core,
  asker: Asker,
  attempt: Attempt,
  end: {
    outcome: TurnRecord['outcome']
    usage: Usage | undefined
    isUsagePartial?: boolean
    named?: string | undefined
    request: ModelRequest
  },
): Promise<TurnRecord> {
  const { route } = attempt
  const tookMs = performance.now() - attempt.began
  const costUsd = await costOf(core, route, end.usage, end.named)
  const turn: TurnRecord = {
    at: attempt.at,
    customer: asker.customer.id,
    conversation: asker.conversation,
    question: asker.question,
    purpose: asker.purpose,
    platform: route.platform.name,
    vendor: route.platform.kind,
    model: route.model,
    outcome: end.outcome,
    firstTokenMs: attempt.firstTokenMs,
    tookMs,
    usage: end.usage,
    isUsagePartial: end.isUsagePartial ?? false,
    costUsd,
    baselineUsd: undefined,
  }
  turn.baselineUsd = await baselineOf(core, route, turn, end.request)
  if (end.outcome === 'ok') await rememberIn(core, route, turn, end.request)
  asker.bill.ended(turn)
  core.count(turn)
  return turn
}

/** US dollars of this turn if the baseline had answered the whole conversation. */
async function baselineOf(
  core: Core,
  route: Route,
  { outcome, purpose, usage, costUsd, at }: TurnRecord,
  request: ModelRequest,
): Promise<CostRange | undefined> {
  const baseline = baselineRoute(core)
  if (!baseline) return undefined
  // Without us, nobody would have cross-checked.
  if (purpose !== 'answer') return undefined
  const isItself = baseline.name === route.name
  // It would have failed without us, too.
  if (outcome !== 'ok' && isItself && costUsd !== undefined) return { least: costUsd, most: costUsd }
  const card = (await core.prices())(baseline.platform, baseline.model)
  if (outcome !== 'ok' || !usage || !card) return undefined
  const world = { owner: await core.cacheOwner(baseline), card, warmth: core.warmth }
  const turn = { request, usage, now: at }
  if (!isItself) return costOfAnother(turn, world)
  return costUsd === undefined ? undefined : costOfItsOwn(turn, costUsd, world)
}

async function rememberIn(core: Core, route: Route, turn: TurnRecord, request: ModelRequest): Promise<void> {
  const baseline = turn.purpose === 'answer' ? baselineRoute(core) : undefined
  const { at } = turn
  const isItself = baseline?.name === route.name
  core.warmth.remember(
    await core.cacheOwner(route),
    request,
    isItself ? { realAt: at, asIfAt: at } : { realAt: at },
  )
  if (baseline && !isItself) core.warmth.remember(await core.cacheOwner(baseline), request, { asIfAt: at })
}

function baselineRoute({ routing, platforms }: Core): Route | undefined {
  return routing.baseline === undefined ? undefined : routeNamed(platforms, routing.baseline)
}

/** A thrown error as a fault of this platform. */
export function faultOf({ route }: Attempt, error: unknown): PlatformFault {
  if (error instanceof PlatformFault) return error
  return new PlatformFault(route.platform.name, 'server', reasonOf(error), { cause: error })
}

/** US dollars of a turn; undefined when its usage or its price is unknown. */
async function costOf(
  core: Core,
  route: Route,
  usage: Usage | undefined,
  named: string | undefined,
): Promise<number | undefined> {
  // No model is called.
  if (route.platform.kind === 'demo') return 0
  if (!usage) return undefined
  const cost = (await core.prices())(route.platform, route.model, named)?.cost(usage)
  return cost === undefined || Number.isNaN(cost) ? undefined : cost
}
