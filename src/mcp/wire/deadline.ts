import { Fault } from '../connection.ts'
import { faultOf } from './fault.ts'

/**
 * Runs `work` with a signal that fires at the deadline or with `signal`, and settles then, whether the work heeds
 * it or not. The SDK's own timers send no cancel to the server and carry the same code as an abort: this is the
 * only clock.
 *
 * @throws Fault `cancelled`, `timeout`, or the work's own cause.
 */
export async function within<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const abort = () => own.abort(signal?.reason)
  let late = false
  const timer = setTimeout(() => {
    late = true
    own.abort(new Fault('timeout', 'deadline'))
  }, milliseconds)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work(own.signal), aborted(own.signal)])
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'cancelled', error)
    if (late) throw new Fault('timeout', `${what}: no answer within ${inSeconds(milliseconds)}`, error)
    throw faultOf(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function inSeconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 100) / 10} s`
}
