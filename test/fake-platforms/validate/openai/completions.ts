// https://platform.openai.com/docs/api-reference/chat/create

import { z } from 'zod'
import type { Violation } from '../../refuse/refused.ts'
import type { Ask } from '../../wire/frame.ts'
import { first, firstOf, shapeOf } from '../shape.ts'
import { type FunctionTool, functionsViolation } from './functions.ts'
import { isJsonObject } from './responses.ts'

const any = z.unknown().optional()
const text = z.string()

const body = z.strictObject({
  model: text.min(1),
  messages: z.array(z.looseObject({ role: text })).min(1),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: text.min(1),
          description: text.optional(),
          parameters: any,
          strict: z.boolean().nullish(),
        }),
      }),
    )
    .min(1, '[] is too short')
    .optional(),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: text })]).optional(),
  stream: z.literal(true, 'this server only streams'),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  parallel_tool_calls: z.boolean().optional(),
  ...Object.fromEntries(
    [
      'frequency_penalty logit_bias logprobs max_completion_tokens max_tokens metadata modalities n prediction',
      'presence_penalty prompt_cache_key prompt_cache_retention reasoning_effort response_format',
      'safety_identifier seed service_tier stop store temperature top_logprobs top_p user verbosity',
    ].flatMap(line => line.split(' ').map(name => [name, any])),
  ),
})

const parts = z.array(z.looseObject({ type: text })).min(1)
const content = z.union([text, parts])
const call = z.strictObject({
  id: text.min(1),
  type: z.literal('function'),
  function: z.strictObject({
    name: text.regex(/^[a-zA-Z0-9_-]{1,64}$/),
    arguments: text.refine(isJsonObject, 'must be a JSON object'),
  }),
})

const ROLES: Record<string, z.ZodType> = {
  system: z.strictObject({ role: text, content, name: text.optional() }),
  developer: z.strictObject({ role: text, content, name: text.optional() }),
  user: z.strictObject({ role: text, content, name: text.optional() }),
  assistant: z
    .strictObject({
      role: text,
      content: content.nullish(),
      refusal: text.nullish(),
      name: text.optional(),
      tool_calls: z.array(call).min(1, '[] is too short').optional(),
    })
    .refine(one => one.content != null || one.refusal != null || one.tool_calls, {
      message: 'expected a string, got null',
      path: ['content'],
    }),
  tool: z.strictObject({ role: text, content, tool_call_id: text }),
}

interface Message {
  role: string
  tool_calls?: { id: string }[]
  tool_call_id?: string
}

export function completionsViolation(ask: Ask): Violation | undefined {
  const messages = (ask.body.messages ?? []) as Message[]
  const tools = (ask.body.tools ?? []) as { function: FunctionTool }[]
  return first(
    () => shapeOf(body, ask.body, 'openai'),
    () =>
      functionsViolation(
        tools.map(one => one.function),
        index => `tools[${index}].function`,
      ),
    () =>
      ask.body.tool_choice !== undefined && tools.length === 0
        ? { message: "'tool_choice' is only allowed when 'tools' are specified.", param: 'tool_choice' }
        : undefined,
    () => firstOf(messages, messageShape),
    () => pairing(messages),
  )
}

function messageShape(message: Message, index: number): Violation | undefined {
  const schema = ROLES[message.role]
  if (schema) return shapeOf(schema, message, 'openai', ['messages', index])
  return {
    message: `Invalid value: '${message.role}'. Supported values are: ${Object.keys(ROLES).join(', ')}.`,
    param: `messages[${index}].role`,
    code: 'invalid_value',
  }
}

/** Every call is answered once, directly behind the message that made it. */
function pairing(messages: readonly Message[]): Violation | undefined {
  let open = new Set<string>()
  for (const [index, { role, tool_calls: calls, tool_call_id: id = '' }] of messages.entries()) {
    if (role === 'tool') {
      if (!open.delete(id)) return unasked(index)
      continue
    }
    if (open.size > 0) return unanswered(open, index)
    open = new Set((calls ?? []).map(one => one.id))
    if (open.size !== (calls ?? []).length)
      return { message: 'Duplicate tool call ids.', param: `messages.[${index}].tool_calls` }
  }
  return open.size > 0 ? unanswered(open, messages.length) : undefined
}

function unasked(index: number): Violation {
  return {
    message:
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    param: `messages.[${index}].role`,
  }
}

function unanswered(open: ReadonlySet<string>, index: number): Violation {
  return {
    message: `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    param: `messages.[${index}].role`,
  }
}
