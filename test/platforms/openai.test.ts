import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openOpenAi } from '../../src/platforms/openai/open.ts'
import type {
  Message,
  ModelEvent,
  ModelRequest,
  Platform,
  PlatformFault,
} from '../../src/platforms/platform.ts'
import { PLATFORM_TIMEOUTS } from '../../src/platforms/timed.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import type { Turn } from '../fake-platforms/turn.ts'

let fake: FakePlatforms
let instance: string
beforeAll(async () => {
  fake = await startFakePlatforms()
})
beforeEach(() => {
  instance = fake.fresh('openai')
})
afterAll(() => fake.close())

const tool = {
  name: 'am__list_alerts',
  description: 'Alerts',
  inputSchema: { type: 'object', properties: {} },
}
const asking = (...messages: Message[]): ModelRequest => ({
  system: 'be brief',
  messages: [{ role: 'user', text: 'which?' }, ...messages],
  tools: [tool],
})

function platformFor(dialect: 'responses' | 'completions', script: Turn[], idleMs?: number): Platform {
  fake.script(instance, script)
  return openOpenAi({
    name: 'fake',
    apiKey: 'sk-test',
    baseUrl: fake.url(instance),
    model: 'm1',
    dialect,
    ...(idleMs ? { timeouts: { ...PLATFORM_TIMEOUTS, idle: idleMs } } : {}),
  })
}

async function all(platform: Platform, request = asking(), signal = new AbortController().signal) {
  const events: ModelEvent[] = []
  let fault: PlatformFault | undefined
  try {
    for await (const event of platform.stream(request, signal)) events.push(event)
  } catch (error) {
    fault = error as PlatformFault
  }
  const text = events.map(event => (event.type === 'text' ? event.text : '')).join('')
  const calls = events.flatMap(event => (event.type === 'call' ? [event.call] : []))
  return { text, calls, last: events.at(-1), fault }
}

describe.each(['responses', 'completions'] as const)('the %s dialect', dialect => {
  it('streams text and usage, and ends with finish', async () => {
    const platform = platformFor(dialect, [{ text: 'Grüße, three alerts.' }])
    const { text, last, fault } = await all(platform)
    expect(fault).toBeUndefined()
    expect(text).toBe('Grüße, three alerts.')
    expect(last).toMatchObject({
      type: 'finish',
      reason: 'stop',
      usage: { inputTokens: 11, outputTokens: 7 },
    })
    expect(fake.requests(instance)[0]?.key).toBe('sk-test')
    expect(fake.requests(instance)[0]?.path).toBe(
      `/${instance}/v1/${dialect === 'responses' ? 'responses' : 'chat/completions'}`,
    )
  })

  it('counts the tokens that were read from the cache, and those that were written to it', async () => {
    const usage = { inputTokens: 5_000, outputTokens: 9, cacheReadTokens: 1_024, cacheWriteTokens: 3_000 }
    expect((await all(platformFor(dialect, [{ text: 'yes', usage }]))).last).toMatchObject({ usage })
  })

  it('emits several tool calls with their arguments before finish', async () => {
    const calls = [
      { name: 'am__list_alerts', args: '{"state":"active","limit":5}' },
      { name: 'am__get_status', args: '' },
      { name: 'am__list_alerts', args: '{"state":' },
    ]
    const platform = platformFor(dialect, [{ calls }])
    const seen = await all(platform)
    expect(seen.calls.map(call => call.args)).toEqual([{ state: 'active', limit: 5 }, {}, undefined])
    expect(new Set(seen.calls.map(call => call.id)).size).toBe(3)
    expect(seen.last).toMatchObject({ type: 'finish', reason: 'calls' })
  })

  it('accepts a history with calls and results', async () => {
    const platform = platformFor(dialect, [{ text: 'done' }])
    const call = { id: 'call_9', name: 'am__list_alerts', args: undefined, rawArgs: '{"state":' }
    await all(
      platform,
      asking(
        { role: 'assistant', text: 'Looking.', calls: [call] },
        { role: 'tool', callId: 'call_9', name: call.name, text: 'arguments must be JSON', isError: true },
      ),
    )
    const body = JSON.stringify(fake.requests(instance)[0]?.body)
    expect(body).toContain('arguments must be JSON')
    expect(body).toContain(dialect === 'responses' ? '"call_id":"call_9"' : '"tool_call_id":"call_9"')
    expect(body).toContain('"arguments":"{}"')
  })

  it('reports a connection that closes in the middle of an answer', async () => {
    const platform = platformFor(dialect, [{ fault: 'cut', text: 'three al' }])
    expect((await all(platform)).fault?.kind).toBe('truncated')
  })

  it('emits no call if the stream breaks off in its arguments', async () => {
    const platform = platformFor(dialect, [
      { fault: 'cut-in-call', calls: [{ name: tool.name, args: { id: 'delete-me' } }] },
    ])
    const { calls, fault } = await all(platform)
    expect(fault?.kind).toBe('truncated')
    expect(calls).toEqual([])
  })

  it('times out by its own clock when the server is silent', async () => {
    const platform = platformFor(dialect, [{ fault: 'hang-mid-stream', text: 'so' }], 80)
    expect((await all(platform)).fault?.kind).toBe('timeout')
  })

  it('counts an abort neither as a success nor as a failure of the platform', async () => {
    const platform = platformFor(dialect, [{ fault: 'hang-mid-stream', text: 'so' }])
    const abort = new AbortController()
    const work = all(platform, asking(), abort.signal)
    setImmediate(() => abort.abort())
    expect((await work).fault?.kind).toBe('aborted')
  })

  it.each([
    ['auth', 'auth'],
    ['not-found', 'not_found'],
    ['rate-limit', 'rate_limit'],
    ['server-error', 'server'],
  ] as const)('says what a refusal by %s is, without a second try', async (refusal, kind) => {
    const platform = platformFor(dialect, [{ fault: refusal }])
    expect((await all(platform)).fault?.kind).toBe(kind)
    expect(fake.requests(instance)).toHaveLength(1)
  })

  it('recognises a failure that arrives as an event of the stream', async () => {
    const platform = platformFor(dialect, [{ fault: 'error-early', message: 'the model fell over' }])
    const { fault } = await all(platform)
    expect(fault?.kind).toBe('server')
    expect(fault?.message).toContain('the model fell over')
  })

  it('reports an answer that stopped at the limit', async () => {
    const platform = platformFor(dialect, [{ text: 'and so on', stop: 'length' }])
    expect((await all(platform)).last).toMatchObject({ type: 'finish', reason: 'length' })
  })
})

it('nothing is stored at OpenAI, schemas are not strict, and reasoning goes back only to its own model', async () => {
  const platform = platformFor('responses', [
    { thinking: '', calls: [{ name: 'am__list_alerts', args: '{}' }] },
    { text: 'done' },
  ])
  const { last, calls } = await all(platform)
  const carry = last?.type === 'finish' ? last.carry : undefined
  const [call] = calls
  if (!call) throw new Error('no call came')
  const answered: Message = { role: 'tool', callId: call.id, name: call.name, text: '{}', isError: false }
  await all(platform, asking({ role: 'assistant', text: '', calls, carry }, answered))
  const foreign = { owner: 'openai:another', items: carry?.items ?? [] }
  await all(platform, asking({ role: 'assistant', text: '', calls, carry: foreign }, answered))
  const [first, second, third] = fake.requests(instance).map(one => JSON.stringify(one.body))
  expect(first).toContain('"store":false')
  expect(first).toContain('"strict":false')
  const [{ encrypted_content: sealed } = { encrypted_content: 'none' }] = (carry?.items ?? []) as {
    encrypted_content: string
  }[]
  expect(second).toContain(sealed)
  expect(second).not.toContain('"fc_')
  expect(third).not.toContain(sealed)
  expect(fake.violations(instance)).toEqual([])
})
