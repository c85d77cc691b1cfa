// Faults on order, for tests: what a real network and a real system do on a bad day.
import type { ServerResponse } from 'node:http'
import type { Reply } from './reply.ts'

/** `times` left out = until it is taken back. `path` left out = every path of the system. */
export type Fault = { times?: number; path?: string } & (
  | { kind: 'status'; status: number; retryAfter?: number }
  | { kind: 'slow'; ms: number }
  | { kind: 'hang' }
  | { kind: 'drop' }
  | { kind: 'html' }
)

/** By `<customer>/<system>`, for example `nordwind/genesys`. */
export type Faults = Map<string, Fault>

/** The fault that hits this request, counted down. */
export function faultFor(faults: Faults, key: string, path: string): Fault | undefined {
  const fault = faults.get(key)
  if (!fault || (fault.path !== undefined && !path.startsWith(fault.path))) return undefined
  if (fault.times !== undefined) {
    if (fault.times <= 1) faults.delete(key)
    else faults.set(key, { ...fault, times: fault.times - 1 })
  }
  return fault
}

/** What is answered instead; `silence` = nothing at all. */
export async function suffer(fault: Fault, res: ServerResponse): Promise<Reply | 'silence' | undefined> {
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
  return { status: fault.status, json: { message: 'on order', code: 'fault', status: fault.status }, headers }
}
