import { orAborted } from '../../base/waiting/aborted.ts'
import type { Message, ModelCall, Platform, Served, ToolSpec } from '../../platforms/platform.ts'
import type { AgentEvent } from '../events.ts'

/** One complete turn of the model: its text and the calls it wants, known once its `finish` came. */
export interface ModelTurn {
  text: string
  calls: ModelCall[]
  /** `too-long`: we cut it. */
  reason: 'stop' | 'calls' | 'length' | 'filtered' | 'too-long'
  served: Served | undefined
  message: Extract<Message, { role: 'assistant' }>
}

/** Far more than anybody reads. An endless answer would fill the memory and block the screen. */
export const LONGEST_TEXT = 200_000

/**
 * Streams one turn. Calls are handed out only with the complete turn, so that nothing has run when a stream breaks
 * after a complete call. Rejects at once when the signal fires, whatever the platform does. An endless text is cut.
 */
export async function* streamTurn(
  platform: Platform,
  request: { system: string; messages: Message[]; tools: ToolSpec[] },
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, ModelTurn> {
  const calls: ModelCall[] = []
  let text = ''
  const events = platform.stream(request, signal)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value: event, done } = await orAborted(events.next(), signal)
      if (done) throw new Error('the platform ended its stream without a finish')
      if (event.type === 'text') {
        const piece = event.text.slice(0, LONGEST_TEXT - text.length)
        text += piece
        yield { type: 'text', text: piece }
        if (text.length === LONGEST_TEXT) return cutTurn(text)
      } else if (event.type === 'call') calls.push(event.call)
      else if (event.type === 'rerouted' || event.type === 'retracted') {
        text = ''
        // Calls come after anything that can be retracted.
        calls.length = 0
        yield event
      } else if (event.type === 'left-out' || event.type === 'notice') yield event
      else if (event.type === 'finish') {
        const { reason, carry, served, usage } = event
        const { platform: name, model, window } = served ?? { platform: platform.name, model: platform.model }
        yield { type: 'turn', platform: name, model, usage, window }
        const message = { role: 'assistant' as const, text, calls, carry }
        return { text, calls, reason, served, message }
      }
    }
  } finally {
    // Not awaited: a platform that hangs would delay the cancellation.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

/** One turn that nobody watches. */
export async function wholeTurn(...asked: Parameters<typeof streamTurn>): Promise<ModelTurn> {
  const events = streamTurn(...asked)
  let next = await events.next()
  while (!next.done) next = await events.next()
  return next.value
}

function cutTurn(text: string): ModelTurn {
  const message = { role: 'assistant' as const, text, calls: [] }
  return { text, calls: [], reason: 'too-long', served: undefined, message }
}
