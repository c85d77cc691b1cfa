// Every vendor's real SDK against the fake platforms, which check each body by their vendor's rules.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { offerTools } from '../../src/dialects/offer.ts'
import { openQuarantine } from '../../src/dialects/refusal/quarantine.ts'
import { findTools } from '../../src/dialects/select/find.ts'
import { openAnthropic } from '../../src/platforms/anthropic/open.ts'
import { openGoogle } from '../../src/platforms/google/open.ts'
import { openAzure } from '../../src/platforms/openai/azure.ts'
import { openOpenAi } from '../../src/platforms/openai/open.ts'
import type { Message, ModelEvent, ToolSpec, VendorPlatform } from '../../src/platforms/platform.ts'
import type { Vendor } from '../fake-platforms/instance.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { NASTY } from './nasty.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
afterAll(() => fake.close())

interface Case {
  vendor: Vendor
  api: string
  most: number
  open(name: string): VendorPlatform
}

const common = (name: string) => ({ name, apiKey: 'sk-test-1', model: 'model-1' })
const openai = (name: string, dialect: 'responses' | 'completions') =>
  openOpenAi({ ...common(name), baseUrl: fake.url(name), dialect })
const CASES: Case[] = [
  { vendor: 'openai', api: 'responses', most: 128, open: name => openai(name, 'responses') },
  { vendor: 'openai', api: 'completions', most: 128, open: name => openai(name, 'completions') },
  {
    vendor: 'azure',
    api: 'responses',
    most: 128,
    open: name => openAzure({ ...common(name), endpoint: fake.url(name), apiVersion: '2025-04-01-preview' }),
  },
  {
    vendor: 'anthropic',
    api: 'messages',
    most: 128,
    open: name => openAnthropic({ ...common(name), baseUrl: fake.url(name) }),
  },
  {
    vendor: 'google',
    api: 'gemini',
    most: 512,
    open: name => openGoogle({ ...common(name), baseUrl: fake.url(name), vertex: undefined }),
  },
]

const spec = (name: string, inputSchema: unknown = { type: 'object', properties: {} }): ToolSpec => ({
  name,
  description: `Does ${name}.`,
  inputSchema: inputSchema as Record<string, unknown>,
})
const specs = (count: number) => Array.from({ length: count }, (_, i) => spec(`a__t${i}`))
const NEVER = new AbortController().signal
const asked: Message = { role: 'user', text: 'which?' }

async function all(
  platform: VendorPlatform,
  tools: ToolSpec[],
  { memory = openQuarantine(), messages = [asked] } = {},
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = []
  const request = { system: 'be brief', messages, tools }
  for await (const event of offerTools(platform, { memory })(request, NEVER)) events.push(event)
  return events
}
const leftOut = (events: ModelEvent[]) => events.flatMap(event => (event.type === 'left-out' ? [event] : []))

describe.each(CASES)('$vendor $api', ({ vendor, open, most }) => {
  it('accepts every nasty schema in its compiled form', async () => {
    const name = fake.fresh(vendor)
    const tools = NASTY.map(({ schema }, i) => spec(`nasty__t${i}`, schema))
    const events = await all(open(name), [...tools, spec('bad name ü'), spec('long', {})])
    expect(fake.violations(name)).toEqual([])
    expect(fake.requests(name)).toHaveLength(1)
    const left = NASTY.flatMap(({ isLeft }, i) => (isLeft ? [`nasty__t${i}`] : []))
    expect(leftOut(events)[0]?.tools.map(tool => tool.name)).toEqual(left)
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
  })

  it.each(['name', 'index'] as const)('leaves out a bad tool at once if the error has its %s', async by => {
    const name = fake.fresh(vendor)
    fake.rules(name, { refuses: { tools: ['a__t2', 'a__t7'], by } })
    const events = await all(open(name), specs(9))
    expect(leftOut(events)[0]?.tools.map(tool => tool.name)).toEqual(['a__t2', 'a__t7'])
    expect(fake.requests(name)).toHaveLength(3)
    expect(fake.violations(name)).toEqual([])
  })

  it('finds bad tools that the error does not name, and does not offer them again', async () => {
    const name = fake.fresh(vendor)
    fake.rules(name, { refuses: { tools: ['a__t2', 'a__t31'], by: 'nothing' } })
    const memory = openQuarantine()
    const platform = open(name)
    const events = await all(platform, specs(40), { memory })
    expect(leftOut(events)[0]?.tools.map(tool => tool.name)).toEqual(['a__t2', 'a__t31'])
    const count = fake.requests(name).length
    expect(count).toBeLessThanOrEqual(2 * (2 * Math.ceil(Math.log2(40)) + 4))
    expect(leftOut(await all(platform, specs(40), { memory }))).toEqual([])
    expect(fake.requests(name)).toHaveLength(count + 1)
    expect(fake.violations(name)).toEqual([])
  })

  it('is asked again with fewer tools if it accepts fewer than expected', async () => {
    const name = fake.fresh(vendor)
    fake.rules(name, { mostTools: 30 })
    const events = await all(open(name), specs(60))
    expect(leftOut(events)[0]?.narrowed?.of).toBe(60)
    expect(fake.requests(name)).toHaveLength(2)
  })

  it('offers find_tools if there are more tools than it accepts', async () => {
    const name = fake.fresh(vendor)
    const many = specs(most + 100)
    fake.script(name, [
      { calls: [{ name: 'find_tools', args: { query: `t${most + 90}` } }] },
      { text: 'done' },
    ])
    const platform = open(name)
    const events = await all(platform, many)
    const [call] = events.flatMap(event => (event.type === 'call' ? [event.call] : []))
    if (!call) throw new Error('find_tools was not called')
    const { text, found } = findTools(many, call.args)
    const carry = events.flatMap(event => (event.type === 'finish' ? [event.carry] : []))[0]
    const messages: Message[] = [
      asked,
      { role: 'assistant', text: '', calls: [call], carry },
      { role: 'tool', callId: call.id, name: call.name, text, isError: false, found },
    ]
    await all(platform, many, { messages })
    const [before, after] = fake.requests(name).map(({ body }) => JSON.stringify(body.tools))
    expect(before).not.toContain(`a__t${most + 90}"`)
    expect(after).toContain(`a__t${most + 90}"`)
    expect(fake.violations(name)).toEqual([])
  })

  it('does not blame the tools for another bad request', async () => {
    const name = fake.fresh(vendor)
    fake.script(name, [{ fault: 'bad-request' }])
    await expect(all(open(name), specs(9))).rejects.toMatchObject({ kind: 'bad_request' })
    expect(fake.requests(name)).toHaveLength(1)
  })
})

it('a conversation with odd names continues from a liberal platform to a strict one', async () => {
  const odd = spec('crm get/company', {
    type: 'object',
    properties: { 'filter[id]': { type: ['string', 'null'] }, $top: { type: 'integer' } },
  })
  const [first, second] = [fake.fresh('openai'), fake.fresh('google')]
  const memory = openQuarantine()
  fake.script(first, request => {
    const [tool] = request.body.tools as { name: string }[]
    return { calls: [{ name: tool?.name ?? '', args: { 'filter[id]': 'a', $top: 1 } }] }
  })
  const events = await all(openai(first, 'responses'), [odd], { memory })
  const [call] = events.flatMap(event => (event.type === 'call' ? [event.call] : []))
  expect(call).toMatchObject({ name: 'crm get/company', args: { 'filter[id]': 'a', $top: 1 } })
  if (!call) throw new Error('no call came')
  const messages: Message[] = [
    asked,
    { role: 'assistant', text: '', calls: [call] },
    { role: 'tool', callId: call.id, name: call.name, text: 'ok', isError: false },
  ]
  const google = openGoogle({ ...common(second), baseUrl: fake.url(second), vertex: undefined })
  await all(google, [odd], { memory, messages })
  expect(fake.violations(second)).toEqual([])
  expect(JSON.stringify(fake.requests(second)[0]?.body.contents)).not.toMatch(/filter\[id\]|get\/company/)
})
