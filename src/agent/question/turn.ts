import { orAborted } from '../../base/waiting/aborted.ts'
import type { Message, ModelCall, Platform, Served, ToolSpec, Usage } from '../../platforms/platform.ts'
import type { AgentEvent } from '../events.ts'
import { sumCost } from './usage.ts'

/** One complete turn of the model: its text and the calls it wants, known once its `finish` came. */
export interface ModelTurn {
  text: string
  calls: ModelCall[]
  reason: 'stop' | 'calls' | 'length' | 'filtered'
  usage: Usage | undefined
  served: Served | undefined
  /** US dollars, including attempts that broke; undefined where a part is unknown. */
  costUsd: number | undefined
  message: Extract<Message, { role: 'assistant' }>
}

/** Far more than anybody reads. An endless answer would fill the memory and block the screen. */
const LONGEST_TEXT = 200_000

/**
 * Streams one turn. Calls are handed out only with the complete turn, so that nothing has run when a stream breaks
 * after a complete call. Rejects at once when the signal fires, whatever the platform does. An endless text is cut, as
 * by the model's own limit.
 */
export async function* streamTurn(
  platform: Platform,
  request: { system: string; messages: Message[]; tools: ToolSpec[] },
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, ModelTurn> {
  const calls: ModelCall[] = []
  let text = ''
  let wastedUsd: number | undefined = 0
  const events = platform.stream(request, signal)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value: event, done } = await orAborted(events.next(), signal)
      if (done) throw new Error('the platform ended its stream without a finish')
      if (event.type === 'text') {
        const piece = event.text.slice(0, LONGEST_TEXT - text.length)
        text += piece
        yield { type: 'text', text: piece }
        if (text.length === LONGEST_TEXT) return cutTurn(text, wastedUsd)
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
    // Not awaited: a platform that hangs would delay the cancellation.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

/** A turn that was cut off here, so its usage is unknown. */
function cutTurn(text: string, wastedUsd: number | undefined): ModelTurn {
  const message = { role: 'assistant' as const, text, calls: [] }
  const unknown = { usage: undefined, served: undefined, costUsd: sumCost(wastedUsd, undefined) }
  return { text, calls: [], reason: 'length', ...unknown, message }
}
