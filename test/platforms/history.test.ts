import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Message, VendorPlatform } from '../../src/platforms/platform.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { ANTHROPIC, AZURE, AZURE_COMPLETIONS, all, GOOGLE, OPENAI, TOOLS, VERTEX } from './vendors.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
afterAll(() => fake.close())
afterEach(() => fake.reset())

const FOUR = [OPENAI, ANTHROPIC, GOOGLE, AZURE]
const MORE = [VERTEX, AZURE_COMPLETIONS]
const everyone = [...FOUR, ...MORE]
const pairs = everyone.flatMap(one => everyone.filter(other => other !== one).map(other => ({ one, other })))

const THINKS = {
  thinking: 'which of them?',
  text: 'Looking.',
  calls: [
    { name: 'am__list_alerts', args: { state: 'active' } },
    { name: 'am__get_status', args: '' },
    { name: 'am__list_alerts', args: { state: 'silenced' } },
  ],
}

/** One turn: the answer and the results of its calls are added to the conversation. */
async function turn(platform: VendorPlatform, messages: Message[]): Promise<unknown[]> {
  const seen = await all(platform, { system: 'be brief', messages, tools: TOOLS })
  if (!seen.finish) throw seen.fault ?? new Error('no end')
  const { carry } = seen.finish
  messages.push({ role: 'assistant', text: seen.text, calls: seen.calls, carry })
  for (const { id, name } of seen.calls)
    messages.push({ role: 'tool', callId: id, name, text: `{"of":"${id}"}`, isError: false })
  return seals(carry?.items ?? [])
}

/** The parts with which each vendor seals its reasoning. */
function seals(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) =>
    /^(signature|thoughtSignature|encrypted_content)$/.test(key) && item ? [String(item)] : seals(item),
  )
}

describe.each(pairs)(
  'a conversation of $one.instance, $other.instance and $one.instance again',
  ({ one, other }) => {
    it('breaks no rule of either, drops foreign reasoning, and returns own reasoning', async () => {
      fake.script(one.instance, [THINKS, { text: 'Two alerts.', thinking: 'so' }])
      fake.script(other.instance, [THINKS])
      const [first, second] = [one.open(fake), other.open(fake)]
      const messages: Message[] = [{ role: 'user', text: 'which?' }]
      const own = await turn(first, messages)
      const foreign = await turn(second, messages)
      await turn(first, messages)

      expect(fake.violations()).toEqual([])
      const [, again] = fake.requests(one.instance)
      const [switched] = fake.requests(other.instance)
      // Chat completions have no sealed reasoning.
      expect(own.length > 0).toBe(one !== AZURE_COMPLETIONS)
      expect(seals(again?.body).filter(seal => seal !== DUMMY)).toEqual(own)
      expect(seals(switched?.body).filter(seal => seal !== DUMMY)).toEqual([])
      for (const seal of foreign) expect(JSON.stringify(again?.body)).not.toContain(seal)
      expect(JSON.stringify(again?.body).match(/\{\\"of\\":/g)).toHaveLength(6)
    })
  },
)

/** Google's placeholder for the signature of a call that was never signed. */
const DUMMY = 'skip_thought_signature_validator'
