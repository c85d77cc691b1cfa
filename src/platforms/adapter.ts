import { milliseconds } from '../base/text/amounts.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import { CHECK_ADDRESS, faultIn } from './faults/fault.ts'
import {
  type ModelEvent,
  type ModelNames,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type Usage,
} from './platform.ts'
import { type PlatformTimeouts, timed } from './timed.ts'
import { soundUsage } from './usage.ts'

export interface Adapter {
  name: string
  timeouts: PlatformTimeouts
  /**
   * The vendor's stream as events, with `finish` only after the vendor's end marker. Passes token counts that arrive
   * earlier to `count`, because a turn that breaks off has used them.
   */
  events(
    request: ModelRequest,
    signal: AbortSignal,
    count: (usage: Usage | undefined) => void,
  ): AsyncIterable<ModelEvent>
  /** An error of the vendor's SDK as a fault. */
  faultOf(error: unknown): PlatformFault
}

/**
 * The common part of all vendors: an abort is neither success nor failure, our own timeouts end silence, a stream without
 * an end marker has broken off, and the connection is always closed at the end of the turn.
 */
export function streamOf({ name, timeouts, events, faultOf }: Adapter): Platform['stream'] {
  return async function* stream(request, signal) {
    const own = new AbortController()
    const abort = () => own.abort()
    let usage: Usage | undefined
    let isAnswering = false
    let hasAnswer = false
    const count = (known: Usage | undefined) => {
      usage = soundUsage(known, false) ?? usage
    }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      for await (const event of timed(events(request, own.signal, count), name, timeouts)) {
        if (signal.aborted) break
        isAnswering = true
        hasAnswer ||= event.type === 'call' || (event.type === 'text' && event.text !== '')
        if (event.type === 'finish') return yield { ...event, usage: soundUsage(event.usage, hasAnswer) }
        yield event
      }
    } catch (error) {
      throw withUsage(signal.aborted ? cancelled(name, error) : faultOf(error), usage)
    } finally {
      signal.removeEventListener('abort', abort)
      own.abort()
    }
    // An SDK's loop also ends normally after an abort, and when the connection closes in the middle of an answer.
    throw withUsage(signal.aborted ? cancelled(name) : endedEarly(name, isAnswering), usage)
  }
}

function endedEarly(name: string, isAnswering: boolean): PlatformFault {
  return isAnswering
    ? new PlatformFault(name, 'truncated', 'the answer broke off')
    : faultIn(name, 'server', 'the response was not an event stream, or was empty', { remedy: CHECK_ADDRESS })
}

function cancelled(name: string, cause?: unknown): PlatformFault {
  return new PlatformFault(name, 'aborted', 'cancelled', { cause })
}

/** The same fault with the tokens that were counted before its turn broke off. */
function withUsage(fault: PlatformFault, usage: Usage | undefined): PlatformFault {
  if (!usage || fault.usage) return fault
  const { platform, kind, message, cause, remedy, retry } = fault
  return new PlatformFault(platform, kind, message, { cause, remedy, retry, usage, isUsagePartial: true })
}

/**
 * Fetches a platform's model list within its timeout. Throws a PlatformFault.
 *
 * @param ready what comes before, with a timeout of its own
 */
export async function probed(
  { name, faultOf }: Pick<Adapter, 'name' | 'faultOf'>,
  signal: AbortSignal,
  list: (signal: AbortSignal) => Promise<ModelNames>,
  ready: (signal: AbortSignal) => Promise<void> = async () => {},
): Promise<ModelNames> {
  let timeout: AbortSignal | undefined
  try {
    await ready(signal)
    timeout = AbortSignal.timeout(TIMEOUTS.modelList)
    return await list(AbortSignal.any([signal, timeout]))
  } catch (error) {
    if (signal.aborted) throw cancelled(name, error)
    if (timeout?.aborted)
      throw new PlatformFault(name, 'timeout', `no model list within ${milliseconds(TIMEOUTS.modelList)}`)
    throw faultOf(error)
  }
}

/** The largest public lists have some hundred models. A server that repeats its pages must not keep us busy. */
const MOST_PAGES = 50

/** Names in all pages of a list. */
export async function namesInPages(pages: AsyncIterable<readonly object[]>): Promise<ModelNames> {
  const names: string[] = []
  let count = 0
  for await (const page of pages) {
    if (++count > MOST_PAGES) return undefined
    names.push(...page.flatMap(namesOf))
  }
  return names.length === 0 ? undefined : names
}

/** Names in the body of a list: OpenAI's, or a bare list, or one under `models`, as some servers of its dialect send it. */
export function namesInBody(body: unknown): ModelNames {
  const { data, models } = Object(body) as { data?: unknown; models?: unknown }
  const list = [body, data, models].find(Array.isArray) ?? []
  const names = list.flatMap(namesOf)
  return names.length === 0 ? undefined : names
}

/** llama.cpp lists further names of a model as `aliases`. */
function namesOf(model: unknown): string[] {
  const { id, name, aliases } = Object(model) as { id?: unknown; name?: unknown; aliases?: unknown }
  return [id ?? name, ...(Array.isArray(aliases) ? aliases : [])].filter(one => typeof one === 'string')
}
