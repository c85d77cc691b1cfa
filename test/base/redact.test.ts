import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../src/base/errors.ts'
import { hideSecret, redact } from '../../src/base/redact.ts'

describe('redact', () => {
  it('a secret of several lines is hidden whole, and each line of it', () => {
    hideSecret('first-line-of-it\r\nsecond-line-of-it\nend')
    expect(redact('a first-line-of-it\r\nsecond-line-of-it\nend b')).toBe('a ‹hidden› b')
    expect(redact('a second-line-of-it b, the end')).toBe('a ‹hidden› b, the end')
  })

  it('a reason is cut to its first line only after its secrets are hidden', () => {
    hideSecret('shrt\nfollowing-line')
    expect(reasonOf(new Error('refused: shrt\nfollowing-line'))).toBe('refused: ‹hidden›')
    expect(reasonOf('refused: shrt\nfollowing-line\nmore')).toBe('refused: ‹hidden›')
  })

  it('a secret inside of Base64 is hidden wherever it begins', () => {
    const secret = 'tok?n~with>>odd-ones'
    hideSecret(secret)
    for (const before of ['', 'x', 'xy', 'Bearer '])
      for (const encoding of ['base64', 'base64url'] as const) {
        const shown = redact(Buffer.from(`${before}${secret} and more`).toString(encoding))
        expect(shown).toContain('‹hidden›')
        // What is left at the edges is less than two letters of it.
        const left = shown.split('‹hidden›').map(part => Buffer.from(part, encoding).toString('latin1'))
        for (const part of left) expect(part).not.toMatch(/k\?n~|odd-on/)
      }
  })

  it('half a character in a secret breaks nothing', () => {
    hideSecret('half-\ud800-pair')
    expect(redact('the half-\ud800-pair')).toBe('the ‹hidden›')
  })
})
