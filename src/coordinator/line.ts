import {
  type ModelEvent,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type VendorPlatform,
} from '../platforms/platform.ts'
import { type Attempt, begin, settle } from './attempt.ts'
import type { Asker, Core } from './core.ts'
import { type Ending, follow } from './follow.ts'
import { pickFor } from './pick.ts'
import type { Complexity } from './route/complexity.ts'
import type { Ranked } from './route/rank.ts'
import type { Route } from './route/routes.ts'

export interface LineOptions {
  asker: Asker
  /** All that may answer; their order is made for each turn anew. */
  routes: readonly Route[]
  complexity?: Complexity | undefined
  /** `given`: the routes stand in their order already. Default: they are ranked. */
  order?: 'given' | undefined
  /** How tools are offered to a platform, for this customer. */
  offer(platform: VendorPlatform, route: Route): Platform['stream']
}

/** One question's way to the platforms: each turn is answered whole by one of them, or fails with every cause. */
export function openLine(core: Core, options: LineOptions): Platform {
  const { asker, routes, complexity, order, offer } = options
  let sticky: Ranked | undefined

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const own = new AbortController()
    try {
      yield* turn(request, AbortSignal.any([signal, own.signal]))
    } finally {
      // Whoever stops reading stops whatever is on its way.
      own.abort()
    }
  }

  async function* turn(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const picks = await pickFor(core, { asker, routes, complexity, order, sticky }, request)
    const send = (picked: typeof picks.first) =>
      begin(core, picked, platform => offer(platform, picked.route)(request, signal))
    let attempt = await send(picks.first)
    readySoon(core, picks.spare)
    for (;;) {
      const ending = yield* follow(core, asker, attempt, request)
      const fault = ending.kind === 'failed' ? ending.fault : refusalOf(attempt, ending)
      const next = fault && (await picks.after(attempt.route, fault))
      if (ending.kind === 'answered' && !next) {
        sticky = { route: attempt.route, rule: attempt.rule }
        yield* ending.calls
        return yield ending.finish
      }
      const broken = attempt
      const seen = ending.kind === 'failed' ? ending.seen : performance.now()
      if (next) attempt = await send(next)
      const wastedUsd = await lost(broken, ending, request)
      if (!fault || !next) throw picks.verdict()
      yield {
        ...rerouted(broken, attempt, fault),
        switchMs: attempt.began - seen,
        detectMs: seen - broken.began,
        wastedUsd,
      }
    }
  }

  /** What the broken turn cost; counted once the next request is on its way. */
  async function lost(attempt: Attempt, ending: Ending, request: ModelRequest): Promise<number | undefined> {
    if (ending.kind === 'answered') return ending.finish.served?.costUsd
    const { kind, usage } = ending.fault
    const costUsd = await settle(core, asker, attempt, { outcome: kind, usage, request })
    // Who never began to answer is not paid.
    return costUsd ?? (attempt.heard || kind === 'timeout' ? undefined : 0)
  }

  const [first] = routes
  return { name: first?.platform.name ?? '', model: first?.model ?? '', stream }
}

/** Loading a vendor's SDK takes longer than a switch may: done while the first platform is waited for. */
const SPARE_MS = 20

function readySoon(core: Core, spare: Route | undefined): void {
  if (!spare || core.isOpened(spare)) return
  setTimeout(() => void core.opened(spare).catch(() => {}), SPARE_MS).unref()
}

function refusalOf(
  { route }: Attempt,
  ending: Extract<Ending, { kind: 'answered' }>,
): PlatformFault | undefined {
  if (ending.finish.reason !== 'filtered') return undefined
  return new PlatformFault(route.platform.name, 'content_filter', 'its content filter stopped the answer')
}

function rerouted(broken: Attempt, next: Attempt, fault: PlatformFault) {
  return {
    type: 'rerouted' as const,
    from: broken.route.platform.name,
    to: next.route.platform.name,
    kind: fault.kind,
    reason: fault.message,
    discarded: broken.said,
  }
}
