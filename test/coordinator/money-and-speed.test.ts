import { describe, expect, it } from 'vitest'
import type { TurnRecord } from '../../src/coordinator/figures/record.ts'
import { costOfTurn } from '../../src/coordinator/figures/spent.ts'
import type { Message } from '../../src/platforms/platform.ts'
import { FOUR, type One, world } from '../helpers/coordinated.ts'
import { aTurn } from '../helpers/turns.ts'

const price = (input: number, output: number, cacheRead = input, cacheWrite?: number) => ({
  input,
  output,
  cacheRead,
  cacheWrite,
})
const MILLION = 1_000_000

describe('cost', () => {
  it.each(Object.keys(FOUR) as One[])(
    'on %s is counted in one convention, with cache reads and writes separate',
    async name => {
      const models = ['m']
      const prices = { m: price(2, 10, 0.2, 2.5) }
      const { fake, ask, turns } = await world({ order: [name], over: { [name]: { models, prices } } })
      const writes = name === 'anthropic' ? 30_000 : 0
      const usage = {
        inputTokens: 100_000,
        outputTokens: 5_000,
        cacheReadTokens: 60_000,
        cacheWriteTokens: writes,
      }
      fake.script(FOUR[name], [{ text: 'x', usage: { ...usage, thinkingTokens: 4_000 }, model: 'm' }])
      const { finish } = await ask()
      expect(finish?.usage).toEqual(usage)
      const plain = 100_000 - 60_000 - writes
      const expected = (plain * 2 + 60_000 * 0.2 + writes * 2.5 + 5_000 * 10) / MILLION
      expect(finish?.served?.costUsd).toBeCloseTo(expected, 9)
      expect(turns[0]?.costUsd).toBeCloseTo(expected, 9)
    },
  )

  it('of an unknown model is unknown, never zero', async () => {
    const { ask, turns } = await world({ order: ['openai'], over: { openai: { models: ['mystery'] } } })
    expect((await ask()).finish?.served?.costUsd).toBeUndefined()
    expect(turns[0]?.costUsd).toBeUndefined()
  })

  it('of a broken turn is counted as far as the vendor reported it', async () => {
    const { fake, ask, turns } = await world({ order: ['anthropic', 'openai'] })
    fake.script('anthropic', [{ fault: 'cut', text: 'half an answer', usage: { inputTokens: 50_000 } }])
    await ask()
    expect(turns[0]).toMatchObject({ platform: 'anthropic', outcome: 'truncated' })
    expect(turns[0]?.costUsd).toBeGreaterThan(0.05)
    expect(costOfTurn(turns[0] as TurnRecord)).toEqual({ usd: turns[0]?.costUsd, unknown: 1 })
  })

  it('is recorded by customer, conversation, question and platform', async () => {
    const { ask, turns } = await world({ order: ['openai'] })
    const bolt = { id: 'bolt', name: 'Bolt', environment: undefined, platformsAllowed: undefined }
    await ask({ conversation: 'c1', question: 'q1' })
    await ask({ conversation: 'c2', question: 'q2', customer: bolt })
    expect(turns.map(one => [one.customer, one.conversation, one.question, one.platform])).toEqual([
      ['acme', 'c1', 'q1', 'openai'],
      ['bolt', 'c2', 'q2', 'openai'],
    ])
  })

  it('optimized takes the cheapest route, and stays with a warm cache as long as that is cheaper', async () => {
    const { fake, ask, pass } = await world({
      order: ['openai', 'anthropic'],
      routing: { strategy: 'cost_optimized' },
      over: {
        openai: { models: ['dear'], prices: { dear: price(5, 5, 0.5) } },
        anthropic: { models: ['cheap'], prices: { cheap: price(2, 2, 0.2) } },
      },
    })
    const question: Message = { role: 'user', text: 'a long log: '.repeat(4_000) }
    const request = { messages: [question] }
    expect((await ask({}, request)).finish?.served).toMatchObject({ platform: 'anthropic', model: 'cheap' })
    // The cheap one fails; the expensive one reads the whole conversation, and has it in its cache from now on.
    fake.script('anthropic', [{ fault: 'overloaded' }, { text: 'cheap again' }])
    fake.script('openai', [{ text: 'dear', usage: { inputTokens: 12_500, outputTokens: 10 }, model: 'dear' }])
    pass(600_000)
    expect((await ask({}, request)).text).toBe('dear')
    pass(10_000)
    const more: Message[] = [
      question,
      { role: 'assistant', text: 'dear', calls: [] },
      { role: 'user', text: 'so?' },
    ]
    expect((await ask({}, { messages: more })).finish?.served?.platform).toBe('openai')
    // The cache has expired, so the list price decides again.
    pass(600_000)
    expect((await ask({}, { messages: more })).text).toBe('cheap again')
  })

  it('on the baseline is that of the cache that it would have had, as its vendor documents it', async () => {
    const { fake, ask, turns, pass } = await world({
      order: ['anthropic', 'openai'],
      routing: { baseline: 'openai' },
      over: {
        anthropic: { models: ['m'], prices: { m: price(1, 1) } },
        openai: { models: ['base'], prices: { base: price(10, 0, 1) } },
      },
    })
    const usage = { inputTokens: 12_000, outputTokens: 10 }
    fake.script('anthropic', Array(4).fill({ text: 'one', usage }))
    const messages: Message[] = [{ role: 'user', text: 'a long log: '.repeat(4_000) }]
    const cold = (12_000 * 10) / MILLION
    // OpenAI reads in steps of 128 tokens.
    const warm = (11_904 * 1 + 96 * 10) / MILLION
    await ask({}, { messages })
    messages.push({ role: 'assistant', text: 'one', calls: [] }, { role: 'user', text: 'more' })
    for (const minutes of [4, 6, 24 * 60 + 1]) {
      pass(minutes * 60_000)
      await ask({}, { messages })
    }
    expect(turns.map(one => one.baselineUsd)).toEqual(
      [
        [cold, cold],
        [warm, warm],
        [warm, cold],
        [cold, cold],
      ].map(([least = 0, most = 0]) => ({ least: expect.closeTo(least, 9), most: expect.closeTo(most, 9) })),
    )
  })
})

describe('latency', () => {
  it('is the time to the first token: a long answer is not slow', async () => {
    const { fake, ask } = await world({ order: ['openai', 'anthropic'], routing: { strategy: 'latency' } })
    // The first starts late but is short; the other starts at once but takes long.
    fake.script('openai', [{ text: 'short', delay: { first: 60 } }])
    fake.script('anthropic', [{ text: 'long '.repeat(30), chunk: 5, delay: { between: 6 } }])
    const served: (string | undefined)[] = []
    for (let i = 0; i < 8; i++) served.push((await ask()).finish?.served?.platform)
    expect(served.slice(0, 6).toSorted()).toEqual([...Array(3).fill('anthropic'), ...Array(3).fill('openai')])
    expect(served.slice(6)).toEqual(['anthropic', 'anthropic'])
  })

  it('is that of the newest samples, including those of earlier runs', async () => {
    const speed = (platform: string, model: string, firstTokenMs: number, count: number) =>
      Array.from({ length: count }, () => aTurn({ platform, model, firstTokenMs }))
    const past = [
      ...speed('openai', 'gpt-5.4-mini', 10, 100),
      ...speed('openai', 'gpt-5.4-mini', 900, 20),
      ...speed('anthropic', 'claude-sonnet-5', 400, 20),
    ]
    const { ask } = await world({ order: ['openai', 'anthropic'], routing: { strategy: 'latency' }, past })
    const { served } = (await ask()).finish ?? {}
    expect(served).toMatchObject({ platform: 'anthropic', rule: 'fastest (400 ms to the first token)' })
  })
})

it('a thousand questions at once are all answered, each once', async () => {
  const { fake, ask, turns } = await world({ order: ['openai', 'anthropic'] })
  fake.script('openai', (_request, turn) =>
    turn % 10 === 3 ? { fault: 'server-error' } : { text: `o${turn}` },
  )
  fake.script('anthropic', (_request, turn) => ({ text: `a${turn}` }))
  const heard = await Promise.all(Array.from({ length: 1_000 }, (_, i) => ask({ question: String(i) })))
  const texts = heard.map(one => one.text)
  expect(heard.filter(one => one.fault)).toEqual([])
  expect(new Set(texts).size).toBe(1_000)
  expect(turns.filter(one => one.outcome === 'ok')).toHaveLength(1_000)
  expect(new Set(turns.map(one => one.question)).size).toBe(1_000)
})
