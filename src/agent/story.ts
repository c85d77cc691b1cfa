// What was asked in a conversation, and how it went: what /save and /report write down.

import type { Message } from '../platforms/platform.ts'
import type { AgentEvent, Cancelled, Failed, FinalAnswer, Turned } from './events.ts'

export interface Episode {
  question: string
  at: Date
  /** Numbers of its calls. */
  calls: number[]
  /** The last turn of the model; undefined before its first. */
  turn?: Turned
  /** What was shown of an answer, until it is there as a whole. */
  begun?: string
  /** Undefined while it is running. */
  end: FinalAnswer | Failed | Cancelled | undefined
}

/** The same events; the episode gets its calls and its end. */
export async function* told(
  events: AsyncGenerator<AgentEvent, Message[]>,
  episode: Episode,
): AsyncGenerator<AgentEvent, Message[]> {
  try {
    for (;;) {
      const { value, done } = await events.next()
      if (done) return value
      noteEvent(episode, value)
      yield value
    }
  } finally {
    await events.return([])
  }
}

/** What an event adds to the episode. */
export function noteEvent(episode: Episode, event: AgentEvent): void {
  if (event.type === 'call-started' && event.number !== undefined) episode.calls.push(event.number)
  if (event.type === 'turn') episode.turn = event
  episode.begun = begunWith(episode.begun ?? '', event)
  if (event.type === 'answer' || event.type === 'failed' || event.type === 'cancelled') episode.end = event
}

/** The text of an answer so far. What was said before a call, or by a platform that failed, is no part of it. */
export function begunWith(text: string, event: AgentEvent): string {
  if (event.type === 'text') return text + event.text
  return event.type === 'call-started' || event.type === 'rerouted' || event.type === 'retracted' ? '' : text
}
