// https://platform.openai.com/docs/api-reference/responses/create

import { z } from 'zod'
import type { Violation } from '../../refuse/refused.ts'
import type { Ask } from '../../wire/frame.ts'
import { first, firstOf, isObject, shapeOf } from '../shape.ts'
import { type FunctionTool, functionsViolation } from './functions.ts'

const any = z.unknown().optional()
const text = z.string()

const body = z.strictObject({
  model: text.min(1),
  input: z.union([text, z.array(z.looseObject({}))]),
  instructions: text.nullish(),
  tools: z.array(z.looseObject({ type: text })).optional(),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: text })]).optional(),
  stream: z.literal(true, 'this server only streams'),
  store: z.boolean().nullish(),
  include: z.array(text).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  ...Object.fromEntries(
    [
      'background context_management conversation max_tool_calls metadata moderation previous_response_id prompt',
      'prompt_cache_key prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier',
      'stream_options text top_logprobs truncation user',
    ].flatMap(line => line.split(' ').map(name => [name, any])),
  ),
})

const tool = z.strictObject({
  type: z.literal('function'),
  name: text.min(1),
  description: text.nullish(),
  parameters: z.unknown(),
  strict: z.boolean().nullish(),
})

const callId = text.min(1).max(64)
const status = z.enum(['in_progress', 'completed', 'incomplete']).optional()
const inputPart = z.looseObject({ type: z.enum(['input_text', 'input_image', 'input_file']) })
const outputPart = z.looseObject({ type: z.enum(['output_text', 'refusal']) })

const message = z.union([
  z.strictObject({
    type: z.literal('message').optional(),
    role: z.enum(['user', 'system', 'developer']),
    content: z.union([text, z.array(inputPart)]),
    status,
  }),
  z.strictObject({
    type: z.literal('message').optional(),
    role: z.literal('assistant'),
    content: z.union([text, z.array(outputPart)]),
    id: text.startsWith('msg').optional(),
    status,
    phase: text.nullish(),
  }),
])

const ITEMS: Record<string, z.ZodType> = {
  message,
  function_call: z.strictObject({
    type: z.literal('function_call'),
    call_id: callId,
    name: text.regex(/^[a-zA-Z0-9_-]{1,64}$/),
    arguments: text.refine(isJsonObject, 'must be a JSON object'),
    id: text.startsWith('fc', "Expected an ID that begins with 'fc'").optional(),
    status,
  }),
  function_call_output: z.strictObject({
    type: z.literal('function_call_output'),
    call_id: callId,
    output: z.union([text, z.array(inputPart)]),
    id: text.optional(),
    status,
  }),
  reasoning: z.strictObject({
    type: z.literal('reasoning'),
    id: text.startsWith('rs'),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text })),
    content: z.array(z.looseObject({})).optional(),
    encrypted_content: text.nullish(),
    status,
  }),
}

type Item = Record<string, unknown> & { type?: string }

export function responsesViolation(ask: Ask): Violation | undefined {
  const items = (Array.isArray(ask.body.input) ? ask.body.input : []) as Item[]
  const tools = (ask.body.tools ?? []) as FunctionTool[]
  return first(
    () => shapeOf(body, ask.body, 'openai'),
    () => firstOf(tools, (one, index) => shapeOf(tool, one, 'openai', ['tools', index])),
    () => functionsViolation(tools, index => `tools[${index}]`),
    () => firstOf(items, itemShape),
    () => pairing(items),
    () => firstOf(items, (item, index) => belonging(item, items[index + 1], index, ask)),
  )
}

function itemShape(item: Item, index: number): Violation | undefined {
  const schema = ITEMS[item.type ?? 'message']
  if (schema) return shapeOf(schema, item, 'openai', ['input', index])
  return { message: `Invalid value: '${item.type}'.`, param: `input[${index}].type`, code: 'invalid_value' }
}

function pairing(items: readonly Item[]): Violation | undefined {
  const open = new Set<unknown>()
  for (const { type, call_id: id } of items) {
    if (type === 'function_call' && open.has(id)) return inInput(`Duplicate function call ${id}.`)
    if (type === 'function_call') open.add(id)
    if (type === 'function_call_output' && !open.delete(id))
      return inInput(`No tool call found for function call output with call_id ${id}.`)
  }
  const [unanswered] = open
  return unanswered ? inInput(`No tool output found for function call ${unanswered}.`) : undefined
}

function inInput(message: string): Violation {
  return { message, param: 'input' }
}

/** What is replayed by its id or sealed must be of this account; reasoning stands before what it led to. */
function belonging(
  item: Item,
  next: Item | undefined,
  index: number,
  { instance, body }: Ask,
): Violation | undefined {
  const id = item.id as string | undefined
  if (item.type !== 'reasoning')
    return id && !instance.made.has(id) ? unknownItem(id, index, body) : undefined
  const sealed = item.encrypted_content as string | null | undefined
  if (!sealed) return unknownItem(id ?? '', index, body)
  if (!instance.made.has(sealed))
    return {
      message: `The encrypted content ${sealed.slice(0, 4)}...${sealed.slice(-4)} could not be verified.`,
      code: 'invalid_encrypted_content',
    }
  const led = next?.type === 'reasoning' || next?.type === 'function_call' || next?.role === 'assistant'
  return led
    ? undefined
    : inInput(`Item '${id}' of type 'reasoning' was provided without its required following item.`)
}

function unknownItem(id: string, index: number, { store }: Ask['body']): Violation {
  const hint =
    store === false
      ? ' Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.'
      : ''
  return { message: `Item with id '${id}' not found.${hint}`, param: `input[${index}].id`, status: 404 }
}

export function isJsonObject(raw: string): boolean {
  try {
    return isObject(JSON.parse(raw))
  } catch {
    return false
  }
}
