import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RetryHint } from '../../src/base/http/retry-after.ts'
import type { Message, PlatformFault } from '../../src/platforms/platform.ts'
import { FAULTS, type Fault } from '../fake-platforms/faults.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { until } from '../helpers/until.ts'
import { ALL, all, asking, KEY, MODEL } from './vendors.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
afterAll(() => fake.close())
afterEach(() => {
  expect(fake.violations()).toEqual([])
  fake.reset()
  vi.unstubAllEnvs()
})

const USAGE = { inputTokens: 900, outputTokens: 70, cacheReadTokens: 600 }

describe.each(ALL)('$instance', ({ instance, vendor, countsBroken, open }) => {
  it('streams text, names the model that answered, and counts tokens in one convention', async () => {
    const usage = { ...USAGE, thinkingTokens: 20, ...(vendor === 'anthropic' && { cacheWriteTokens: 100 }) }
    fake.script(instance, [
      { text: 'Grüße, three alerts.', thinking: 'hm', usage, model: 'dated-3', chunk: 3 },
    ])
    const { text, events, finish, fault } = await all(open(fake))
    expect(fault).toBeUndefined()
    expect(text).toBe('Grüße, three alerts.')
    expect(events.filter(event => event.type === 'text').length).toBeGreaterThan(3)
    expect(finish).toMatchObject({ reason: 'stop', model: 'dated-3', usage: USAGE })
    expect(finish?.usage?.cacheWriteTokens).toBe(vendor === 'anthropic' ? 100 : 0)
    expect(fake.requests(instance)).toMatchObject([{ key: vendor === 'vertex' ? 'ya29.fake-1' : KEY }])
  })

  it('shows that the model is thinking', async () => {
    fake.script(instance, [{ thinking: 'hm, well', text: 'done', chunk: 4 }])
    const types = (await all(open(fake))).events.map(event => event.type)
    expect(types.slice(0, types.indexOf('text'))).toContain('thinking')
  })

  it('emits several calls with their arguments before finish', async () => {
    const calls = [
      { name: 'am__list_alerts', args: { state: 'active', limit: 5 } },
      { name: 'am__get_status', args: '' },
      { name: 'am__list_alerts', args: { state: 'größer' } },
    ]
    fake.script(instance, [{ text: 'Looking.', calls, chunk: 4 }])
    const seen = await all(open(fake))
    expect(seen.calls.map(call => [call.name, call.args])).toEqual([
      ['am__list_alerts', { state: 'active', limit: 5 }],
      ['am__get_status', {}],
      ['am__list_alerts', { state: 'größer' }],
    ])
    expect(new Set(seen.calls.map(call => call.id)).size).toBe(3)
    expect(seen.finish?.reason).toBe('calls')
  })

  it('accepts a history with calls, results and an unanswered question', async () => {
    const calls = [
      { id: 'functions.list:0', name: 'am__list_alerts', args: undefined, rawArgs: '{"state":' },
      { id: 'call_2', name: 'am__get_status', args: {}, rawArgs: '' },
    ]
    const result = (callId: string, name: string, text: string, isError: boolean): Message => ({
      role: 'tool',
      callId,
      name,
      text,
      isError,
    })
    await all(
      open(fake),
      asking(
        { role: 'user', text: 'hello?' },
        { role: 'assistant', text: '', calls },
        result('functions.list:0', 'am__list_alerts', 'arguments must be JSON', true),
        result('call_2', 'am__get_status', 'all is well', false),
        { role: 'user', text: 'and now?' },
      ),
    )
    const body = JSON.stringify(fake.requests(instance)[0]?.body)
    for (const words of ['be brief', 'hello?', 'arguments must be JSON', 'all is well', 'and now?'])
      expect(body).toContain(words)
    expect(body).not.toContain('\\"state\\":')
  })

  it('still sends the tools if none may be called', async () => {
    await all(open(fake), { ...asking(), toolChoice: 'none' })
    const body = JSON.stringify(fake.requests(instance)[0]?.body)
    expect(body).toContain('am__list_alerts')
    expect(body.toLowerCase()).toContain('none')
  })

  it('reports an answer that stopped at the limit or was filtered', async () => {
    fake.script(instance, [
      { text: 'and so on', stop: 'length' },
      { text: 'I', stop: 'filtered' },
    ])
    expect((await all(open(fake))).finish?.reason).toBe('length')
    expect((await all(open(fake))).finish?.reason).toBe('filtered')
  })

  describe.each(FAULTS)('$name', fault => {
    it(`is ${fault.kind}, asked once, told in one line without the key`, async () => {
      fake.script(instance, [{ text: 'three alerts', usage: USAGE, ...fault.turn }])
      const before = Date.now()
      const seen = await all(
        open(fake, fault.hangs ? { timeouts: fault.midway ? { idle: 500 } : { first: 150 } } : {}),
      )
      expect(seen.fault).toMatchObject({ name: 'PlatformFault', kind: fault.kind, platform: instance })
      expect(seen.fault?.message).toMatch(/^[^\n<{]{3,240}$/)
      expect(seen.fault?.message).not.toContain(KEY)
      if (fault.name.startsWith('cut')) expect(seen.calls).toEqual([])
      expect(seen.finish).toBeUndefined()
      if (fault.midway) expect('three alerts'.startsWith(seen.text) && seen.text.length > 0).toBe(true)
      expect(fake.requests(instance)).toHaveLength(1)
      expectRetry(seen.fault?.retry, fault.noRetry?.includes(vendor) ? undefined : fault.retry, before)
    })
  })

  it.each(['reset-after-end', 'hang-after-end'] as const)('is whole in spite of a %s', async fault => {
    fake.script(instance, [{ text: 'three alerts', usage: USAGE, fault }])
    const { text, finish, fault: seen } = await all(open(fake))
    expect(seen).toBeUndefined()
    expect([text, finish?.reason]).toEqual(['three alerts', 'stop'])
    expect(finish?.usage).toMatchObject(USAGE)
  })

  it('fails if it ends in a way that nobody knows', async () => {
    fake.script(instance, [{ text: 'three alerts', stopAs: 'something_new' }])
    const { finish, fault } = await all(open(fake))
    expect([fault?.kind, finish]).toEqual(['server', undefined])
  })

  it.runIf(countsBroken)('reports the tokens of a broken turn', async () => {
    for (const fault of ['cut', 'reset-mid-stream', 'error-late', 'malformed', 'hang-mid-stream'] as const) {
      fake.script(instance, [
        { text: 'three alerts', calls: [{ name: 'am__get_status' }], usage: USAGE, fault },
      ])
      const timeouts = fault === 'hang-mid-stream' ? { idle: 500 } : {}
      const seen = await all(open(fake, { timeouts }))
      expect([fault, seen.fault?.usage?.inputTokens]).toEqual([fault, USAGE.inputTokens])
    }
  })

  it.each(['hang', 'hang-mid-stream'] as const)('closes the connection of a %s when aborted', async fault => {
    fake.script(instance, [{ text: 'so', fault }])
    const platform = open(fake)
    const abort = new AbortController()
    let heard = 0
    const watching = {
      ...platform,
      stream: async function* (...args: Parameters<typeof platform.stream>) {
        for await (const event of platform.stream(...args)) {
          heard++
          yield event
        }
      },
    }
    const work = all(watching, asking(), abort.signal)
    await until('the fault', () => fake.requests(instance)[0]?.faultAt !== undefined)
    // A request that was sent may not have been read yet.
    if (fault === 'hang-mid-stream') await until('the words before it', () => heard > 1)
    abort.abort()
    const seen = await work
    expect(seen.fault?.kind).toBe('aborted')
    expect(seen.fault?.usage !== undefined).toBe(countsBroken && fault === 'hang-mid-stream')
    expect(seen.finish).toBeUndefined()
    await until('the close', () => fake.requests(instance)[0]?.closedByClientAt !== undefined)
  })

  it('sends no request after an abort', async () => {
    const seen = await all(open(fake), asking(), AbortSignal.abort())
    expect(seen.fault?.kind).toBe('aborted')
    expect(fake.requests(instance)).toEqual([])
  })

  it('ignores the environment, and writes nothing to the console', async () => {
    const written = (['debug', 'log', 'info', 'warn', 'error'] as const).map(kind =>
      vi.spyOn(console, kind).mockImplementation(() => {}),
    )
    for (const [name, value] of Object.entries(HOSTILE)) vi.stubEnv(name, value)
    fake.script(instance, [{ text: 'hi' }])
    const { text } = await all(open(fake))
    const [request] = fake.requests(instance)
    const calls = written.flatMap(spy => spy.mock.calls)
    for (const spy of written) spy.mockRestore()
    expect(text).toBe('hi')
    expect(calls).toEqual([])
    expect(request?.key).toBe(vendor === 'vertex' ? 'ya29.fake-1' : KEY)
    expect(JSON.stringify([request?.path, request?.query, request?.headers])).not.toContain('hostile')
    expect(JSON.stringify(request?.body)).toContain('am__list_alerts')
  })

  it('lists the models of all pages', async () => {
    const names = ['one', 'two', 'three', 'four', 'five']
    fake.rules(instance, { models: names, pageSize: 2 })
    const listed = await open(fake).probe(new AbortController().signal)
    expect(listed?.map(name => name.replace(/^.*\//, ''))).toEqual(names)
  })

  it('is probed by its model list, which shows whether the key is accepted', async () => {
    fake.listing(instance, [{}, { fault: 'auth' }, { fault: 'reset' }])
    const platform = open(fake)
    const probe = () =>
      platform.probe(new AbortController().signal).catch((fault: PlatformFault) => fault.kind)
    expect(await probe()).toHaveLength(2)
    expect(await probe()).toBe('auth')
    expect(await probe()).toBe('network')
    expect(fake.listings(instance)).toHaveLength(3)
    expect(fake.requests(instance)).toEqual([])
  })

  it('ends a probe on abort', async () => {
    fake.listing(instance, [{ fault: 'hang' }])
    const abort = new AbortController()
    const probe = open(fake).probe(abort.signal)
    const seen = expect(probe).rejects.toMatchObject({ kind: 'aborted' })
    await until('the fault', () => fake.listings(instance)[0]?.faultAt !== undefined)
    abort.abort()
    await seen
  })

  it('requests the model that it was opened with', async () => {
    const platform = open(fake, { model: 'another-3' })
    await all(platform)
    const [request] = fake.requests(instance)
    expect([platform.name, platform.model]).toEqual([instance, 'another-3'])
    expect(JSON.stringify([request?.path, request?.body])).toContain('another-3')
    expect(JSON.stringify([request?.path, request?.body])).not.toContain(MODEL)
  })
})

function expectRetry(said: RetryHint | undefined, wanted: Fault['retry'], before: number): void {
  if (!wanted || 'afterMs' in wanted) {
    expect(said).toEqual(wanted)
    return
  }
  const at = said && 'at' in said ? said.at : 0
  // A date has whole seconds.
  expect(Math.abs(at - before - wanted.inMs)).toBeLessThan(10_000)
}

const HEADERS =
  'authorization: Bearer hostile\nx-api-key: hostile\napi-key: hostile\nx-goog-api-key: hostile\nx-more: hostile'
const NOWHERE = 'http://127.0.0.1:9/hostile'

/** Every variable that one of the SDKs reads in its sources. */
const HOSTILE: Record<string, string> = {
  OPENAI_API_KEY: 'hostile',
  OPENAI_ADMIN_KEY: 'hostile',
  OPENAI_API_VERSION: 'hostile',
  OPENAI_BASE_URL: NOWHERE,
  OPENAI_CUSTOM_HEADERS: HEADERS,
  OPENAI_LOG: 'debug',
  OPENAI_ORG_ID: 'hostile',
  OPENAI_PROJECT_ID: 'hostile',
  OPENAI_WEBHOOK_SECRET: 'hostile',
  AZURE_OPENAI_API_KEY: 'hostile',
  AZURE_OPENAI_ENDPOINT: NOWHERE,
  ANTHROPIC_API_KEY: 'hostile',
  ANTHROPIC_AUTH_TOKEN: 'hostile',
  ANTHROPIC_BASE_URL: NOWHERE,
  ANTHROPIC_CONFIG_DIR: '/hostile',
  ANTHROPIC_CUSTOM_HEADERS: HEADERS,
  ANTHROPIC_IDENTITY_TOKEN: 'hostile',
  ANTHROPIC_LOG: 'debug',
  ANTHROPIC_OPEN_TELEMETRY: 'true',
  ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE: 'content',
  ANTHROPIC_PROFILE: 'hostile',
  ANTHROPIC_WORKSPACE_ID: 'hostile',
  GOOGLE_API_KEY: 'hostile',
  GEMINI_API_KEY: 'hostile',
  GOOGLE_CLOUD_PROJECT: 'hostile',
  GOOGLE_CLOUD_LOCATION: 'hostile',
  GOOGLE_GEMINI_BASE_URL: NOWHERE,
  GOOGLE_VERTEX_BASE_URL: NOWHERE,
  GOOGLE_GENAI_API_VERSION: 'hostile',
  GOOGLE_GENAI_USE_ENTERPRISE: 'true',
  GOOGLE_GENAI_USE_VERTEXAI: 'false',
  GOOGLE_APPLICATION_CREDENTIALS: '/hostile.json',
}
