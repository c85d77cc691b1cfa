import { describe, expect, it } from 'vitest'
import type { ModelEvent } from '../../src/platforms/platform.ts'
import { asking, FOUR, hear, type One, world } from '../helpers/coordinated.ts'
import { until } from '../helpers/until.ts'

const four = Object.keys(FOUR) as One[]
const others = (name: One) => four.filter(one => one !== name)
const call = { name: 'am__list_alerts', args: { state: 'active' } }

describe.each(four)('on %s', name => {
  it('calls are emitted only after the end of the turn', async () => {
    const { fake, coordinator } = await world({ order: [name] })
    fake.script(FOUR[name], [{ text: 'Looking.', calls: [call, call] }])
    const seen: ModelEvent['type'][] = []
    const request = {
      system: 's',
      messages: [{ role: 'user' as const, text: 'q' }],
      tools: [{ name: call.name, description: 'd', inputSchema: { type: 'object' } }],
    }
    const { platform } = coordinator.forQuestion(asking())
    for await (const event of platform.stream(request, new AbortController().signal)) seen.push(event.type)
    expect(seen.slice(-3)).toEqual(['call', 'call', 'finish'])
    expect(seen.filter(type => type === 'call')).toHaveLength(2)
  })

  it('a call that was complete when the stream broke is emitted once, by the platform that answers', async () => {
    const [next] = others(name)
    if (!next) throw new Error('no other')
    const { fake, ask } = await world({ order: [name, next] })
    fake.script(FOUR[name], [{ fault: 'error-late', calls: [call] }])
    fake.script(FOUR[next], [{ calls: [call] }])
    const { calls, rerouted } = await ask()
    expect(calls.map(one => one.args)).toEqual([{ state: 'active' }])
    expect(rerouted).toHaveLength(1)
  })

  it('an abort is not a failure: no other platform is asked, no breaker changes, the connection closes', async () => {
    const { fake, ask, coordinator, turns } = await world({ order: [name, ...others(name)] })
    fake.script(FOUR[name], [{ fault: 'hang-mid-stream', text: 'half' }])
    const abort = new AbortController()
    const heard = ask({}, {}, abort.signal)
    const request = await until('the request', () => fake.requests(FOUR[name])[0])
    await until('half an answer', () => request.faultAt)
    abort.abort()
    expect((await heard).fault?.kind).toBe('aborted')
    await until('the closed connection', () => request.closedByClientAt)
    for (const other of others(name)) expect(fake.requests(FOUR[other])).toEqual([])
    expect(coordinator.states().map(one => one.breaker.state)).toEqual(four.map(() => 'closed'))
    expect(turns.map(one => one.outcome)).toEqual(['aborted'])
  })

  it('a bad request is reported and not sent to another platform', async () => {
    const { fake, ask, coordinator } = await world({ order: [name, ...others(name)] })
    fake.script(FOUR[name], [{ fault: 'bad-request' }])
    const { fault, rerouted } = await ask()
    expect([fault?.kind, rerouted]).toEqual(['bad_request', []])
    for (const other of others(name)) expect(fake.requests(FOUR[other])).toEqual([])
    expect(coordinator.states()[0]?.breaker.state).toBe('closed')
  })

  it('what this model cannot do is answered by another platform', async () => {
    const { fake, ask, coordinator } = await world({ order: [name, ...others(name)] })
    fake.script(FOUR[name], [{ fault: 'unsupported' }])
    const { fault, rerouted, text } = await ask()
    expect([fault, rerouted.length, text !== '']).toEqual([undefined, 1, true])
    expect(coordinator.states()[0]?.breaker.state).toBe('open')
  })

  it('a rejection without a reason is tried on one other platform, and no further', async () => {
    const [second, third] = others(name)
    if (!second || !third) throw new Error('no others')
    const { fake, ask, coordinator } = await world({ order: [name, second, third] })
    const system = { tools: [] }
    fake.script(FOUR[name], [{ fault: 'rejected' }, { fault: 'rejected' }])
    expect((await ask({}, system)).rerouted).toMatchObject([{ to: second, kind: 'rejected' }])
    fake.script(FOUR[second], [{ fault: 'rejected' }])
    const { fault } = await ask({}, system)
    expect(fault?.kind).toBe('rejected')
    expect(fake.requests(FOUR[third])).toEqual([])
    expect(coordinator.states().map(one => one.breaker.state)).toEqual(['closed', 'closed', 'closed'])
  })

  it('an overflow continues only on a larger context window', async () => {
    const windows = { [name]: { contextWindow: 200_000 } }
    const [small, large] = others(name)
    if (!small || !large) throw new Error('no others')
    const { fake, ask } = await world({
      order: [name, small, large],
      over: { ...windows, [small]: { contextWindow: 200_000 }, [large]: { contextWindow: 900_000 } },
    })
    fake.script(FOUR[name], [{ fault: 'context-overflow' }])
    const { rerouted, text } = await ask()
    expect(rerouted).toMatchObject([{ from: name, to: large, kind: 'context_overflow' }])
    expect(text).toContain('Hello')
    expect(fake.requests(FOUR[small])).toEqual([])
  })

  it('an overflow is reported if no context window is larger', async () => {
    const windows = Object.fromEntries(four.map(one => [one, { contextWindow: 200_000 }]))
    const { ask, fake } = await world({ order: [name, ...others(name)], over: windows })
    fake.script(FOUR[name], [{ fault: 'context-overflow' }])
    expect((await ask()).fault?.kind).toBe('context_overflow')
  })

  it.each(['filtered', 'refusal'] as const)(
    'a %s answer stays, unless the configuration says otherwise',
    async stop => {
      const [next] = others(name)
      if (!next) throw new Error('no other')
      for (const retryRefusals of [false, true]) {
        const { ask, fake, turns } = await world({ order: [name, next], routing: { retryRefusals } })
        fake.script(FOUR[name], [{ text: 'I cannot help with that.', stop }])
        const { finish, rerouted } = await ask()
        expect(turns[0]?.outcome).toBe('content_filter')
        expect([finish?.reason, finish?.served?.platform]).toEqual(
          retryRefusals ? ['stop', next] : ['filtered', name],
        )
        expect(rerouted).toHaveLength(retryRefusals ? 1 : 0)
      }
    },
  )

  it('an answer that stopped at its limit is an answer', async () => {
    const { fake, ask } = await world({ order: [name, ...others(name)] })
    fake.script(FOUR[name], [{ text: 'and so on', stop: 'length' }])
    const { text, finish } = await ask()
    expect([text, finish?.reason, finish?.served?.platform]).toEqual(['and so on', 'length', name])
  })
})

it('a turn that fails everywhere reports the cause of each platform, and how often it was asked', async () => {
  const { fake, ask } = await world()
  const fails = { fault: 'server-error' as const }
  for (const name of four) fake.script(FOUR[name], [fails, fails, fails])
  const { fault, rerouted } = await ask()
  expect(rerouted.map(one => one.waitMs)).toEqual([undefined, undefined, undefined, 1_000, 1_000])
  expect(fault?.message).toMatch(
    /^no platform could answer \(openai: server error, twice; anthropic: server error, twice; azure_openai: server error; google_gemini: server error\); last error, from \w+: /,
  )
})

it('without fallback, or with a requested platform, no other platform is asked', async () => {
  const fails = { fault: 'overloaded' as const }
  const off = await world({ routing: { fallback: false } })
  off.fake.script('openai', [fails, fails, fails])
  expect((await off.ask()).fault).toMatchObject({ kind: 'overloaded', platform: 'openai' })
  for (const other of ['anthropic', 'azure', 'google'] as const) expect(off.fake.requests(other)).toEqual([])
  const pinned = await world()
  pinned.fake.script('anthropic', [fails, fails, fails])
  expect((await pinned.ask({ platform: 'anthropic' })).fault?.platform).toBe('anthropic')
  expect([pinned.fake.requests('anthropic').length, pinned.fake.requests('openai').length]).toEqual([3, 0])
})

it("a customer's data never goes to a vendor that is not allowed, even if all allowed ones fail", async () => {
  const { fake, coordinator } = await world()
  const platformsAllowed = ['anthropic', 'google_gemini']
  const customer = { id: 'strict', name: 'Strict', environment: undefined, platformsAllowed }
  fake.script('anthropic', [{ fault: 'overloaded' }])
  fake.script('google', [{ fault: 'auth' }])
  for (let i = 0; i < 5; i++)
    expect((await hear(coordinator.forQuestion(asking({ customer })).platform)).fault).toBeDefined()
  expect(fake.requests('anthropic').length + fake.requests('google').length).toBeGreaterThan(5)
  expect([...fake.requests('openai'), ...fake.requests('azure')]).toEqual([])
  const none = { ...customer, platformsAllowed: ['google_vertex'] }
  expect(() => coordinator.forQuestion(asking({ customer: none }))).toThrow('no platform may see')
  expect(() => coordinator.forQuestion(asking({ customer, platform: 'openai' }))).toThrow(
    'openai may not see',
  )
})

it('the request is cancelled when its reader stops', async () => {
  const { fake, coordinator, turns } = await world()
  fake.script('openai', [{ fault: 'hang-mid-stream', text: 'half' }])
  const { platform } = coordinator.forQuestion(asking())
  const request = { system: '', messages: [{ role: 'user' as const, text: 'q' }], tools: [] }
  for await (const event of platform.stream(request, new AbortController().signal))
    if (event.type === 'text') break
  await until('the closed connection', () => fake.requests('openai')[0]?.closedByClientAt)
  await until('the count', () => turns.length)
  expect(turns.map(one => one.outcome)).toEqual(['aborted'])
})

it('the deciding rule and its platform stay the same for the whole question', async () => {
  const tiers = { cheap: ['anthropic'], standard: [], premium: [] }
  const { coordinator, fake } = await world({ routing: { tiers } })
  fake.script('anthropic', [{ calls: [call] }, { text: 'two' }])
  const { platform } = coordinator.forQuestion(asking())
  const [first, second] = [await hear(platform), await hear(platform)]
  const rule = 'simple -> cheap tier (a short factual question); first in order'
  expect([first.finish?.served?.rule, second.finish?.served?.rule]).toEqual([rule, rule])
  expect(fake.requests('anthropic')).toHaveLength(2)
})

it('a prompt that OpenAI flags is a refusal, and asked elsewhere only if the configuration says so', async () => {
  for (const retryRefusals of [false, true]) {
    const { ask, fake } = await world({ order: ['openai', 'anthropic'], routing: { retryRefusals } })
    fake.script('openai', [{ fault: 'content-filter' }])
    const { fault, rerouted } = await ask()
    expect(fault?.kind).toBe(retryRefusals ? undefined : 'content_filter')
    expect(rerouted).toHaveLength(retryRefusals ? 1 : 0)
  }
})
