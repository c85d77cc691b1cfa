import { describe, expect, it } from 'vitest'
import { ownImage } from '../../src/catalog/own-image.ts'

const build = { base: 'node:24-slim', namePrefix: 'supportmax' }

describe('the name of our own image', () => {
  it('is a function of program, Dockerfile and base', () => {
    expect(ownImage('alertmanager', build)).toMatch(/^supportmax\/alertmanager:[0-9a-f]{12}$/)
    expect(ownImage('alertmanager', build)).toBe(ownImage('alertmanager', build))
    expect(ownImage('alertmanager', { ...build, base: 'node:26' })).not.toBe(ownImage('alertmanager', build))
  })

  it('is an error with a hint if the program is not built', () => {
    expect(() => ownImage('no-such-program', build)).toThrow(/^image of no-such-program: .* is missing$/)
  })
})
