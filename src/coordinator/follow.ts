import { type Finish, type ModelEvent, type ModelRequest, PlatformFault } from '../platforms/platform.ts'
import { type Attempt, faultOf, recordAttempt } from './attempt.ts'
import type { Asker, Core } from './core.ts'
import { windowOf } from './pick.ts'

export type Ending =
  /** `arrivedAt`: when the end of the answer, or the failure, arrived; by performance.now(). */
  | { kind: 'answered'; calls: ModelEvent[]; finish: Finish; arrivedAt: number }
  | { kind: 'failed'; fault: PlatformFault; arrivedAt: number }

/**
 * Passes on the events of one platform. Holds calls back until the turn has ended, so that a turn that breaks off has
 * emitted only text. When the reader stops, the request is cancelled.
 */
export async function* follow(
  core: Core,
  asker: Asker,
  attempt: Attempt,
  request: ModelRequest,
): AsyncGenerator<ModelEvent, Ending> {
  const calls: ModelEvent[] = []
  let isOver = false
  try {
    for (let step = attempt.first; ; step = attempt.next()) {
      const { value: event, done } = await step
      if (done) throw new PlatformFault(attempt.route.platform.name, 'truncated', 'the answer broke off')
      attempt.hasEvents = true
      if (event.type === 'text' || event.type === 'call')
        attempt.firstTokenMs ??= performance.now() - attempt.began
      if (event.type === 'finish') {
        isOver = true
        return await answered(core, asker, attempt, { request, calls, finish: event })
      }
      if (event.type === 'call') calls.push(event)
      else {
        if (event.type === 'text') attempt.hasText = true
        if (event.type === 'retracted') Object.assign(attempt, { hasText: false, firstTokenMs: undefined })
        yield event
      }
    }
  } catch (error) {
    const arrivedAt = arrivalOf(attempt)
    isOver = true
    const fault = faultOf(attempt, error)
    if (fault.kind === 'aborted') core.breakers.abandoned(attempt.route)
    else core.breakers.failed(attempt.route, fault)
    return { kind: 'failed', fault, arrivedAt }
  } finally {
    attempt.end()
    if (!isOver) {
      core.breakers.abandoned(attempt.route)
      void recordAttempt(core, asker, attempt, { outcome: 'aborted', usage: undefined, request })
    }
  }
}

async function answered(
  core: Core,
  asker: Asker,
  attempt: Attempt,
  turn: { request: ModelRequest; calls: ModelEvent[]; finish: Finish },
): Promise<Ending> {
  const { finish, request, calls } = turn
  const { route, rule } = attempt
  const { usage, model: named } = finish
  const arrivedAt = arrivalOf(attempt)
  const outcome = finish.reason === 'filtered' ? 'content_filter' : 'ok'
  core.breakers.succeeded(route)
  const { costUsd } = await recordAttempt(core, asker, attempt, { outcome, usage, named, request })
  const window = windowOf(await core.prices(), route)
  const served = { platform: route.platform.name, model: named ?? route.model, costUsd, window, rule }
  return { kind: 'answered', calls, finish: { ...finish, served }, arrivedAt }
}

/** A platform without a network fails when it is noticed. */
function arrivalOf({ wire }: Attempt): number {
  return wire.arrivedAt ?? performance.now()
}
