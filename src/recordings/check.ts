// Whether a line of a recording has the shape of what is used of it: people edit and cut such files.

import type { Head, TapedTurn } from './line.ts'

type Check = (value: unknown) => boolean

const text: Check = value => typeof value === 'string'
const number: Check = value => typeof value === 'number'
const flag: Check = value => typeof value === 'boolean'
const object: Check = value => typeof value === 'object' && value !== null && !Array.isArray(value)
const oneOf =
  (...words: string[]): Check =>
  value =>
    words.includes(value as string)
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check)
const maybe =
  (check: Check): Check =>
  value =>
    value === undefined || check(value)
const shape =
  (fields: Record<string, Check>): Check =>
  value =>
    object(value) &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]))

/** By the word that stands in `field`. */
const variant =
  (field: string, variants: Record<string, Check>): Check =>
  value => {
    const word = object(value) && (value as Record<string, unknown>)[field]
    return typeof word === 'string' && Object.hasOwn(variants, word) && variants[word]?.(value) === true
  }

const call = shape({ id: text, name: text, args: maybe(object), rawArgs: text })

const message = variant('role', {
  user: shape({ text }),
  assistant: shape({ text, calls: listOf(call) }),
  tool: shape({ callId: text, name: text, text, isError: flag, found: maybe(listOf(text)) }),
})

const usage = shape({
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
})

const event = variant('type', {
  text: shape({ text }),
  thinking: object,
  call: shape({ call }),
  finish: shape({
    reason: oneOf('stop', 'calls', 'length', 'filtered'),
    usage: maybe(usage),
    served: maybe(shape({ platform: text, model: text, rule: text, costUsd: maybe(number) })),
  }),
  rerouted: shape({
    from: text,
    to: text,
    kind: text,
    reason: text,
    discarded: flag,
    detectMs: number,
    switchMs: number,
    wastedUsd: maybe(number),
  }),
  'left-out': shape({
    platform: text,
    tools: listOf(shape({ name: text, reason: text })),
    narrowed: maybe(shape({ offered: number, of: number })),
  }),
})

const fault = shape({ platform: text, kind: text, message: text })

const head = shape({ supportmax: text, made: text, customer: shape({ id: text, name: text }) })

const turn = shape({
  question: text,
  conversation: text,
  purpose: oneOf('answer', 'cross-check', 'judge'),
  platform: text,
  model: text,
  system: maybe(text),
  tools: maybe(listOf(shape({ name: text, description: text, inputSchema: object }))),
  toolChoice: maybe(oneOf('none')),
  keep: value => Number.isInteger(value) && Number(value) >= 0,
  messages: listOf(message),
  events: listOf(shape({ ms: number, event })),
  fault: value => value === null || fault(value),
})

export const isHead = (value: unknown): value is Head => head(value)

export const isTurn = (value: unknown): value is TapedTurn => turn(value)
