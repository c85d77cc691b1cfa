import type {
  ContentBlockParam,
  RedactedThinkingBlockParam,
  ThinkingBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages'
import { type IdRules, legalIds, legalName } from '../calls/ids.ts'
import type { Message } from '../platform.ts'

/** A block of this model's own answer as it arrived. Calls are only placeholders: the message itself has them. */
export type CarriedItem =
  | ThinkingBlockParam
  | RedactedThinkingBlockParam
  | { type: 'text'; text: string }
  | { type: 'tool_use' }

export interface HistoryTurn {
  role: 'user' | 'assistant'
  content: ContentBlockParam[]
}

const IDS: IdRules = { legal: /^[a-zA-Z0-9_-]+$/, longest: 64 }

type Ids = ReturnType<typeof legalIds>

/** The API requires that roles alternate, that the results of one turn come together and first, and that no block is empty. */
export function historyOf(messages: readonly Message[], owner: string): HistoryTurn[] {
  const ids = legalIds(IDS)
  const turns: HistoryTurn[] = []
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
    // Only a JSON object can be expressed here; the result tells the model that its arguments were not one.
    input: call.args ?? {},
  }))
  const own = carry?.owner === owner ? (carry.items as readonly CarriedItem[]) : []
  const blocks = inOrder(own, text, uses)
  // The API requires something after thinking.
  return blocks.slice(0, blocks.findLastIndex(block => !isThought(block)) + 1)
}

/** Thinking in its original positions, or first if the answer has changed since. */
function inOrder(
  items: readonly CarriedItem[],
  text: string,
  uses: readonly ToolUseBlockParam[],
): ContentBlockParam[] {
  const original = items.map(item => (item.type === 'text' ? item.text : '')).join('')
  const calls = items.filter(item => item.type === 'tool_use').length
  if (original !== text || calls !== uses.length)
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
