import { z } from 'zod'
import type { Violation } from '../../refuse/refused.ts'
import type { Ask } from '../../wire/frame.ts'
import { first, firstOf, shapeOf } from '../shape.ts'

export interface Message {
  role: 'user' | 'assistant'
  content: string | Block[]
}

interface Block {
  type: string
  text?: string
  id?: string
  tool_use_id?: string
  signature?: string
  data?: string
}

const text = z.string()
const cached = { cache_control: z.looseObject({ type: z.literal('ephemeral') }).nullish() }
const textBlock = z.strictObject({
  type: z.literal('text'),
  text: text
    .min(1, 'text content blocks must be non-empty')
    .regex(/\S/, 'text content blocks must contain non-whitespace text'),
  citations: z.unknown().optional(),
  ...cached,
})

export const BLOCKS = {
  text: textBlock,
  image: z.looseObject({ type: z.literal('image') }),
  document: z.looseObject({ type: z.literal('document') }),
  thinking: z.strictObject({ type: z.literal('thinking'), thinking: text, signature: text.min(1) }),
  redacted_thinking: z.strictObject({ type: z.literal('redacted_thinking'), data: text.min(1) }),
  tool_use: z.strictObject({
    type: z.literal('tool_use'),
    id: text.regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'"),
    name: text.min(1).max(200),
    input: z.record(z.string(), z.unknown()),
    caller: z.unknown().optional(),
    ...cached,
  }),
  tool_result: z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: text.regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'"),
    content: z
      .union([text, z.array(z.union([textBlock, z.looseObject({ type: z.literal('image') })]))])
      .optional(),
    is_error: z.boolean().optional(),
    ...cached,
  }),
}

const OF_USER = ['text', 'image', 'document', 'tool_result']
const OF_ASSISTANT = ['text', 'thinking', 'redacted_thinking', 'tool_use']

export function conversation(messages: readonly Message[], ask: Ask): Violation | undefined {
  return first(
    () =>
      messages[0]?.role === 'user'
        ? undefined
        : { message: 'first message must use the "user" role', param: 'messages' },
    () => firstOf(messages, contentShape),
    () => firstOf(messages, (message, index) => answered(message, messages[index + 1], index)),
    () => firstOf(messages, (message, index) => asked(message, messages[index - 1], index)),
    () => uniqueIds(messages),
    () => firstOf(messages, (message, index) => signatures(message, index, ask)),
    () => opensWithThinking(messages, ask),
  )
}

function contentShape({ role, content }: Message, index: number): Violation | undefined {
  const at = `messages.${index}`
  if (content.length === 0) return { message: 'all messages must have non-empty content', param: at }
  const allowed = role === 'user' ? OF_USER : OF_ASSISTANT
  return firstOf(blocksOf(content), (block, place) =>
    allowed.includes(block.type)
      ? shapeOf(BLOCKS[block.type as keyof typeof BLOCKS], block, 'anthropic', [
          at,
          'content',
          place,
          block.type,
        ])
      : {
          message: `\`${block.type}\` blocks are not permitted in ${role} turns`,
          param: `${at}.content.${place}`,
        },
  )
}

function blocksOf(content: Message['content']): Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function ids(message: Message | undefined, type: 'tool_use' | 'tool_result'): string[] {
  return blocksOf(message?.content ?? [])
    .filter(block => block.type === type)
    .map(block => (type === 'tool_use' ? block.id : block.tool_use_id) ?? '')
}

/** All results stand in the next message, before anything else of it. */
function answered(message: Message, next: Message | undefined, index: number): Violation | undefined {
  const calls = message.role === 'assistant' ? ids(message, 'tool_use') : []
  const blocks = blocksOf(next?.content ?? [])
  const leading = blocks.slice(0, blocks.findLastIndex(({ type }) => type === 'tool_result') + 1)
  const isInFront = leading.every(({ type }) => type === 'tool_result')
  const results = ids(next, 'tool_result')
  const missing = calls.filter(id => !isInFront || !results.includes(id))
  if (missing.length > 0)
    return {
      message: `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      param: `messages.${index}`,
    }
  return new Set(results).size < results.length
    ? { message: 'each tool_use must have a single result.', param: `messages.${index + 1}` }
    : undefined
}

function asked(message: Message, previous: Message | undefined, index: number): Violation | undefined {
  const calls = ids(previous, 'tool_use')
  const stray = ids(message, 'tool_result').find(id => !calls.includes(id))
  return stray === undefined
    ? undefined
    : {
        message: `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        param: `messages.${index}.content`,
      }
}

function uniqueIds(messages: readonly Message[]): Violation | undefined {
  const all = messages.flatMap(message => ids(message, 'tool_use'))
  return new Set(all).size < all.length
    ? { message: '`tool_use` ids must be unique', param: 'messages' }
    : undefined
}

/** Sealed by this account, for this model. */
function signatures({ content }: Message, index: number, { instance, model }: Ask): Violation | undefined {
  return firstOf(blocksOf(content), ({ type, signature, data }, place) => {
    if (type !== 'thinking' && type !== 'redacted_thinking') return undefined
    const field = type === 'thinking' ? 'signature' : 'data'
    return instance.made.get(signature ?? data ?? '') === model
      ? undefined
      : { message: `Invalid \`${field}\` in \`${type}\` block`, param: `messages.${index}.content.${place}` }
  })
}

/** Where a budget for thinking is given, the turn that waits for results must begin with what was thought. */
function opensWithThinking(messages: readonly Message[], { body }: Ask): Violation | undefined {
  if ((body.thinking as { type?: string } | undefined)?.type !== 'enabled') return undefined
  const index = messages.findLastIndex(({ role }) => role === 'assistant')
  const [opening] = blocksOf(messages[index]?.content ?? [])
  if (!opening || ids(messages[index], 'tool_use').length === 0 || index !== messages.length - 2)
    return undefined
  return opening.type.endsWith('thinking')
    ? undefined
    : {
        message: `Expected \`thinking\` or \`redacted_thinking\`, but found \`${opening.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
        param: `messages.${index}.content.0.type`,
      }
}
