import { expect, it } from 'vitest'
import { openPrefixes, type PrefixStore } from '../../../src/coordinator/money/prefixes.ts'
import { tokensOfRequest } from '../../../src/coordinator/money/tokens.ts'
import { type CacheOwner, openWarmth, usageWith } from '../../../src/coordinator/money/warmth.ts'
import type { Message, ModelRequest } from '../../../src/platforms/platform.ts'

const MINUTE = 60_000
const user = (text: string): Message => ({ role: 'user', text })
const request = (...messages: Message[]): ModelRequest => ({ system: 'x'.repeat(8_000), messages, tools: [] })
const owner = (over: Partial<CacheOwner> = {}): CacheOwner => ({
  vendor: 'anthropic',
  model: 'claude-sonnet-5',
  account: 'a',
  billsWrites: true,
  ...over,
})
const first = user('f'.repeat(8_000))
const second = request(first, { role: 'assistant', text: 'a', calls: [] }, user('second'))

/** Tokens in the real cache of a later request, after `first` was sent at time 1. */
function after(
  first: ModelRequest,
  later: ModelRequest,
  at: number,
  who: CacheOwner = owner(),
  store: PrefixStore = openPrefixes(),
) {
  openWarmth(store).remember(who, first, { realAt: 1 })
  return openWarmth(store).cached(who, later, 10_000, 1 + at).real
}

it('the whole previous request is in the cache, until the vendor drops it', () => {
  const all = after(request(first), second, MINUTE)
  expect(all.sure).toBeGreaterThan(9_900)
  expect(all.most).toBe(all.sure)
  expect(after(request(first), second, 5 * MINUTE).sure).toBe(all.sure)
  expect(after(request(first), second, 5 * MINUTE + 1)).toEqual({ sure: 0, most: 0 })
})

it('another conversation with the same instructions and tools reads those, in whatever process', () => {
  const { sure } = after(request(first), request(user('x'.repeat(8_000))), MINUTE)
  expect(sure).toBeGreaterThan(4_900)
  expect(sure).toBeLessThan(5_100)
})

it('another account, or other instructions, read nothing', () => {
  const store = openPrefixes()
  after(request(first), second, 0, owner(), store)
  expect(openWarmth(store).cached(owner({ account: 'b' }), second, 10_000, 2).real.most).toBe(0)
  expect(openWarmth(store).cached(owner(), { ...second, system: 'y' }, 10_000, 2).real.most).toBe(0)
})

it.each([
  ['openai', 'gpt-5.4-mini', 5, 24 * 60],
  ['openai', 'gpt-5.6', 30, 24 * 60],
  ['azure_openai', 'gpt-6', 30, 24 * 60],
  ['google_gemini', 'gemini-3.8-flash', 0, 24 * 60],
] as const)('%s %s surely keeps a prompt for %i minutes, and at most for %i', (vendor, model, sure, most) => {
  const who = owner({ vendor, model })
  const at = (minutes: number) => after(request(first), second, minutes * MINUTE, who)
  expect(at(sure).sure > 0).toBe(sure > 0)
  expect(at(sure + 1).sure).toBe(0)
  expect(at(most).most).toBeGreaterThan(9_000)
  expect(at(most + 1).most).toBe(0)
})

it('reading a prompt keeps it, and OpenAI keeps every beginning of it', () => {
  const third = request(first, { role: 'assistant', text: 'another', calls: [] })
  const read = (who: CacheOwner, between: boolean) => {
    const warmth = openWarmth(openPrefixes())
    warmth.remember(who, request(first), { realAt: 1 })
    if (between) warmth.remember(who, second, { realAt: 4 * MINUTE })
    return warmth.cached(who, third, 10_000, 8 * MINUTE).real.sure
  }
  for (const who of [owner(), owner({ vendor: 'openai', model: 'gpt-5.4' })]) {
    expect(read(who, false)).toBe(0)
    expect(read(who, true)).toBeGreaterThan(9_800)
  }
  const branch = (who: CacheOwner) => after(second, third, MINUTE, who).sure
  expect(branch(owner({ vendor: 'openai', model: 'gpt-5.4' }))).toBeGreaterThan(9_800)
  expect(branch(owner())).toBeLessThan(5_100)
})

it('OpenAI reads in steps of 128 tokens', () => {
  const who = owner({ vendor: 'openai', model: 'gpt-5.4' })
  expect(after(request(first), second, 0, who).sure % 128).toBe(0)
})

it.each([
  ['anthropic', 'claude-opus-5', 512],
  ['anthropic', 'claude-sonnet-4-6', 1_024],
  ['anthropic', 'claude-haiku-4-5-20251001', 4_096],
  ['openai', 'gpt-5.4', 1_024],
  ['google_vertex', 'gemini-2.5-flash', 2_048],
  ['google_gemini', 'gemini-3.8-flash', 4_096],
] as const)('%s %s keeps no prompt below %i tokens', (vendor, model, fewest) => {
  const who = owner({ vendor, model })
  const store = openPrefixes()
  openWarmth(store).remember(who, second, { realAt: 1 })
  const read = (tokens: number) => openWarmth(store).cached(who, second, tokens, 2).real.most
  expect(read(fewest - 1)).toBe(0)
  expect(read(fewest + 128)).toBeGreaterThanOrEqual(fewest)
})

it('what would have been sent is kept apart from what was sent', () => {
  const store = openPrefixes()
  const warmth = openWarmth(store)
  warmth.remember(owner(), request(first), { asIfAt: 1 })
  const { real, asIf } = warmth.cached(owner(), second, 10_000, 2)
  expect(real.most).toBe(0)
  expect(asIf.sure).toBeGreaterThan(9_900)
})

it('a vendor without a documented cache has none', () => {
  expect(after(second, second, 0, owner({ vendor: 'demo' }))).toEqual({ sure: 0, most: 0 })
})

it('new tokens are cache writes for a vendor that bills them, if the prompt is long enough to be kept', () => {
  const tokens = { input: 2_600, output: 50, read: 2_000 }
  expect(usageWith(owner(), tokens)).toEqual({
    inputTokens: 2_600,
    outputTokens: 50,
    cacheReadTokens: 2_000,
    cacheWriteTokens: 600,
  })
  expect(usageWith(owner({ billsWrites: false }), tokens).cacheWriteTokens).toBe(0)
  expect(usageWith(owner(), { input: 900, output: 50, read: 0 }).cacheWriteTokens).toBe(0)
})

it('a request has about one token per four characters', () => {
  const tool = { name: 't', description: 'd'.repeat(99), inputSchema: { a: 'b'.repeat(100) } }
  expect(tokensOfRequest({ ...request(user('y'.repeat(400))), tools: [tool] })).toBeCloseTo(
    2_000 + 100 + 52,
    -1,
  )
})
