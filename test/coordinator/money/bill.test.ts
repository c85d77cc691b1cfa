import { expect, it } from 'vitest'
import { asking, hear, world } from '../../helpers/coordinated.ts'

const price = { input: 1, output: 10, cacheRead: 0.1, cacheWrite: undefined }
const over = {
  openai: { prices: { 'gpt-5.4-mini': price } },
  anthropic: { prices: { 'claude-sonnet-5': price } },
}
const usage = { inputTokens: 100_000, outputTokens: 1_000 }

it('the bill of a question has its failed turns, and what was read of them', async () => {
  const { fake, coordinator } = await world({
    order: ['openai', 'anthropic'],
    over,
    routing: { retryWaitMs: 0 },
  })
  fake.script('openai', [{ fault: 'overloaded' }])
  fake.script('anthropic', [{ text: 'half of an answer', usage, fault: 'cut' }])
  const { platform, spent } = coordinator.forQuestion(asking())
  expect((await hear(platform)).fault?.kind).toBe('truncated')
  // Anthropic counts the input at the start of its stream, and the output as it writes.
  const { usage: counted, cost } = spent()
  expect(counted?.inputTokens).toBe(100_000)
  expect(cost.usd).toBeGreaterThanOrEqual(0.1)
  expect(cost.unknown).toBe(1)
})

it('the bill of a question has every try of a platform that was asked again', async () => {
  const { fake, coordinator, turns } = await world({ order: ['anthropic'], over })
  const half = { text: 'half of an answer', usage, fault: 'cut' as const }
  fake.script('anthropic', [half, half, { text: 'whole', usage }])
  const { platform, spent } = coordinator.forQuestion(asking())
  const { finish, rerouted } = await hear(platform)
  expect(turns.map(one => one.outcome)).toEqual(['truncated', 'truncated', 'ok'])
  // What a broken turn read is known, but not what it wrote.
  expect(rerouted.map(one => one.wastedUsd)).toEqual([undefined, undefined])
  expect(spent().usage?.inputTokens).toBe(300_000)
  expect(spent().cost.usd).toBeCloseTo(2 * 0.1 + (finish?.served?.costUsd ?? Number.NaN), 3)
  expect(spent().cost.unknown).toBe(2)
})

it('a request that is still running costs an unknown amount, and so does one that was cancelled', async () => {
  const { fake, coordinator } = await world({ order: ['openai'], over })
  fake.script('openai', [{ text: 'slow', delay: { first: 30_000 } }])
  const { platform, spent } = coordinator.forQuestion(asking())
  const stop = new AbortController()
  const answer = hear(platform, {}, stop.signal)
  while (fake.requests('openai').length === 0) await new Promise(resolve => setImmediate(resolve))
  expect(spent().cost).toEqual({ usd: 0, unknown: 1 })
  stop.abort()
  await answer
  expect(spent().cost).toEqual({ usd: 0, unknown: 1 })
})

it('a request that was cancelled is recorded before the coordinator has closed', async () => {
  const { fake, coordinator, turns } = await world({ order: ['openai'], over })
  fake.script('openai', [{ text: 'slow', delay: { first: 30_000 } }])
  const stop = new AbortController()
  const answer = hear(coordinator.forQuestion(asking()).platform, {}, stop.signal)
  while (fake.requests('openai').length === 0) await new Promise(resolve => setImmediate(resolve))
  stop.abort()
  await coordinator.close()
  expect(turns.map(one => one.outcome)).toEqual(['aborted'])
  await answer
})

it('a question that no platform has started to answer costs nothing', async () => {
  const { fake, coordinator } = await world({ order: ['openai'], over })
  fake.script('openai', [{ fault: 'auth' }])
  const { platform, spent } = coordinator.forQuestion(asking())
  await hear(platform)
  expect(spent()).toEqual({ usage: undefined, cost: { usd: 0, unknown: 0 } })
})
