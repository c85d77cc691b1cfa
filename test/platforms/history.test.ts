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

it.each([...FOUR, VERTEX])(
  'another key or region of $instance does not get what the old one sealed',
  async vendor => {
    const name = vendor.instance
    fake.script(name, [THINKS, { text: 'Two alerts.' }, { text: 'Two alerts.' }])
    const messages: Message[] = [{ role: 'user', text: 'which?' }]
    const own = await turn(vendor.open(fake), messages)
    await all(vendor.open(fake, { account: 'other-0123456789' }), { system: 's', messages, tools: TOOLS })
    await all(vendor.open(fake), { system: 's', messages, tools: TOOLS })
    const [other, back] = fake.requests(name).slice(1)
    expect(own.length).toBeGreaterThan(0)
    expect(seals(other?.body).filter(seal => seal !== DUMMY)).toEqual([])
    expect(seals(back?.body).filter(seal => seal !== DUMMY)).toEqual(own)
  },
)

const IDS = /^(id|call_id|tool_use_id|tool_call_id)$/

/** The ids of calls and of their results, in the order of the request. */
function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) =>
    IDS.test(key) && typeof item === 'string' ? [item] : idsIn(item),
  )
}

async function sentIds(vendor: (typeof everyone)[number], ids: string[], model?: string): Promise<string[]> {
  const calls = ids.map(id => ({ id, name: 'am__get_status', args: {}, rawArgs: '{}' }))
  const results = calls.map(
    ({ id, name }): Message => ({ role: 'tool', callId: id, name, text: 'ok', isError: false }),
  )
  const messages: Message[] = [
    { role: 'user', text: 'which?' },
    { role: 'assistant', text: '', calls },
    ...results,
  ]
  await all(vendor.open(fake, model === undefined ? {} : { model }), { system: 's', messages, tools: TOOLS })
  return idsIn(fake.requests(vendor.instance)[0]?.body)
}

describe.each(everyone)('the ids of calls that go to $instance', vendor => {
  const odd = ['x'.repeat(41), `ws_${'0'.repeat(70)}`, 'a/b c', 'grüße', `${'x'.repeat(40)}y`]

  it('are mapped the same way for a call and its result, and are unique', async () => {
    const sent = await sentIds(vendor, odd)
    expect(fake.violations()).toEqual([])
    expect(sent).toHaveLength(2 * odd.length)
    expect(sent.slice(odd.length)).toEqual(sent.slice(0, odd.length))
    expect(new Set(sent).size).toBe(odd.length)
    const longest = vendor === AZURE_COMPLETIONS ? 40 : 64
    for (const id of sent) expect(id).toMatch(new RegExp(`^[a-zA-Z0-9_-]{1,${longest}}$`))
  })

  it('stay as they are if they are legal', async () => {
    const legal = ['call_9', 'toolu_01AbC', 'x'.repeat(40)]
    expect(await sentIds(vendor, legal)).toEqual([...legal, ...legal])
  })
})

it('a model of Mistral gets ids of nine letters and digits', async () => {
  const sent = await sentIds(AZURE_COMPLETIONS, ['call_0123456789', 'D681PevKs'], 'mistral-large-latest')
  expect(sent.slice(2)).toEqual(sent.slice(0, 2))
  expect(sent[1]).toBe('D681PevKs')
  for (const id of sent) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/)
})

it.each(everyone)('a failed tool is marked as failed for $instance', async vendor => {
  const calls = [{ id: 'call_1', name: 'am__get_status', args: {}, rawArgs: '{}' }]
  for (const isError of [true, false]) {
    const result: Message = {
      role: 'tool',
      callId: 'call_1',
      name: 'am__get_status',
      text: 'no such host',
      isError,
    }
    const messages: Message[] = [
      { role: 'user', text: 'which?' },
      { role: 'assistant', text: '', calls },
      result,
    ]
    await all(vendor.open(fake), { system: 's', messages, tools: TOOLS })
  }
  const [failed = '', worked = ''] = fake.requests(vendor.instance).map(({ body }) => JSON.stringify(body))
  const mark = /Error: no such host|"is_error":true|"error":"no such host"/
  expect([mark.test(failed), mark.test(worked)]).toEqual([true, false])
})
