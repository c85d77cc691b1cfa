import { describe, expect, it } from 'vitest'
import type { PlatformSettings } from '../../../src/config/project.ts'
import { priceCard } from '../../../src/coordinator/money/prices.ts'
import type { Usage } from '../../../src/platforms/platform.ts'
import { aPlatform } from '../../helpers/platforms.ts'

const million = 1_000_000
const usage = (over: Partial<Usage> = {}): Usage => ({
  inputTokens: million,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  ...over,
})
const price = (platform: PlatformSettings, model: string, over: Partial<Usage> = {}, named?: string) =>
  priceCard(platform, model, named)?.cost(usage(over))

const openai = aPlatform('openai')
const anthropic = aPlatform('anthropic', { kind: 'anthropic' })
const azure = (baseModel?: string) =>
  aPlatform('azure_openai', {
    kind: 'azure_openai',
    azure: { endpoint: 'https://x.openai.azure.com', apiVersion: '1', baseModel },
  })

describe('the price of a turn', () => {
  it('distinguishes input, cache reads, cache writes and output', () => {
    const plain = price(anthropic, 'claude-sonnet-5') ?? 0
    expect(plain).toBeGreaterThan(0)
    expect(price(anthropic, 'claude-sonnet-5', { cacheReadTokens: million })).toBeCloseTo(plain * 0.1)
    expect(price(anthropic, 'claude-sonnet-5', { cacheWriteTokens: million })).toBeCloseTo(plain * 1.25)
    expect(price(anthropic, 'claude-sonnet-5', { inputTokens: 0, outputTokens: million })).toBeCloseTo(
      plain * 5,
    )
  })

  it('is unknown for a model that is not in the list, or only has a similar name', () => {
    expect(price(openai, 'gpt-5.6')).toBe(price(openai, 'gpt-5.6-sol'))
    expect(price(openai, 'no-such-model')).toBeUndefined()
    expect(price(anthropic, 'claude-sonnet-5-9')).toBeUndefined()
    expect(price(anthropic, 'claude-sonnet-4-5-20250929')).toBe(price(anthropic, 'claude-sonnet-4-5'))
  })

  it('is that of the model that the response names', () => {
    expect(price(openai, 'gpt-5.4-mini', {}, 'gpt-5.4-mini-2026-03-17')).toBe(price(openai, 'gpt-5.4-mini'))
    expect(price(openai, 'gpt-5.4-mini', {}, 'gpt-5-pro')).toBe(price(openai, 'gpt-5-pro'))
    expect(price(openai, 'gpt-5.4-mini', {}, 'something-else')).toBeUndefined()
  })

  it('of a deployment in Azure is that of its base model, or of the model that the response names', () => {
    expect(price(azure('gpt-5.4-mini'), 'our-deployment')).toBe(price(openai, 'gpt-5.4-mini'))
    expect(price(azure(), 'our-deployment')).toBeUndefined()
    expect(price(azure(), 'gpt-5.4-mini')).toBeUndefined()
    expect(price(azure(), 'our-deployment', {}, 'gpt-5.4-mini-2026-03-17')).toBe(
      price(openai, 'gpt-5.4-mini'),
    )
  })

  it('of your own server is unknown, even if its models have known names', () => {
    const inhouse = aPlatform('inhouse', { baseUrl: 'http://10.0.0.1:8000/v1' })
    expect(price(inhouse, 'gpt-5.4-mini')).toBeUndefined()
  })

  it('is taken from the configuration if it has one', () => {
    const prices = { m: { input: 2, output: 8, cacheRead: 0.5, cacheWrite: undefined } }
    const own = aPlatform('inhouse', { prices, baseUrl: 'http://10.0.0.1:8000/v1' })
    expect(price(own, 'm', { outputTokens: million, cacheReadTokens: million / 2 })).toBeCloseTo(1 + 0.25 + 8)
    const free = { m: { input: 0, output: 0, cacheRead: undefined, cacheWrite: undefined } }
    expect(price(aPlatform('inhouse', { prices: free }), 'm')).toBe(0)
  })

  it('is the configured one of the model that the response names, before that of the model that was asked for', () => {
    const costing = (input: number) => ({ input, output: 0, cacheRead: undefined, cacheWrite: undefined })
    const router = aPlatform('router', { prices: { small: costing(1), large: costing(5) } })
    expect(price(router, 'small', {}, 'large')).toBe(5)
    expect(price(router, 'small', {}, 'small-2026-03-17')).toBe(1)
  })

  it('does not fail for contradictory counts', () => {
    expect(price(openai, 'gpt-5.4-mini', { inputTokens: 10, cacheReadTokens: 5_000 })).toBeGreaterThan(0)
  })
})
