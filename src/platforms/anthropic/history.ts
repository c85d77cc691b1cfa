import type {
  ContentBlockParam,
  RedactedThinkingBlockParam,
  ThinkingBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages'
import type { Message } from '../platform.ts'
import { legalIds, legalName } from './ids.ts'

/** A block of an own answer, as it came; calls only by their place, since the message holds them itself. */
export type CarriedItem =
  | ThinkingBlockParam
  | RedactedThinkingBlockParam
  | { type: 'text'; text: string }
  | { type: 'tool_use' }

export interface Turn {
  role: 'user' | 'assistant'
  content: ContentBlockParam[]
}

type Ids = ReturnType<typeof legalIds>

/** Roles alternate, the results of one turn stand together and first, and no block is empty: the API refuses others. */
export function historyOf(messages: readonly Message[], owner: string): Turn[] {
  const ids = legalIds()
  const turns: Turn[] = []
  for (const message of messages) {
    const content = blocksOf(message, owner, ids)
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const last = turns.at(-1)
    if (content.length === 0) continue
    if (last?.role === role) last.content.push(...content)
    else turns.push({ role, content })
  }
  return turns
}

function blocksOf(message: Message, owner: string, ids: Ids): ContentBlockParam[] {
  if (message.role === 'user') return textBlocks(message.text)
  if (message.role === 'assistant') return answerBlocks(message, owner, ids)
  const { callId, text, isError } = message
  return [
    {
      type: 'tool_result',
      tool_use_id: ids.ofResult(callId),
      content: textBlocks(text),
      ...(isError && { is_error: true }),
    },
  ]
}

function answerBlocks(
  { text, calls, carry }: Extract<Message, { role: 'assistant' }>,
  owner: string,
  ids: Ids,
): ContentBlockParam[] {
  const uses = calls.map<ToolUseBlockParam>(call => ({
    type: 'tool_use',
    id: ids.ofCall(call.id),
    name: legalName(call.name),
    // What was no JSON object cannot be said here; the result tells the model of it.
    input: call.args ?? {},
  }))
  const own = carry?.owner === owner ? (carry.items as readonly CarriedItem[]) : []
  const blocks = laidOut(own, text, uses)
  // Thinking must be followed by what was thought of.
  return blocks.slice(0, blocks.findLastIndex(block => !isThought(block)) + 1)
}

/** Thinking at the places where it stood; where the answer is no longer the one that came, in front of it. */
function laidOut(
  items: readonly CarriedItem[],
  text: string,
  uses: readonly ToolUseBlockParam[],
): ContentBlockParam[] {
  const said = items.map(item => (item.type === 'text' ? item.text : '')).join('')
  const places = items.filter(item => item.type === 'tool_use').length
  if (said !== text || places !== uses.length)
    return [...items.filter(isThought), ...textBlocks(text), ...uses]
  let next = 0
  return items.flatMap<ContentBlockParam>(item => {
    if (item.type === 'tool_use') return uses[next++] ?? []
    return item.type === 'text' ? textBlocks(item.text) : item
  })
}

function isThought(block: { type: string }): block is ThinkingBlockParam | RedactedThinkingBlockParam {
  return block.type === 'thinking' || block.type === 'redacted_thinking'
}

function textBlocks(text: string): { type: 'text'; text: string }[] {
  return text.trim() ? [{ type: 'text', text }] : []
}
