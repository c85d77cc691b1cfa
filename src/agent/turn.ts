import type { Message, ModelCall, Platform, Served, ToolSpec, Usage } from '../platforms/platform.ts'
import type { AgentEvent } from './events.ts'
import { sumCost } from './usage.ts'

/** One whole turn of the model: its text and the calls it wants, all behind its `finish`. */
export interface Turn {
  text: string
  calls: ModelCall[]
  reason: 'stop' | 'calls' | 'length' | 'filtered'
  usage: Usage | undefined
  served: Served | undefined
  /** US dollars, with those of attempts that broke; undefined where a part is unknown. */
  costUsd: number | undefined
  message: Extract<Message, { role: 'assistant' }>
}

/** Far more than anybody reads; what goes on for ever would fill the memory and hold the screen. */
const LONGEST_TEXT = 200_000

/**
 * Streams one turn. Calls are handed out only with the whole turn, so that a stream that breaks after a complete
 * call leaves nothing run. Rejects at once when the signal fires, whatever the platform does. A text without end is
 * cut, as by the model's own limit.
 */
export async function* streamTurn(
  platform: Platform,
  request: { system: string; messages: Message[]; tools: ToolSpec[] },
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, Turn> {
  const calls: ModelCall[] = []
  let text = ''
  let wastedUsd: number | undefined = 0
  const events = platform.stream(request, signal)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value: event, done } = await orAborted(events.next(), signal)
      if (done) throw new Error('the platform ended without saying so')
      if (event.type === 'text') {
        const piece = event.text.slice(0, LONGEST_TEXT - text.length)
        text += piece
        yield { type: 'text', text: piece }
        if (text.length === LONGEST_TEXT) return cut(text, wastedUsd)
      } else if (event.type === 'call') calls.push(event.call)
      else if (event.type === 'rerouted') {
        text = ''
        calls.length = 0
        wastedUsd = sumCost(wastedUsd, event.wastedUsd)
        yield event
      } else if (event.type === 'left-out') yield event
      else if (event.type === 'finish') {
        const { reason, usage, carry, served } = event
        const costUsd = sumCost(wastedUsd, served?.costUsd)
        const message = { role: 'assistant' as const, text, calls, carry }
        return { text, calls, reason, usage, served, costUsd, message }
      }
    }
  } finally {
    // Not awaited: a platform that hangs would hold the cancel.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

/** A turn that was ended here: what it would have said and wanted behind that is not known. */
function cut(text: string, wastedUsd: number | undefined): Turn {
  const message = { role: 'assistant' as const, text, calls: [] }
  const unknown = { usage: undefined, served: undefined, costUsd: sumCost(wastedUsd, undefined) }
  return { text, calls: [], reason: 'length', ...unknown, message }
}

/** The work's outcome, or a rejection as soon as the signal fires. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    void work.catch(() => {})
    throw signal.reason
  }
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop))
}
