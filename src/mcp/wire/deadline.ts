import { milliseconds } from '../../base/text/amounts.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import { Fault } from '../connection.ts'
import { faultOf } from './fault.ts'

/**
 * Runs `work` with a signal that fires after `ms` milliseconds or with `signal`, and settles then even if the work
 * ignores it. `extend` starts the time again, up to `TIMEOUTS.toolCallMost` in all. The SDK's own timers are not used:
 * they send no cancellation to the server, and their error has the same code as an abort.
 *
 * @throws Fault `cancelled`, `timeout`, or the work's own cause.
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal, extend: () => void) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const abort = () => own.abort(signal?.reason)
  let late = false
  const expire = () => {
    late = true
    own.abort(new Fault('timeout', 'timed out'))
  }
  const latest = performance.now() + Math.max(ms, TIMEOUTS.toolCallMost)
  let timer = setTimeout(expire, ms)
  const extend = () => {
    clearTimeout(timer)
    timer = setTimeout(expire, Math.min(ms, latest - performance.now()))
  }
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await orAborted(work(own.signal, extend), own.signal)
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'cancelled', { cause: error })
    if (late) throw new Fault('timeout', `${what}: timed out after ${milliseconds(ms)}`, { cause: error })
    throw faultOf(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
