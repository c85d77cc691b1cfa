import { describe, expect, it } from 'vitest'
import { retryOfLimits } from '../../../src/base/http/rate-limits.ts'

const told = (headers: Record<string, string>, status = 429) => retryOfLimits(new Headers(headers), status)

describe('the reset of a rate limit', () => {
  it.each([
    ['OpenAI', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1s' }, 1_000],
    ['OpenAI', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' }, 360_000],
    ['OpenAI', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '120ms' }, 120],
    ['Groq', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '2m59.56s' }, 179_560],
    ['Azure', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '26' }, 26_000],
    [
      'Cerebras',
      { 'x-ratelimit-remaining-tokens-minute': '0', 'x-ratelimit-reset-tokens-minute': '11.38' },
      11_380,
    ],
    ['a draft of the IETF', { 'ratelimit-remaining': '0', 'ratelimit-reset': '50' }, 50_000],
  ])('is read as %s writes it: %j', (_vendor, headers, afterMs) => {
    expect(told(headers)).toEqual({ afterMs })
  })

  it.each([
    ['OpenRouter', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1741305600000' }],
    ['a gateway', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1741305600' }],
    [
      'Anthropic',
      {
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2025-03-07T00:00:00Z',
      },
    ],
  ])('is read as a time, as %s writes it: %j', (_vendor, headers) => {
    expect(told(headers)).toEqual({ at: 1_741_305_600_000 })
  })

  it('is that of the limits which are used up, the last of several', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '9s',
      'x-ratelimit-remaining-requests-day': '70',
      'x-ratelimit-reset-requests-day': '33011.3',
    }
    expect(told(headers)).toEqual({ afterMs: 9_000 })
  })

  it('counts less than retry-after, and only with a 429', () => {
    const reset = { 'x-ratelimit-reset-requests': '1m' }
    expect(told({ ...reset, 'retry-after': '3' })).toEqual({ afterMs: 3_000 })
    expect(told(reset, 500)).toBeUndefined()
  })

  it.each(['', 'soon', '-5', '1d', 'NaN'])('is ignored when it is "%s"', text => {
    expect(told({ 'x-ratelimit-reset': text })).toBeUndefined()
  })
})
