import { PlatformFault as Fault, type PlatformFault, type PlatformFaultKind } from '../platforms/platform.ts'
import type { Core } from './core.ts'
import type { Route } from './route/routes.ts'

/** What the last listing call of a platform said. */
export interface Listing {
  /** Milliseconds since 1970. */
  at: number
  tookMs: number
  /** undefined: it answered. */
  fault: { kind: PlatformFaultKind; reason: string } | undefined
}

/**
 * Asks one platform for its list of models: free, no completion, and it needs the key. What it proves is told to the
 * breakers: a mended key is known without a failed question, a broken one too.
 */
export async function listModels(core: Core, route: Route, signal: AbortSignal): Promise<Listing> {
  const at = core.now()
  const began = performance.now()
  let fault: PlatformFault | undefined
  try {
    await (await core.opened(route)).probe(signal)
  } catch (error) {
    fault = error instanceof Fault ? error : new Fault(route.platform.name, 'network', String(error))
  }
  if (!fault) core.breakers.listed(route.platform.name)
  // A server without a listing, or a busy one, may answer questions all the same.
  else if (fault.kind === 'auth' || fault.kind === 'network')
    core.breakers.failed(route, fault, fault.message)
  const told = fault && { kind: fault.kind, reason: fault.message }
  return { at, tookMs: performance.now() - began, fault: told }
}
