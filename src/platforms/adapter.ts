import { CHECK_ADDRESS } from './direct-fetch.ts'
import { type ModelEvent, type ModelRequest, type Platform, PlatformFault, type Usage } from './platform.ts'
import { soundUsage } from './sound-usage.ts'

/** Milliseconds. Thinking counts as alive. */
export interface Patience {
  /** To the first event. */
  first: number
  /** Between two events. */
  idle: number
  /** For the whole turn. */
  turn: number
}

export const PATIENCE: Patience = { first: 60_000, idle: 60_000, turn: 600_000 }

/** A deadline of a listing call. */
const PROBE_MS = 10_000

export interface Adapter {
  name: string
  patience: Patience
  /**
   * The vendor's stream as events; `finish` only behind the vendor's terminal marker. Counts that come before go to
   * `count`: a turn that breaks has cost them.
   */
  events(
    request: ModelRequest,
    signal: AbortSignal,
    count: (usage: Usage | undefined) => void,
  ): AsyncIterable<ModelEvent>
  /** The cause of whatever the vendor's SDK threw. */
  faultOf(error: unknown): PlatformFault
}

/**
 * What is the same with every vendor: an abort is neither success nor fault, silence ends by our own clock, a stream
 * that just ends has broken off, and the connection is closed with whatever ends the turn.
 */
export function streamOf({ name, patience, events, faultOf }: Adapter): Platform['stream'] {
  return async function* stream(request, signal) {
    const own = new AbortController()
    const abort = () => own.abort()
    let usage: Usage | undefined
    let isAnswering = false
    const count = (known: Usage | undefined) => {
      usage = soundUsage(known) ?? usage
    }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      for await (const event of watched(events(request, own.signal, count), patience, late(name))) {
        if (signal.aborted) break
        isAnswering = true
        if (event.type === 'finish') return yield { ...event, usage: soundUsage(event.usage) }
        yield event
      }
    } catch (error) {
      throw costing(signal.aborted ? cancelled(name, error) : faultOf(error), usage)
    } finally {
      signal.removeEventListener('abort', abort)
      own.abort()
    }
    // An abort ends an SDK's loop like a success, and so does a connection that closes in mid-answer.
    throw costing(signal.aborted ? cancelled(name) : ended(name, isAnswering), usage)
  }
}

/** JSON in place of an event stream holds no event for the SDKs. */
function ended(name: string, isAnswering: boolean): PlatformFault {
  return isAnswering
    ? new PlatformFault(name, 'truncated', 'the answer broke off before its end')
    : new PlatformFault(name, 'server', `what came is no event stream, or an empty one: ${CHECK_ADDRESS}`)
}

function cancelled(name: string, cause?: unknown): PlatformFault {
  return new PlatformFault(name, 'aborted', 'cancelled', { cause })
}

function costing(fault: PlatformFault, usage: Usage | undefined): PlatformFault {
  if (!usage || fault.usage) return fault
  const { platform, kind, message, cause, retry } = fault
  return new PlatformFault(platform, kind, message, { cause, retry, usage })
}

/** A listing call within its deadline; what it throws is a PlatformFault. */
export async function probed(
  { name, faultOf }: Pick<Adapter, 'name' | 'faultOf'>,
  signal: AbortSignal,
  list: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const deadline = AbortSignal.timeout(PROBE_MS)
  try {
    await list(AbortSignal.any([signal, deadline]))
  } catch (error) {
    if (signal.aborted) throw cancelled(name, error)
    if (deadline.aborted) throw late(name)(PROBE_MS)
    throw faultOf(error)
  }
}

function late(name: string): (milliseconds: number) => PlatformFault {
  return milliseconds =>
    new PlatformFault(name, 'timeout', `nothing came for ${Math.round(milliseconds / 1000)} s`)
}

/**
 * The same events, until the source is silent or busy for too long: then `lateFault` is thrown. An SDK's own timeout
 * stops counting at the headers, or counts the whole body.
 */
async function* watched<T>(
  source: AsyncIterable<T>,
  patience: Patience,
  lateFault: (milliseconds: number) => Error,
): AsyncGenerator<T> {
  const events = source[Symbol.asyncIterator]()
  const end = performance.now() + patience.turn
  let wait = patience.first
  try {
    for (;;) {
      const left = end - performance.now()
      const { value, done } = await inTime(events.next(), Math.min(wait, left), () =>
        lateFault(wait < left ? wait : patience.turn),
      )
      if (done) return
      yield value
      wait = patience.idle
    }
  } finally {
    // Not awaited: a source that hangs would hold us here.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

function inTime<T>(work: Promise<T>, wait: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), Math.max(0, wait))
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
