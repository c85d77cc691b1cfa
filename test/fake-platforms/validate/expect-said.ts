import { expect } from 'vitest'
import { newInstance, newSeal } from '../instance.ts'
import type { Violation } from '../refuse/refused.ts'
import type { Ask } from '../wire/frame.ts'

export type Body = Record<string, unknown>

/** What is changed in a body that is right, and what is said of it; undefined: nothing. */
export type Row = [what: string, change: Body, said: string | undefined]

export const SCHEMA = { type: 'object', properties: { id: { type: 'string' } } }

export const many = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`)

/** `OWN` in a body stands for what the instance has sealed, for the model `m`. */
export function expectSaid(
  judge: (ask: Ask) => Violation | undefined,
  body: Body,
  said: string | undefined,
  model = 'm',
): void {
  const instance = newInstance('openai', 'openai')
  const sealed = JSON.stringify(newSeal(instance, 'm'))
  const asked = JSON.parse(JSON.stringify(body).replaceAll('"OWN"', sealed))
  const violation = judge({ instance, model, tools: [], body: asked })
  const words = violation && [violation.param, violation.message].filter(Boolean).join(': ')
  if (said === undefined) expect(words).toBeUndefined()
  else expect(words).toContain(said)
}
