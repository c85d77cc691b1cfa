// Faults that tests can inject: what real networks and systems do on a bad day.
import type { ServerResponse } from 'node:http'
import type { SimulatedReply } from './reply.ts'

/** Without `times` it lasts until it is cleared; without `path` it affects every path of the system. */
export type InjectedFault = { times?: number; path?: string } & (
  | { kind: 'status'; status: number; retryAfter?: number }
  | { kind: 'slow'; ms: number }
  | { kind: 'hang' }
  | { kind: 'drop' }
  | { kind: 'html' }
)

/** By `<customer>/<system>`, for example `nordwind/genesys`. */
export type Faults = Map<string, InjectedFault>

/** The fault for this request, if any; counts it down. */
export function faultFor(faults: Faults, key: string, path: string): InjectedFault | undefined {
  const fault = faults.get(key)
  if (!fault || (fault.path !== undefined && !path.startsWith(fault.path))) return undefined
  if (fault.times !== undefined) {
    if (fault.times <= 1) faults.delete(key)
    else faults.set(key, { ...fault, times: fault.times - 1 })
  }
  return fault
}

/** Applies a fault. Returns the reply to send instead; `silence` = no reply at all. */
export async function applyFault(
  fault: InjectedFault,
  res: ServerResponse,
): Promise<SimulatedReply | 'silence' | undefined> {
  if (fault.kind === 'hang') return 'silence'
  if (fault.kind === 'drop') {
    res.destroy()
    return 'silence'
  }
  if (fault.kind === 'html') return { status: 200, html: '<html><body>Sign in</body></html>' }
  if (fault.kind === 'slow') {
    await new Promise(resolve => setTimeout(resolve, fault.ms))
    return undefined
  }
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
  return {
    status: fault.status,
    json: { message: 'injected fault', code: 'fault', status: fault.status },
    headers,
  }
}
