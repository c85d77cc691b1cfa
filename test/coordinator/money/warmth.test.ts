import { expect, it } from 'vitest'
import { openWarmth, tokensOfRequest } from '../../../src/coordinator/money/warmth.ts'
import type { Message, ModelRequest, Usage } from '../../../src/platforms/platform.ts'

const user = (text: string): Message => ({ role: 'user', text })
const request = (...messages: Message[]): ModelRequest => ({ system: 'x'.repeat(8_000), messages, tools: [] })
const used = (inputTokens: number): Usage => ({
  inputTokens,
  outputTokens: 50,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
})

const first = user('first')
const second = [first, { role: 'assistant', text: 'an answer', calls: [] } satisfies Message, user('second')]

it('everything that a route has just read is expected in its cache, except for new messages', () => {
  const warmth = openWarmth()
  expect(warmth.expected('acme p', request(first), 0, false).cacheReadTokens).toBe(0)
  warmth.remember('acme p', request(first), used(2_000), 0)
  expect(warmth.expected('acme p', request(...second), 1_000, false)).toMatchObject({
    cacheReadTokens: 2_000,
  })
  expect(warmth.expected('acme q', request(...second), 1_000, false).cacheReadTokens).toBe(0)
  expect(warmth.expected('other p', request(...second), 1_000, false).cacheReadTokens).toBe(0)
})

it('a cache expires after five minutes, and with another beginning', () => {
  const warmth = openWarmth()
  warmth.remember('p', request(first), used(2_000), 0)
  expect(warmth.expected('p', request(...second), 300_001, false).cacheReadTokens).toBe(0)
  expect(warmth.expected('p', request(user('first')), 0, false).cacheReadTokens).toBe(0)
  const other = { ...request(...second), system: 'another' }
  expect(warmth.expected('p', other, 0, false).cacheReadTokens).toBe(0)
})

it('a short beginning is not cached', () => {
  const warmth = openWarmth()
  warmth.remember('p', request(first), used(1_000), 0)
  expect(warmth.expected('p', request(...second), 0, false).cacheReadTokens).toBe(0)
})

it('new tokens are cache writes for a vendor that bills them', () => {
  const warmth = openWarmth()
  warmth.remember('p', request(first), used(2_000), 0)
  const real = { ...used(2_600), cacheReadTokens: 7 }
  expect(warmth.asIf('p', request(...second), real, 0, true)).toEqual({
    inputTokens: 2_600,
    outputTokens: 50,
    cacheReadTokens: 2_000,
    cacheWriteTokens: 600,
  })
  expect(warmth.asIf('p', request(...second), real, 0, false).cacheWriteTokens).toBe(0)
})

it('a request has about one token per four characters', () => {
  const tool = { name: 't', description: 'd'.repeat(99), inputSchema: { a: 'b'.repeat(100) } }
  expect(tokensOfRequest({ ...request(user('y'.repeat(400))), tools: [tool] })).toBeCloseTo(
    2_000 + 100 + 52,
    -1,
  )
})
