// https://docs.claude.com/en/api/messages

import { z } from 'zod'
import type { Violation } from '../../refuse/refused.ts'
import type { Ask } from '../../wire/frame.ts'
import { first, shapeOf } from '../shape.ts'
import { BLOCKS, conversation, type Message } from './messages.ts'
import { type Tool, toolsViolation } from './tools.ts'

const any = z.unknown().optional()
const text = z.string()

const body = z.strictObject({
  model: text.min(1),
  max_tokens: z.int().min(1),
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['user', 'assistant'], "Input should be 'user' or 'assistant'"),
        content: z.union([text, z.array(z.looseObject({ type: text }))]),
      }),
    )
    .min(1, 'at least one message is required'),
  system: z.union([text, z.array(BLOCKS.text)]).optional(),
  tools: z.array(z.looseObject({ name: text })).optional(),
  tool_choice: z
    .strictObject({
      type: z.enum(['auto', 'any', 'tool', 'none']),
      name: text.optional(),
      disable_parallel_tool_use: z.boolean().optional(),
    })
    .optional(),
  thinking: z
    .strictObject({
      type: z.enum(['enabled', 'disabled', 'adaptive', 'between_tools']),
      budget_tokens: z.int().min(1_024).optional(),
      display: z.enum(['summarized', 'omitted']).nullish(),
    })
    .optional(),
  stream: z.literal(true, 'this server only streams'),
  temperature: z.number().min(0).max(1).optional(),
  ...Object.fromEntries(
    [
      'cache_control container context_management diagnostics inference_geo metadata output_config service_tier',
      'speed stop_sequences top_k top_p user_profile_id workspace_id',
    ].flatMap(line => line.split(' ').map(name => [name, any])),
  ),
})

export function anthropicViolation(ask: Ask): Violation | undefined {
  const { tools = [], messages = [] } = ask.body as { tools?: Tool[]; messages?: Message[] }
  return first(
    () => shapeOf(body, ask.body, 'anthropic'),
    () => toolsViolation(tools),
    () => conversation(messages, ask),
    () => choice(ask.body, tools, messages),
    () => breakpoints(ask.body),
  )
}

function choice(
  { tool_choice: choice, thinking, max_tokens: most }: Ask['body'],
  tools: readonly Tool[],
  messages: readonly Message[],
): Violation | undefined {
  const isUsed = messages.some(({ content }) => Array.isArray(content) && content.some(isToolBlock))
  if (isUsed && tools.length === 0)
    return { message: 'Requests which have `tool_use` or `tool_result` blocks in them must define tools' }
  if (choice !== undefined && tools.length === 0)
    return { message: 'tool_choice may only be specified while providing tools' }
  const { type, name } = (choice ?? {}) as { type?: string; name?: string }
  if (type === 'tool' && !tools.some(one => one.name === name))
    return { message: `Tool '${name}' not found in provided tools`, param: 'tool_choice' }
  const { type: mode, budget_tokens: budget = 0 } = (thinking ?? {}) as {
    type?: string
    budget_tokens?: number
  }
  if (mode === 'enabled' && (type === 'any' || type === 'tool'))
    return { message: 'Thinking may not be enabled when tool_choice forces tool use.' }
  return mode === 'enabled' && budget >= Number(most)
    ? { message: '`max_tokens` must be greater than `thinking.budget_tokens`.' }
    : undefined
}

function isToolBlock({ type }: { type: string }): boolean {
  return type === 'tool_use' || type === 'tool_result'
}

function breakpoints(body: Ask['body']): Violation | undefined {
  const found = JSON.stringify([body.system, body.tools, body.messages]).split('"cache_control":{').length - 1
  return found > 4
    ? { message: `A maximum of 4 blocks with cache_control may be provided. Found ${found}.` }
    : undefined
}
