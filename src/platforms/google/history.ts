import type { Content, FunctionCall, Part } from '@google/genai'
import { type IdRules, legalIds } from '../calls/ids.ts'
import type { Message, ModelCall } from '../platform.ts'

/** Accepted in place of a signature for another model's call: https://ai.google.dev/gemini-api/docs/thought-signatures */
const NO_SIGNATURE = 'skip_thought_signature_validator'

/** Not documented; the strictest vendor's. */
const IDS: IdRules = { legal: /^[a-zA-Z0-9_-]+$/, longest: 64 }

interface Recipient {
  owner: string
  model: string
}

type Answer = Extract<Message, { role: 'assistant' }>

/** Roles must alternate, the results of one turn belong together, and this model's own answers go back unchanged. */
export function historyOf(messages: readonly Message[], recipient: Recipient): Content[] {
  const ids = legalIds(IDS)
  const sent = new Map<string, FunctionCall>()
  const current = messages.findLastIndex(message => message.role === 'user')
  const contents: (Content & { parts: Part[] })[] = []
  for (const [i, message] of messages.entries()) {
    const parts =
      message.role === 'assistant'
        ? answerParts(message, i > current, { ...recipient, ids })
        : inputParts(message, sent)
    if (message.role === 'assistant') remember(sent, message.calls, parts)
    const role = message.role === 'assistant' ? 'model' : 'user'
    const last = contents.at(-1)
    if (parts.length === 0) continue
    if (last?.role === role) last.parts.push(...parts)
    else contents.push({ role, parts })
  }
  return contents
}

/** Remembers calls as they are sent: a result must refer to its call without an id if the model gave none. */
function remember(
  sent: Map<string, FunctionCall>,
  calls: readonly ModelCall[],
  parts: readonly Part[],
): void {
  const functionCalls = parts.flatMap(part => part.functionCall ?? [])
  for (const [i, call] of calls.entries()) sent.set(call.id, functionCalls[i] ?? {})
}

function inputParts(message: Exclude<Message, Answer>, sent: ReadonlyMap<string, FunctionCall>): Part[] {
  if (message.role === 'user') return message.text ? [{ text: message.text }] : []
  const { callId, name, text, isError } = message
  const call = sent.get(callId)
  return [
    {
      functionResponse: {
        ...(call?.id && { id: call.id }),
        name: call?.name ?? name,
        response: isError ? { error: text } : { output: text },
      },
    },
  ]
}

function answerParts(
  { text, calls, carry }: Answer,
  isCurrent: boolean,
  { owner, model, ids }: Recipient & { ids: ReturnType<typeof legalIds> },
): Part[] {
  const own = carry?.owner === owner ? (carry.items as readonly Part[]) : []
  if (own.length > 0 && isUnchanged(own, text, calls)) return [...own]
  const parts: Part[] = calls.map(({ id, name, args }) => ({
    functionCall: { id: ids.ofCall(id), name, args: args ?? {} },
  }))
  const [first] = parts
  if (first && isCurrent && wantsSignatures(model)) first.thoughtSignature = NO_SIGNATURE
  return text ? [{ text }, ...parts] : parts
}

/** Whether the answer is still as it arrived. */
function isUnchanged(own: readonly Part[], text: string, calls: readonly ModelCall[]): boolean {
  const original = own.map(part => (part.thought ? '' : (part.text ?? ''))).join('')
  const names = own.flatMap(part => part.functionCall?.name ?? [])
  return (
    original === text && names.length === calls.length && calls.every((call, i) => call.name === names[i])
  )
}

/** Gemini 3 and later require a signature on the first call of each step after the last question. */
function wantsSignatures(model: string): boolean {
  return !/gemini-[12]\b/.test(model)
}
