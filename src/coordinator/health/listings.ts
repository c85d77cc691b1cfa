import { reasonOf } from '../../base/errors.ts'
import { PlatformFault as Fault, type ModelNames, type PlatformFault } from '../../platforms/platform.ts'
import type { Core } from '../core.ts'
import { causeOf, type FailureCause } from '../route/policy.ts'
import type { Route } from '../route/routes.ts'

/** Result of a platform's last listing call. */
export interface Listing {
  /** Milliseconds since 1970. */
  at: number
  tookMs: number
  /** Undefined when it succeeded. */
  fault: FailureCause | undefined
  /** The models in it; undefined if it cannot be read. */
  names: ModelNames
}

/** The last listing call of each platform. */
export interface Listings {
  of(route: Route): Listing | undefined
  /** Fetches the model list of every platform. */
  checkAll(signal: AbortSignal): Promise<void>
  /** The same for platforms without recent traffic; not for those with a token_command. */
  checkIdle(signal: AbortSignal): Promise<void>
}

/** @param routes one of each platform that has its key */
export function openListings(core: Core, routes: () => readonly Route[]): Listings {
  const listings = new Map<string, Listing>()

  async function check(some: readonly Route[], signal: AbortSignal): Promise<void> {
    await Promise.all(
      some.map(async route => {
        const listing = await listModels(core, route, signal)
        if (!signal.aborted) listings.set(route.platform.name, listing)
      }),
    )
  }

  function isIdle({ platform: { name, azure } }: Route): boolean {
    // A check that nobody asked for must not run a program.
    if (azure?.tokenCommand) return false
    const last = Math.max(core.lastTraffic(name), listings.get(name)?.at ?? 0)
    return core.now() - last >= core.routing.healthCheckMs
  }

  return {
    of: route => listings.get(route.platform.name),
    checkAll: signal => check(routes(), signal),
    checkIdle: signal => check(routes().filter(isIdle), signal),
  }
}

/**
 * Fetches one platform's model list, which is free and needs the key. Tells the breakers the result, so that a fixed or
 * broken key is noticed before a question fails.
 */
async function listModels(core: Core, route: Route, signal: AbortSignal): Promise<Listing> {
  const at = core.now()
  const began = performance.now()
  let fault: PlatformFault | undefined
  let names: ModelNames
  try {
    names = await (await core.opened(route)).probe(signal)
  } catch (error) {
    fault =
      error instanceof Fault
        ? error
        : new Fault(route.platform.name, 'network', reasonOf(error), { cause: error })
  }
  if (!fault) core.breakers.listed(route.platform.name)
  // A server without a model list, or a busy one, may still answer questions.
  else if (fault.kind === 'auth' || fault.kind === 'network') core.breakers.failed(route, fault, 'listing')
  return { at, tookMs: performance.now() - began, fault: fault && causeOf(fault), names }
}
