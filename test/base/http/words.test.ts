import { describe, expect, it } from 'vitest'
import { bodyMessage, refusalWords } from '../../../src/base/http/words.ts'
import { hideSecret } from '../../../src/base/redact.ts'

const refused = (status: number, body = '', headers: Record<string, string> = {}) =>
  refusalWords({ status, body, headers: new Headers(headers) })

describe('a refusal in words', () => {
  it.each([
    [401, '{"message":"no org id"}', {}, 'not authorized (HTTP 401): no org id'],
    [
      429,
      '{"error":"slow down"}',
      { 'retry-after': '2' },
      'rate limited, try again in 2 s (HTTP 429): slow down',
    ],
    [429, '', { 'retry-after': '0.2' }, 'rate limited, try again in 1 s (HTTP 429)'],
    [429, '', { 'retry-after': '600' }, 'rate limited, try again in 10 min (HTTP 429)'],
    [
      429,
      '',
      { 'retry-after': 'Thu, 26 Nov 2026 10:15:30 GMT' },
      'rate limited, try again at 10:15:30 UTC (HTTP 429)',
    ],
    [429, '', { 'retry-after': 'soon' }, 'rate limited (HTTP 429)'],
    [407, '', {}, 'the proxy requires authentication (HTTP 407)'],
    [
      502,
      '<html><head><title>502 Bad Gateway</title></head></html>',
      {},
      'bad gateway: the proxy in front got no valid response (HTTP 502): web page "502 Bad Gateway"',
    ],
    [418, '', {}, 'refused (HTTP 418)'],
    [599, '', {}, 'server error (HTTP 599)'],
  ])('%i %s', (status, body, headers, words) => {
    expect(refused(status, body, headers as Record<string, string>)).toBe(words)
  })

  it('takes the reason from WWW-Authenticate when the body has none', () => {
    const challenge = 'Bearer error="invalid_token", error_description="the token has expired"'
    expect(refused(401, '', { 'www-authenticate': challenge })).toBe(
      'not authorized (HTTP 401): the token has expired',
    )
    expect(refused(401, '', { 'www-authenticate': 'Basic realm="staging"' })).toBe(
      'not authorized (HTTP 401): it asks for Basic authentication (realm "staging")',
    )
    expect(refused(401, '{"error":"expired"}', { 'www-authenticate': challenge })).toBe(
      'not authorized (HTTP 401): expired',
    )
  })
})

describe('the message in a body', () => {
  it.each([
    ['"plain"', 'plain'],
    ['{"message":"a"}', 'a'],
    ['{"error":"a"}', 'a'],
    ['{"error":{"code":3,"message":"a"}}', 'a'],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"a"}}', 'a'],
    ['{"error":"invalid_client","error_description":"a"}', 'a'],
    ['{"type":"about:blank","title":"Forbidden","status":403,"detail":"a"}', 'a'],
    ['{"error":"invalid_client","description":"a"}', 'a'],
    ['{"type":"about:blank","title":"a","status":403}', 'a'],
    ['{"errors":[{"message":"a"}]}', 'a'],
    ['{"errors":["a","b"]}', 'a'],
    ['{"detail":[{"loc":["body","q"],"msg":"a","type":"missing"}]}', 'a'],
    ['[{"error":{"message":"a"}}]', 'a'],
    ['{"message":"","error":"a"}', 'a'],
    ['{"code":17}', '{"code":17}'],
    ['{"half', '{"half'],
    ['first line\nsecond line', 'first line'],
    ['<?xml version="1.0"?><Error><Code>X</Code><Message>Access Denied</Message></Error>', 'Access Denied'],
    ['<!DOCTYPE html>\n<title>\n Sign in </title>', 'web page "Sign in"'],
    ['<html><body>oops</body></html>', 'a web page'],
    ['', undefined],
    ['  \n', undefined],
  ])('of %s', (body, message) => {
    expect(bodyMessage(body)).toBe(message)
  })

  it('is one line, without control characters, and cut', () => {
    expect(bodyMessage('{"message":"a\\n\\u001b[31mb"}')).toBe('a [31mb')
    expect(bodyMessage('x'.repeat(5_000))).toHaveLength(200)
  })

  it('is found quickly in a page that never closes its tags', () => {
    expect(bodyMessage('<title'.repeat(1_000_000))).toBe('a web page')
  })

  it('hides a secret before it is cut', () => {
    const secret = 'sk-0123456789abcdef'
    hideSecret(secret)
    expect(bodyMessage(`${'x'.repeat(190)} ${secret}`)).not.toContain('sk-0')
  })

  it('does not follow JSON deeper than messages stand', () => {
    expect(bodyMessage(`${'{"error":'.repeat(9)}"deep"${'}'.repeat(9)}`)).toContain('{"error":')
  })
})
