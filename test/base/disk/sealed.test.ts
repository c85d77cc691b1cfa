import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { seal, sealKeyIn, unseal } from '../../../src/base/disk/sealed.ts'

const key = randomBytes(32)

describe('a sealed text', () => {
  it('opens with its key in its context, and does not show its content', () => {
    const sealed = seal('the text, größer', key, 'acme/wiki')
    expect(sealed).toMatch(/^v1\.[\w-]+$/)
    expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('text')
    expect(unseal(sealed, key, 'acme/wiki')).toBe('the text, größer')
  })

  it('is different each time', () => {
    expect(seal('same', key, 'x')).not.toBe(seal('same', key, 'x'))
  })

  it.each([
    ['another key', randomBytes(32), 'acme/wiki', (text: string) => text],
    ['another context', key, 'globex/wiki', (text: string) => text],
    [
      'a changed text',
      key,
      'acme/wiki',
      (text: string) => `${text.slice(0, 30)}${text[30] === 'A' ? 'B' : 'A'}${text.slice(31)}`,
    ],
    ['half of it', key, 'acme/wiki', (text: string) => text.slice(0, 20)],
    ['another version', key, 'acme/wiki', (text: string) => text.replace('v1', 'v2')],
    ['no sealed text', key, 'acme/wiki', () => ''],
  ])('does not open with %s', (_, other, context, change) => {
    const sealed = seal('a text of some length', key, 'acme/wiki')
    expect(unseal(change(sealed), other, context)).toBeUndefined()
  })
})

describe('a key', () => {
  it.each(['hex', 'base64', 'base64url'] as const)('is 32 bytes in %s', encoding => {
    expect(sealKeyIn(key.toString(encoding))).toEqual(key)
  })

  it.each([
    '',
    'secret',
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('hex'),
    `${'a'.repeat(42)}!`,
  ])('is not "%s"', text => {
    expect(sealKeyIn(text)).toBeUndefined()
  })
})
