import { describe, expect, it } from 'vitest'
import { retryOfDelay, retryOfHeaders } from '../../../src/base/http/retry-after.ts'

const DATE = 'Wed, 21 Oct 2026 07:28:00 GMT'

describe('the time of the next request', () => {
  it.each([
    [{ 'retry-after': '2' }, { afterMs: 2_000 }],
    [{ 'retry-after': ' 0.5 ' }, { afterMs: 500 }],
    [{ 'retry-after': '0' }, { afterMs: 0 }],
    [{ 'retry-after': DATE }, { at: Date.parse(DATE) }],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, { afterMs: 1_500 }],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, { afterMs: 2_000 }],
    [{ 'retry-after-ms': '', 'retry-after': '2' }, { afterMs: 2_000 }],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'Infinity' }, undefined],
    [{ 'retry-after': 'NaN' }, undefined],
    [{ 'retry-after': '1e9' }, undefined],
    [{ 'retry-after': '0x10' }, undefined],
    [{ 'retry-after': 'Wed, 99 Oct 2026 07:28:00 GMT' }, undefined],
    [{ 'retry-after-ms': '-1', 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('after %j is %j', (headers, hint) => {
    expect(retryOfHeaders(new Headers(headers as Record<string, string>))).toEqual(hint)
  })

  it('is unknown without headers', () => {
    expect(retryOfHeaders(undefined)).toBeUndefined()
  })

  it.each([
    ['13s', { afterMs: 13_000 }],
    ['0.5s', { afterMs: 500 }],
    ['28.074124s', { afterMs: 28_074.124 }],
    ['0s', { afterMs: 0 }],
    ['13', undefined],
    ['-1s', undefined],
    ['1m', undefined],
    [13, undefined],
    [undefined, undefined],
  ])('after a delay of %j is %j', (delay, hint) => {
    expect(retryOfDelay(delay)).toEqual(hint)
  })
})
