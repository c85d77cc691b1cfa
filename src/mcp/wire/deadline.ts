import { milliseconds } from '../../base/text/amounts.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { Fault } from '../connection.ts'
import type { Pausing } from './asking/pausing.ts'
import { faultOf } from './fault.ts'

/**
 * Runs `work` with a signal that fires after `ms` milliseconds or with `signal`, and settles then even if the work ignores it.
 * `extend` starts the time again, up to `TIMEOUTS.toolCallMost` in all; `pausing` stops it. The SDK's own timers are not used: they
 * send no cancellation to the server, and their error has the same code as an abort.
 *
 * @throws Fault `cancelled`, `timeout`, or the work's own cause.
 */
export function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal, extend: () => void) => Promise<T>,
  pausing?: Pausing,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const own = new AbortController()
    let latest = performance.now() + Math.max(ms, TIMEOUTS.toolCallMost)
    const expire = () => stop(new Fault('timeout', `${what}: timed out after ${milliseconds(ms)}`))
    let timer = setTimeout(expire, ms)
    let paused: number | undefined
    let stopped: Fault | undefined
    const end = () => {
      clearTimeout(timer)
      leave?.()
      signal?.removeEventListener('abort', abort)
    }
    const fail = (error: unknown) => {
      end()
      reject(stopped ?? faultOf(error))
    }
    const stop = (fault: Fault, reason: unknown = fault) => {
      stopped ??= fault
      own.abort(reason)
      fail(fault)
    }
    const abort = () => stop(new Fault('cancelled', 'cancelled', { cause: signal?.reason }), signal?.reason)
    const extend = () => {
      if (paused !== undefined) return
      clearTimeout(timer)
      timer = setTimeout(expire, Math.min(ms, latest - performance.now()))
    }
    const leave = pausing?.add({
      pause() {
        paused = performance.now()
        clearTimeout(timer)
      },
      resume() {
        latest += performance.now() - (paused ?? performance.now())
        paused = undefined
        extend()
      },
    })
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) abort()
    work(own.signal, extend).then(value => {
      end()
      resolve(value)
    }, fail)
  })
}
