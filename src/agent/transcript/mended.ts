// The messages of a question in which the program was killed, made whole: platforms refuse a call without its result.

import { framedResult } from '../../platforms/calls/framed.ts'
import type { Message, ModelCall } from '../../platforms/platform.ts'
import { withAlertTable } from '../alerts/table.ts'
import type { AgentEvent } from '../events.ts'
import type { Evidence } from '../evidence/book.ts'
import { overview } from '../evidence/read-result.ts'
import { sentText } from '../prompt.ts'
import { begunWith } from '../story.ts'
import type { KeptEpisode } from './episodes.ts'

type Answer = Extract<Message, { role: 'assistant' }>
type Result = Extract<Message, { role: 'tool' }>

/** What the model gets of a result that it has never got. In bytes. */
const MOST_BYTES = 16 * 1024

/** All that was shown of the last question is in them: what was asked, the calls, their results, and the answer's beginning. */
export function mended(
  messages: readonly Message[],
  last: KeptEpisode | undefined,
  evidence: readonly Evidence[],
): Message[] {
  if (!last?.isCutOff) return [...messages]
  const asked = withQuestion(messages, last)
  const whole = withResults(asked, call => resultOf(call, last.events, evidence))
  if (isAnswer(whole.at(-1))) return whole
  const text = begun(last.events)
  const isSaid = whole.findLast(one => one.role === 'assistant')?.text === text
  if (whole.at(-1)?.role === 'tool' && (text === '' || isSaid)) return whole
  return [...whole, { role: 'assistant', text: `${text}\n\n${CUT_OFF}`.trim(), calls: [] }]
}

const CUT_OFF = '[cut off: the program ended before the answer was complete]'

/** It may have been asked before anything could be sent. */
function withQuestion(messages: readonly Message[], { asked, at: time, events }: KeptEpisode): Message[] {
  const at = messages.findLastIndex(one => one.role === 'user')
  const isEarlier =
    messages.slice(at).some(isAnswer) && !events.some(one => one.type === 'turn' || one.type === 'text')
  const isThere = !isEarlier && messages[at]?.text.startsWith(withAlertTable(asked.text)) === true
  return isThere ? [...messages] : [...messages, { role: 'user', text: sentText(asked.text, time) }]
}

function isAnswer(message: Message | undefined): message is Answer {
  return message?.role === 'assistant' && message.calls.length === 0
}

/** Results are written down as they come; platforms want one for each call, in the order of the calls. */
function withResults(messages: readonly Message[], missing: (call: ModelCall) => Result): Message[] {
  const at = messages.findLastIndex(one => one.role === 'assistant' && one.calls.length > 0)
  const message = messages[at]
  if (message?.role !== 'assistant') return [...messages]
  const rest = messages.slice(at + 1)
  const results = rest.filter(one => one.role === 'tool')
  const inOrder = message.calls.map(call => results.find(one => one.callId === call.id) ?? missing(call))
  return [...messages.slice(0, at + 1), ...inOrder, ...rest.filter(one => one.role !== 'tool')]
}

function resultOf(call: ModelCall, events: readonly AgentEvent[], evidence: readonly Evidence[]): Result {
  const start = events.findLast(one => one.type === 'call-started' && one.id === call.id)
  const number = start?.type === 'call-started' ? start.number : undefined
  const found = evidence.find(one => one.number === number)
  const text = found
    ? framedResult(found.number, wordsOf(found))
    : 'not run: the program ended before it began'
  return { role: 'tool', callId: call.id, name: call.name, text, isError: found?.kind !== 'answered' }
}

function wordsOf(one: Evidence): string {
  try {
    const text = one.text()
    return one.size > MOST_BYTES ? overview(text, one.number, MOST_BYTES).text : text
  } catch {
    return 'the result is not kept any more; call the tool again'
  }
}

/** What was shown of a turn that the messages do not have. */
function begun(events: readonly AgentEvent[]): string {
  const text = events.reduce(begunWith, '')
  return text.trim()
}
