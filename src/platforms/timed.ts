// Timeouts of a turn, which count from the last byte that came, not from the last event that an SDK made of it.

import { AsyncLocalStorage } from 'node:async_hooks'
import { milliseconds } from '../base/text/amounts.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import { jsonInstead, looksLikeJson } from './faults/json-instead.ts'
import { sizeGuard } from './faults/too-long.ts'
import { PlatformFault } from './platform.ts'
import { failedHere } from './stream/wire.ts'

/** Timeouts of one turn, in milliseconds. Thinking, and a comment that keeps the connection alive, count as an event. */
export interface PlatformTimeouts {
  /** Until the first event. */
  first: number
  /** Between two events. */
  idle: number
  /** For the whole turn. */
  turn: number
}

export const PLATFORM_TIMEOUTS: PlatformTimeouts = {
  first: TIMEOUTS.modelFirst,
  idle: TIMEOUTS.modelIdle,
  turn: TIMEOUTS.modelTurn,
}

/** What a turn hears of the bytes of its response. SDKs have no way to tell. */
interface Pulse {
  /** When the last one came, by performance.now(). */
  at: number
  /** The first piece. */
  head?: Uint8Array
}

const lastByte = new AsyncLocalStorage<Pulse>()

/** The same response; the turn that it belongs to hears of each piece of its body, which fails when it does not end. */
export function heard(platform: string, response: Response): Response {
  const pulse = lastByte.getStore()
  if (!response.body) return response
  const guard = sizeGuard(platform, response)
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        if (pulse) {
          pulse.at = performance.now()
          pulse.head ??= piece
        }
        guard(piece)
        controller.enqueue(piece)
      },
    }),
  )
  const same = new Response(body, response)
  Object.defineProperty(same, 'url', { value: response.url })
  return same
}

/**
 * The same events; throws a `timeout` fault when the source is silent or busy for too long, and the words of an error that
 * came as JSON in place of events. An SDK's own timeout either stops at the headers or covers the whole body.
 */
export async function* timed<T>(
  source: AsyncIterable<T>,
  name: string,
  timeouts: PlatformTimeouts,
): AsyncGenerator<T> {
  const events = source[Symbol.asyncIterator]()
  const pulse: Pulse = { at: 0 }
  const end = performance.now() + timeouts.turn
  let wait = timeouts.first
  let isSilent = true
  try {
    for (;;) {
      pulse.at = performance.now()
      const next = lastByte.run(pulse, () => events.next())
      const { value, done } = await inTime(next, () => {
        const now = performance.now()
        if (now >= end) return notFinished(name, timeouts.turn)
        const left = Math.min(pulse.at + wait, end) - now
        return left > 0 ? left : noResponse(name, wait)
      })
      if (done) {
        // Where the content type is that of an event stream.
        const head = isSilent ? new TextDecoder().decode(pulse.head) : ''
        if (looksLikeJson(head)) throw jsonInstead(name, head)
        return
      }
      isSilent = false
      wait = timeouts.idle
      yield value
    }
  } finally {
    // Not awaited: a source that hangs would block us here.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

function noResponse(name: string, ms: number): PlatformFault {
  return new PlatformFault(name, 'timeout', `no response for ${milliseconds(ms)}`)
}

function notFinished(name: string, ms: number): PlatformFault {
  return new PlatformFault(name, 'timeout', `the answer was not finished after ${milliseconds(ms)}`)
}

/** The work, or its error of being late. `look` says in how many milliseconds to look again, or why it is too late. */
function inTime<T>(work: Promise<T>, look: () => number | Error): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const check = () => {
      const verdict = look()
      if (typeof verdict === 'number') timer = setTimeout(check, Math.ceil(verdict))
      else {
        failedHere()
        reject(verdict)
      }
    }
    check()
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
