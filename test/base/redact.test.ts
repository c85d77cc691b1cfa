import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../src/base/errors.ts'
import { hideSecret, redact, redactCutOff, redactGrowing } from '../../src/base/redact.ts'

describe('redact', () => {
  it('hides a secret of several lines as a whole, and each of its lines', () => {
    hideSecret('first-line-of-it\r\nsecond-line-of-it\nend')
    expect(redact('a first-line-of-it\r\nsecond-line-of-it\nend b')).toBe('a ‹hidden› b')
    expect(redact('a second-line-of-it b, the end')).toBe('a ‹hidden› b, the end')
  })

  it('hides secrets before a reason is cut to its first line', () => {
    hideSecret('shrt\nfollowing-line')
    expect(reasonOf(new Error('refused: shrt\nfollowing-line'))).toBe('refused: ‹hidden›')
    expect(reasonOf('refused: shrt\nfollowing-line\nmore')).toBe('refused: ‹hidden›')
  })

  it('hides a secret inside Base64 at any offset', () => {
    const secret = 'tok?n~with>>odd-ones'
    hideSecret(secret)
    for (const before of ['', 'x', 'xy', 'Bearer '])
      for (const encoding of ['base64', 'base64url'] as const) {
        const shown = redact(Buffer.from(`${before}${secret} and more`).toString(encoding))
        expect(shown).toContain('‹hidden›')
        // At each edge, at most one letter of the secret may remain.
        const left = shown.split('‹hidden›').map(part => Buffer.from(part, encoding).toString('latin1'))
        for (const part of left) expect(part).not.toMatch(/k\?n~|odd-on/)
      }
  })

  it.each(['\n', '\r\n', '\\n', '\\r\\n', '\n    '])(
    'hides a secret inside Base64 and hex in lines that end with %j',
    end => {
      const secret = 'wrapped?in~lines>>0123456789-abcdefghij'
      hideSecret(secret)
      for (const width of [60, 64, 76])
        for (const encoding of ['base64', 'hex'] as const)
          for (let before = 0; before < 60; before++) {
            const whole = Buffer.from(`${'x'.repeat(before)}${secret}${'y'.repeat(90)}`).toString(encoding)
            const lines = whole.match(new RegExp(`.{1,${width}}`, 'g'))?.join(end) ?? ''
            expect(redact(whole)).toContain('‹hidden›')
            expect(redact(`key: ${lines}\nend`).replaceAll(end, '')).toBe(
              `key: ${redact(whole)}${end === '\n' ? '' : '\n'}end`,
            )
          }
    },
  )

  it('leaves lines alone that contain no secret', () => {
    const lines = `${'Zm9v'.repeat(19)}\n${'YmFy'.repeat(19)}\nqq==`
    expect(redact(lines)).toBe(lines)
  })

  it('accepts a secret with half a surrogate pair', () => {
    hideSecret('half-\ud800-pair')
    expect(redact('the half-\ud800-pair')).toBe('the ‹hidden›')
  })

  it('hides a secret in a form, which encodes even characters that URLs leave alone', () => {
    const secret = 'abc8Q~of-entra_id.1'
    hideSecret(secret)
    const form = new URLSearchParams({ client_secret: secret, scope: 's' }).toString()
    expect(form).toContain('%7E')
    expect(redact(form)).toBe('client_secret=‹hidden›&scope=s')
  })

  it('hides a secret however its characters are escaped', () => {
    const secret = 'hs"Kd<4>&m2/p+z\'ü'
    hideSecret(secret)
    const percent = encodeURIComponent(secret)
    const json = JSON.stringify(secret).slice(1, -1)
    for (const spelling of [
      percent,
      percent.toLowerCase().replaceAll('kd', 'Kd'),
      encodeURIComponent(percent),
      encodeURI(secret),
      json,
      json.replaceAll('/', '\\/').replaceAll('ü', '\\u00fc'),
      json.replaceAll('&', '\\u0026').replaceAll('<', '\\u003C').replaceAll('>', '\\u003e'),
      secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
      [...secret].map(one => (/\w/.test(one) ? one : `&#${one.codePointAt(0)};`)).join(''),
      [...secret]
        .map(one => (/\w/.test(one) ? one : `&#x${one.codePointAt(0)?.toString(16).toUpperCase()};`))
        .join(''),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret).toString('hex').toUpperCase(),
    ])
      expect(redact(`a ${spelling} b`)).toBe('a ‹hidden› b')
  })

  it('hides what a percent-encoded secret decodes to, also inside a Basic header', () => {
    hideSecret('pw%40Zq8%26v7%2Bw')
    expect(redact('pw@Zq8&v7+w or pw%40Zq8%26v7%2Bw')).toBe('‹hidden› or ‹hidden›')
    const basic = Buffer.from('user:pw@Zq8&v7+w').toString('base64')
    expect(Buffer.from(redact(basic).replace('‹hidden›', ''), 'base64').toString()).not.toMatch(/Zq8|v7/)
  })

  it('hides a secret that is part of a host name, which a URL writes in lower case', () => {
    hideSecret('Tenant-Xq7.example')
    const { host } = new URL('https://Tenant-Xq7.example/mcp')
    expect(redact(`${host}: unknown host name`)).toBe('‹hidden›: unknown host name')
  })

  it.each([8_000, 64_000, 900_000])('hides a secret of %i characters', length => {
    const letters = Array.from({ length }, (_, at) => 'aZ+/=9-_'[(at * at + (at >> 3)) % 8]).join('')
    hideSecret(letters)
    expect(redact(`a ${letters} b`)).toBe('a ‹hidden› b')
    expect(redact(`a ${encodeURIComponent(letters)} b`)).toBe('a ‹hidden› b')
    expect(redact(`a ${letters.slice(2_000, 4_000)} b`)).toContain('‹hidden›')
  })
})

describe('redactGrowing', () => {
  it('never shows half of a secret while a text grows', () => {
    hideSecret('qQ7-growing-secret')
    const text = 'The key is qQ7-growing-secret, and q is a letter'
    for (let end = 0; end <= text.length; end++)
      expect(redactGrowing(text.slice(0, end))).not.toMatch(/qQ|7-g|grow|secret/)
    expect(redactGrowing(text)).toBe('The key is ‹hidden›, and q is a letter')
    expect(redactGrowing('ends with q')).toBe('ends with ')
  })
})

describe('redactCutOff', () => {
  it('hides half of a secret at the end of a text, and leaves other endings alone', () => {
    hideSecret('wW8-cut-off-secret')
    const text = 'The key is wW8-cut-off-secret'
    for (let end = 'The key is '.length + 3; end <= text.length; end++)
      expect(redactCutOff(text.slice(0, end))).toBe('The key is ‹hidden›')
    expect(redactCutOff('ends with w')).toBe('ends with w')
  })
})
