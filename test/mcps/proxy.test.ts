import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../src/mcps/upstream/proxy.ts'

const ENV = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://q:2' }
const host = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.host

describe('the proxy of a request', () => {
  it('is that of its scheme, only when Node is told to use it', () => {
    expect(host('http://am.example', ENV)).toBe('p:1')
    expect(host('https://am.example', ENV)).toBe('q:2')
    expect(host('http://am.example', { ...ENV, http_proxy: 'http://lower:3' })).toBe('lower:3')
    expect(host('http://am.example', { HTTP_PROXY: 'http://p:1' })).toBeUndefined()
    expect(host('https://am.example', { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://p:1' })).toBeUndefined()
  })

  it.each([
    ['*', true],
    ['am.example', true],
    ['other.example, AM.example', true],
    ['.example', true],
    ['*.example', true],
    ['am.example:9093', true],
    ['am.example:9094', false],
    ['example', false],
    ['am.example.org', false],
    ['', false],
  ])('is none for am.example:9093 with NO_PROXY=%s: %s', (list, none) => {
    expect(host('http://am.example:9093/x', { ...ENV, NO_PROXY: list }) === undefined).toBe(none)
  })
})
