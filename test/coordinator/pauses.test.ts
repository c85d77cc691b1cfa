import { describe, expect, it } from 'vitest'
import type { BreakerMemory } from '../../src/coordinator/route/breaker.ts'
import { asking, type CoordinatedOptions, FOUR, hear, type One, world } from '../helpers/coordinated.ts'

const two = (options: CoordinatedOptions = {}) => world({ order: ['openai', 'anthropic'], ...options })

const four = Object.keys(FOUR) as One[]

describe.each(four)('%s, if it says when the next request is allowed,', name => {
  const forms = [
    { form: 'in seconds', turn: { fault: 'rate-limit', retryAfter: 40 }, ms: 40_000 },
    { form: 'in milliseconds', turn: { fault: 'rate-limit-ms', retryAfter: 1.5 }, ms: 1_500 },
  ] as const
  it.each(forms)('$form is not used for exactly that long', async ({ turn, ms }) => {
    const other = four.find(one => one !== name) ?? name
    const { fake, ask, pass } = await two({ order: [name, other] })
    fake.script(FOUR[name], [turn, { text: 'back again' }])
    await ask()
    pass(ms - 1)
    expect((await ask()).rerouted).toEqual([])
    expect(fake.requests(FOUR[name])).toHaveLength(1)
    pass(1)
    expect((await ask()).text).toBe('back again')
  })
})

it.each(['openai', 'anthropic', 'azure_openai'] as const)(
  'a date in the future, as %s may send it, is compared with the clock of this machine',
  async name => {
    const { fake, ask, coordinator } = await two({ order: [name], now: Date.now })
    fake.script(FOUR[name], [{ fault: 'rate-limit-date', retryAfter: 120 }])
    const before = Date.now()
    await ask()
    const [state] = coordinator.states()
    const until = state?.breaker.state === 'open' ? state.breaker.until : 0
    // HTTP dates have no fractions of a second.
    expect(until).toBeGreaterThan(before + 119_000)
    expect(until).toBeLessThanOrEqual(Date.now() + 120_000)
  },
)

it('a turn waits for no long pause: if all are paused, the one that is due first is asked anyway, once', async () => {
  const { fake, ask, waits } = await two()
  fake.script('openai', [{ fault: 'rate-limit', retryAfter: 3_600 }])
  fake.script('anthropic', [
    { fault: 'rate-limit', retryAfter: 1_800 },
    { fault: 'rate-limit', retryAfter: 1_800 },
    { text: 'back' },
  ])
  expect((await ask()).fault?.kind).toBe('rate_limit')
  const again = await ask()
  expect(again.fault).toMatchObject({ kind: 'rate_limit', platform: 'anthropic' })
  expect(again.fault?.message).toMatch(/; anthropic is available again first, at \d\d:30:00$/)
  expect([fake.requests('openai').length, fake.requests('anthropic').length]).toEqual([1, 2])
  expect(waits).toEqual([])
  expect((await ask()).finish?.served?.rule).toBe(
    'next in order; despite its pause, because nothing else is available',
  )
})

it('a question that passes over a paused platform says so once, with until when', async () => {
  const { fake, coordinator } = await two()
  fake.script('openai', [{ fault: 'rate-limit', retryAfter: 600 }])
  await hear(coordinator.forQuestion(asking()).platform)
  const { platform } = coordinator.forQuestion(asking())
  const [first, second] = [await hear(platform), await hear(platform)]
  expect(first.notices).toEqual([
    expect.stringMatching(/^openai is paused until \d\d:10:00 \(rate limit\); asking anthropic$/),
  ])
  expect(second.notices).toEqual([])
})

it.each([
  ['key', { secret: 'new' }],
  ['base_url', { baseUrl: 'http://127.0.0.1:1' }],
  ['model', { models: ['another'] }],
])('a pause ends when the %s is changed, and only then', async (_what, changed) => {
  const saved: BreakerMemory[] = []
  const first = await two({ saveBreaker: (_key, memory) => memory && void saved.push(memory) })
  first.fake.script('openai', [{ fault: 'auth' }])
  await first.ask()
  const { secret = 'key-of-OPENAI_KEY', ...over } = changed as { secret?: string }
  const secretOf = (name: string) => (name === 'OPENAI_KEY' ? secret : `key-of-${name}`)
  const base = { baseUrl: first.fake.url('openai') }
  const next = await two({ breakers: () => saved, secretOf, over: { openai: { ...base, ...over } } })
  expect(next.coordinator.states()[0]?.breaker.state).toBe('closed')
  const same = await two({ breakers: () => saved, over: { openai: base } })
  expect(same.coordinator.states()[0]?.breaker).toMatchObject({ state: 'open', key: 'openai' })
})

it('a reset ends the pause of a platform, and says what it was', async () => {
  const { fake, ask, coordinator } = await two()
  fake.script('openai', [{ fault: 'quota' }, { text: 'back' }])
  await ask()
  expect(coordinator.reset('openai')).toMatchObject([{ state: 'open', key: 'openai', kind: 'quota' }])
  expect((await ask()).finish?.served?.platform).toBe('openai')
  expect(coordinator.reset('openai')).toEqual([])
})

it('a pause that another process ends or begins counts from the next question on', async () => {
  const saved = new Map<string, BreakerMemory>()
  const store = {
    breakers: () => [...saved.values()],
    saveBreaker: (key: string, memory?: BreakerMemory) =>
      void (memory ? saved.set(key, memory) : saved.delete(key)),
  }
  const chat = await two(store)
  chat.fake.script('openai', [{ fault: 'quota' }, { text: 'back' }])
  const again = await two({ ...store, over: { openai: { baseUrl: chat.fake.url('openai') } } })
  expect((await chat.ask()).finish?.served?.platform).toBe('anthropic')
  expect((await again.ask()).finish?.served?.platform).toBe('anthropic')
  again.coordinator.reset('openai')
  expect((await chat.ask()).text).toBe('back')
})

it('the trial after a pause is one question, even if several arrive at once', async () => {
  const { fake, ask, pass } = await two()
  fake.script('openai', [{ fault: 'overloaded' }, { text: 'back', delay: { first: 100 } }])
  await ask()
  pass(5_000)
  const texts = (await Promise.all(Array.from({ length: 10 }, () => ask()))).map(one => one.text)
  expect(texts.filter(text => text === 'back')).toHaveLength(1)
  expect(fake.requests('openai')).toHaveLength(2)
  expect((await ask()).text).toBe('back')
})

it('a failing model does not affect the other models of its platform', async () => {
  const { fake, ask } = await two({
    order: ['openai', 'anthropic'],
    over: { openai: { models: ['big', 'small'] } },
    routing: { order: ['openai/big', 'anthropic', 'openai/small'] },
  })
  fake.script('openai', [{ fault: 'rate-limit', retryAfter: 600 }, { text: 'the small one' }])
  fake.script('anthropic', [{ fault: 'quota' }])
  const { rerouted, text, finish } = await ask()
  expect(rerouted.map(one => one.to)).toEqual(['anthropic', 'openai'])
  expect([text, finish?.served?.model]).toEqual(['the small one', 'small'])
})
