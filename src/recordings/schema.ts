// Checks the parts of a recording that are used, because people edit and shorten such files.

import { z } from 'zod'

const text = z.string()
const number = z.number()
const record = z.record(text, z.unknown())

const call = z.object({ id: text, name: text, args: record.optional(), rawArgs: text })

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text }),
  z.object({ role: z.literal('assistant'), text, calls: z.array(call) }),
  z.object({
    role: z.literal('tool'),
    callId: text,
    name: text,
    text,
    isError: z.boolean(),
    found: z.array(text).optional(),
  }),
])

const usage = z.object({
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
})

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text }),
  z.object({ type: z.literal('thinking') }),
  z.object({ type: z.literal('call'), call }),
  z.object({
    type: z.literal('finish'),
    reason: z.enum(['stop', 'calls', 'length', 'filtered']),
    usage: usage.optional(),
    served: z.object({ platform: text, model: text, rule: text, costUsd: number.optional() }).optional(),
  }),
  z.object({
    type: z.literal('rerouted'),
    from: text,
    to: text,
    kind: text,
    reason: text,
    discarded: z.boolean(),
    detectMs: number,
    switchMs: number.optional(),
    waitMs: number.optional(),
    wastedUsd: number.optional(),
  }),
  z.object({
    type: z.literal('left-out'),
    platform: text,
    tools: z.array(z.object({ name: text, reason: text })),
    narrowed: z.object({ offered: number, of: number }).optional(),
  }),
])

export const headSchema = z.object({
  format: z.int().min(1).optional(),
  supportmax: text,
  made: text,
  customer: z.object({ id: text, name: text }),
})

export const turnSchema = z.object({
  question: text,
  conversation: text,
  purpose: z.enum(['answer', 'cross-check', 'judge']),
  platform: text,
  model: text,
  system: text.optional(),
  tools: z.array(z.object({ name: text, description: text, inputSchema: record })).optional(),
  toolChoice: z.literal('none').optional(),
  keep: z.int().min(0),
  messages: z.array(message),
  events: z.array(z.object({ ms: number, event })),
  fault: z.object({ platform: text, kind: text, message: text, remedy: text.optional() }).nullable(),
})

/** Where `value` breaks the schema, such as `messages.0.calls`; undefined if it fits. */
export function misfit(schema: z.ZodType, value: unknown): string | undefined {
  const [issue] = schema.safeParse(value).error?.issues ?? []
  return issue && (issue.path.join('.') || 'the whole line')
}
