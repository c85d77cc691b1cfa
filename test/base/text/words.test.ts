import { describe, expect, it } from 'vitest'
import { nearest } from '../../../src/base/text/words.ts'

const KNOWN = ['acme', 'vattenfall-eldistribution', 'Vattenfall AB', 'eon', 'stockholm-exergi', 'gpt-5-mini']

describe('a word that is not known', () => {
  it.each([
    ['acne', 'acme'],
    ['VATENFALL AB', 'Vattenfall AB'],
    ['stokholm', 'stockholm-exergi'],
    ['stockholm-energi-ab', 'stockholm-exergi'],
    ['acme-corporation', 'acme'],
    ['vattenfall-eldist', 'vattenfall-eldistribution'],
  ])('%s may be %s', (word, meant) => expect(nearest(word, KNOWN)).toBe(meant))

  it.each(['st', 'volkswagen', 'acme.sh', 'stack', 'gpt-9', 'e', ''])('%j is like none', word =>
    expect(nearest(word, KNOWN)).toBeUndefined(),
  )

  it('is like none where none is known', () => expect(nearest('acme', [])).toBeUndefined())
})
