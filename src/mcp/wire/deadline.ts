import { milliseconds } from '../../base/text/amounts.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import { Fault } from '../connection.ts'
import { faultOf } from './fault.ts'

/**
 * Runs `work` with a signal that fires after `ms` milliseconds or with `signal`, and settles then even if the work
 * ignores it. The SDK's own timers send no cancellation to the server, and their error has the same code as an abort, so
 * they are not used.
 *
 * @throws Fault `cancelled`, `timeout`, or the work's own cause.
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const abort = () => own.abort(signal?.reason)
  let late = false
  const timer = setTimeout(() => {
    late = true
    own.abort(new Fault('timeout', 'timed out'))
  }, ms)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await orAborted(work(own.signal), own.signal)
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'cancelled', error)
    if (late) throw new Fault('timeout', `${what}: timed out after ${milliseconds(ms)}`, error)
    throw faultOf(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
