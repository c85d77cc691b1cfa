import { isDeepStrictEqual } from 'node:util'
import { unframed } from '../../platforms/calls/framed.ts'
import type { Message, ModelCall } from '../../platforms/platform.ts'

/** A third one would bring nothing new, and a model that makes it often makes a hundred. */
const ENOUGH = 2

/** The call that has been made twice in these messages, both times with this result; undefined if there is none. */
export function repeatedCall(
  messages: readonly Message[],
  calls: readonly ModelCall[],
): ModelCall | undefined {
  return calls.find(call => {
    const results = resultsOf(messages, call)
    const [first] = results.slice(-ENOUGH)
    return results.length >= ENOUGH && results.slice(-ENOUGH).every(one => one === first)
  })
}

function resultsOf(messages: readonly Message[], { name, args, rawArgs }: ModelCall): string[] {
  const isSame = (call: ModelCall) =>
    call.name === name && (args ? isDeepStrictEqual(call.args, args) : call.rawArgs === rawArgs)
  return messages.flatMap((message, at) => {
    if (message.role !== 'assistant') return []
    const same = message.calls.filter(isSame).map(call => call.id)
    return resultsAfter(messages, at).flatMap(one =>
      same.includes(one.callId) ? [unframed(one.text).text] : [],
    )
  })
}

type ToolMessage = Extract<Message, { role: 'tool' }>

/** Up to the next turn: two turns may use the same ids. */
function resultsAfter(messages: readonly Message[], at: number): ToolMessage[] {
  const rest = messages.slice(at + 1)
  const end = rest.findIndex(one => one.role !== 'tool')
  return (end < 0 ? rest : rest.slice(0, end)) as ToolMessage[]
}
