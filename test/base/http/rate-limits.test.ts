import { describe, expect, it } from 'vitest'
import { retryOfLimits } from '../../../src/base/http/rate-limits.ts'

const told = (headers: Record<string, string>, status = 429) => retryOfLimits(new Headers(headers), status)

describe('the reset of a rate limit', () => {
  it.each([
    ['OpenAI', 'x-ratelimit', '-requests', '1s', 1_000],
    ['OpenAI', 'x-ratelimit', '-tokens', '6m0s', 360_000],
    ['OpenAI', 'x-ratelimit', '-requests', '12ms', 12],
    ['OpenAI', 'x-ratelimit', '-tokens_usage_based', '9ms', 9],
    ['Groq', 'x-ratelimit', '-requests', '2m59.56s', 179_560],
    ['Groq', 'x-ratelimit', '-requests', '1h23m31s', 5_011_000],
    ['Azure', 'x-ratelimit', '-tokens', '26', 26_000],
    ['Cerebras', 'x-ratelimit', '-tokens-minute', '11.38', 11_380],
    ['a draft of the IETF', 'ratelimit', '', '50', 50_000],
  ])('is read as %s writes it: %s-reset%s: %s', (_vendor, prefix, limit, reset, afterMs) => {
    const headers = { [`${prefix}-remaining${limit}`]: '0', [`${prefix}-reset${limit}`]: reset }
    expect(told(headers)).toEqual({ afterMs })
  })

  it('may be all that Azure says', () => {
    const headers = { 'x-rate-limit-reset-tokens': '55', 'x-ratelimit-remaining-requests': '210' }
    expect(told(headers)).toEqual({ afterMs: 55_000 })
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
    [
      'Anthropic, for subscriptions',
      {
        'anthropic-ratelimit-unified-5h-status': 'rejected',
        'anthropic-ratelimit-unified-5h-reset': '1741305600',
        'anthropic-ratelimit-unified-7d-status': 'allowed_warning',
        'anthropic-ratelimit-unified-7d-reset': '1741824000',
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

  it('is ignored as Azure writes it when nothing is known: -1 left, and 0 seconds', () => {
    const headers = { 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' }
    expect(told(headers)).toBeUndefined()
  })

  it.each([
    '',
    'soon',
    '-5',
    '-1s',
    '1d',
    'NaN',
    '0',
    '0s',
    '0ms',
    '1e9',
    'Infinity',
    '2026-99-99T00:00:00Z',
  ])('is ignored when it is "%s"', text => {
    expect(told({ 'x-ratelimit-reset': text })).toBeUndefined()
  })
})
