// Reduces requests and events to what may be recorded.

import type { Message, ModelEvent, ModelRequest } from '../platforms/platform.ts'
import type { RecordedLine } from './line.ts'
import { hideEverySpelling } from './spellings.ts'

type Events = RecordedLine['events']

/**
 * Adds an event. Pieces of one text are joined, whatever comes between them: half a secret would not be recognised. Only a
 * change of platform begins another text. A text that was retracted is removed, as if it had never come.
 */
export function addEvent(events: Events, ms: number, event: ModelEvent): void {
  const at = events.findLastIndex(one => one.event.type === 'text' || one.event.type === 'rerouted')
  const before = events[at]
  if (event.type === 'retracted') {
    if (before?.event.type === 'text') events.splice(at, 1)
    return
  }
  if (event.type !== 'text' || before?.event.type !== 'text') return void events.push({ ms, event })
  events[at] = { ms: before.ms, event: { type: 'text', text: before.event.text + event.text } }
}

/** Only the new parts of a request: a long conversation is not written again with each turn. */
export function sinceLast(last: ModelRequest | undefined, request: ModelRequest) {
  const { system, tools, messages, toolChoice } = request
  const differs = messages.findIndex((message, i) => last?.messages[i] !== message)
  const keep = differs < 0 ? messages.length : differs
  return {
    ...(system === last?.system ? {} : { system }),
    ...(sameTools(tools, last?.tools) ? {} : { tools }),
    ...(toolChoice && { toolChoice }),
    keep,
    messages: messages.slice(keep).map(unsealedMessage),
  }
}

function sameTools(tools: ModelRequest['tools'], before: ModelRequest['tools'] | undefined): boolean {
  if (tools.length !== before?.length) return false
  return tools.every(
    (tool, i) => tool.name === before[i]?.name && tool.inputSchema === before[i]?.inputSchema,
  )
}

/** Without sealed reasoning, which only the original account can use; the recording goes to somebody else. */
export function unsealed({ ms, event }: Events[number]): Events[number] {
  return { ms, event: event.type === 'finish' ? { ...event, carry: undefined } : event }
}

function unsealedMessage(message: Message): Message {
  return message.role === 'assistant' && message.carry ? { ...message, carry: undefined } : message
}

/** The value with all secrets hidden, in texts and in names of properties. */
export function redacted(value: unknown): unknown {
  if (typeof value === 'string') return hideEverySpelling(value)
  if (Array.isArray(value)) return value.map(redacted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [hideEverySpelling(key), redacted(one)]),
  )
}
