import { seconds } from '../base/text/amounts.ts'
import { type ModelEvent, PlatformFault } from '../platforms/platform.ts'
import type { Asker, Core } from './core.ts'
import type { Picked } from './pick.ts'
import { pausedOf, pausedText } from './route/paused-text.ts'
import type { Route } from './route/routes.ts'

/** Waits as long as the route was picked for. Rejects with an `aborted` fault as soon as the signal aborts. */
export async function waitFor(core: Core, { route, waitMs }: Picked, signal: AbortSignal): Promise<void> {
  if (waitMs === undefined) return
  try {
    await core.pause(waitMs, signal)
  } catch (cause) {
    throw new PlatformFault(route.platform.name, 'aborted', 'cancelled', { cause })
  }
  // If another question has begun the trial meanwhile, this one is sent as well.
  core.breakers.admit(route)
}

/** What to say before the first request of a turn waits for the end of a pause. */
export function* waitNotices(core: Core, { route, waitMs }: Picked): Generator<ModelEvent> {
  if (waitMs === undefined) return
  const text = pausedText(pausedOf([route], core.breakers.state), core.now())
  yield { type: 'notice', text: `${text}; asking it in ${seconds(waitMs)}` }
}

/**
 * A notice if better platforms are passed over because they are paused.
 *
 * @param told names of the routes that were mentioned already; grows
 */
export function* passedNotices(
  core: Core,
  { route, passed }: Picked,
  told: Set<string>,
): Generator<ModelEvent> {
  const untold = passed.filter(one => !told.has(one.name))
  for (const one of untold) told.add(one.name)
  const text = pausedText(pausedOf(untold, core.breakers.state), core.now())
  if (text !== '') yield { type: 'notice', text: `${text}; asking ${route.platform.name}` }
}

/** Once a run; after the request has left, because prices take time to load. */
export async function* uncountedNotices(
  core: Core,
  asker: Asker,
  { route }: Pick<Picked, 'route'>,
): AsyncGenerator<ModelEvent> {
  const text = await uncountedText(core, asker, route)
  if (text === undefined || core.notices.has(text)) return
  core.notices.add(text)
  yield { type: 'notice', text }
}

/** Why the limits of this asker do not count the requests to a route; undefined if they do, or if there are none. */
export async function uncountedText(
  core: Core,
  { customer }: Asker,
  { name, platform, model }: Route,
): Promise<string | undefined> {
  const limits = [...Object.values(customer.spending ?? {}), ...Object.values(core.spending ?? {})]
  if (platform.kind === 'demo' || limits.every(one => one === undefined)) return undefined
  if ((await core.prices())(platform, model)) return undefined
  return `limits do not count ${name}: its price is unknown (add "prices" to ${platform.name})`
}
