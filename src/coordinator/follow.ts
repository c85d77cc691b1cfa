import { type Finish, type ModelEvent, type ModelRequest, PlatformFault } from '../platforms/platform.ts'
import { type Attempt, faultOf, settle } from './attempt.ts'
import type { Asker, Core } from './core.ts'

export type Ending =
  | { kind: 'answered'; calls: ModelEvent[]; finish: Finish }
  /** `seen`: on the clock of performance.now(). */
  | { kind: 'failed'; fault: PlatformFault; seen: number }

/**
 * Hands on what one platform says. Its calls are held back until its end, so that of a turn that breaks nothing was
 * handed out but words. Whoever stops reading stops the request.
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
    for (let step = attempt.first; ; step = attempt.events.next()) {
      const { value: event, done } = await step
      if (done) throw new PlatformFault(attempt.route.platform.name, 'truncated', 'it ended without an end')
      attempt.heard = true
      if (event.type === 'text' || event.type === 'call')
        attempt.firstTokenMs ??= performance.now() - attempt.began
      if (event.type === 'finish') {
        isOver = true
        return await answered(core, asker, attempt, { request, calls, finish: event })
      }
      if (event.type === 'call') calls.push(event)
      else {
        attempt.said ||= event.type === 'text'
        yield event
      }
    }
  } catch (error) {
    const seen = performance.now()
    isOver = true
    const fault = faultOf(attempt, error)
    if (fault.kind === 'aborted') core.breakers.abandoned(attempt.route)
    else core.breakers.failed(attempt.route, fault)
    return { kind: 'failed', fault, seen }
  } finally {
    // Not awaited: a platform that hangs would hold us.
    void Promise.resolve(attempt.events.return?.()).catch(() => {})
    if (!isOver) {
      core.breakers.abandoned(attempt.route)
      void settle(core, asker, attempt, { outcome: 'aborted', usage: undefined, request })
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
  const outcome = finish.reason === 'filtered' ? 'content_filter' : 'ok'
  core.breakers.succeeded(route)
  const costUsd = await settle(core, asker, attempt, { outcome, usage, named, request })
  const served = { platform: route.platform.name, model: named ?? route.model, costUsd, rule }
  return { kind: 'answered', calls, finish: { ...finish, served } }
}
