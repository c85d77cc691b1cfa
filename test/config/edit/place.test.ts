import { parse } from 'jsonc-parser'
import { describe, expect, it } from 'vitest'
import { withItems, withoutPart, withPropertyBefore, withValue } from '../../../src/config/edit/place.ts'

const parsed = (text: string): unknown => parse(text, [], { allowTrailingComma: true })

describe('a removed item', () => {
  it.each([
    ['the first of one line', '{ "a": [1, 2, 3] }', 0, '{ "a": [2, 3] }'],
    ['one in the middle of a line', '{ "a": [1, 2, 3] }', 1, '{ "a": [1, 3] }'],
    ['the last of a line', '{ "a": [1, 2, 3] }', 2, '{ "a": [1, 2] }'],
    ['the only one', '{ "a": [ 1 ] }', 0, '{ "a": [ ] }'],
    ['a whole line', '{ "a": [\n  1,\n  2,\n  3\n] }', 1, '{ "a": [\n  1,\n  3\n] }'],
    ['the last line', '{ "a": [\n  1,\n  2\n] }', 1, '{ "a": [\n  1\n] }'],
    ['the last line with a trailing comma', '{ "a": [\n  1,\n  2,\n] }', 1, '{ "a": [\n  1,\n] }'],
    ['a comment behind it', '{ "a": [\n  1, // one\n  2 // two\n] }', 1, '{ "a": [\n  1 // one\n] }'],
    ['no comment above it', '{ "a": [\n  // one\n  1,\n  2\n] }', 0, '{ "a": [\n  // one\n  2\n] }'],
    ['with Windows line ends', '{ "a": [\r\n  1,\r\n  2\r\n] }', 0, '{ "a": [\r\n  2\r\n] }'],
    ['several lines', '{ "a": [\n  [\n    1\n  ],\n  2\n] }', 0, '{ "a": [\n  2\n] }'],
    ['after a byte order mark', '\uFEFF{ "a": [1, 2] }', 0, '\uFEFF{ "a": [2] }'],
  ])('takes %s, and nothing else', (_, text, index, after) => {
    expect(withoutPart(text, ['a', index])).toBe(after)
  })

  it('may be a property', () => {
    expect(withoutPart('{\n  "a": 1, // x\n  "b": 2\n}', ['a'])).toBe('{\n  "b": 2\n}')
    expect(withoutPart('{\n  "a": 1,\n  "b": 2\n}', ['b'])).toBe('{\n  "a": 1\n}')
    expect(withoutPart('{ "a": 1 }', ['b'])).toBe('{ "a": 1 }')
  })

  it('leaves a text that has every other value, wherever it was', () => {
    const layouts = [
      '[1,2,3]',
      '[ 1, 2, 3 ]',
      '[\n1,\n2,\n3\n]',
      '[1,\n 2, 3,]',
      '[ 1 /* a */, 2 // b\n, 3 ]',
    ]
    for (const layout of layouts)
      for (const index of [0, 1, 2]) {
        const after = withoutPart(`{ "a": ${layout} }`, ['a', index])
        const rest = [1, 2, 3].filter((_, at) => at !== index)
        expect([layout, index, parsed(after)]).toEqual([layout, index, { a: rest }])
      }
  })
})

describe('a changed place', () => {
  it('keeps the comments around it', () => {
    expect(withValue('{ "a": /* old */ "x", // why\n "b": 1 }', ['a'], 'y"')).toBe(
      '{ "a": /* old */ "y\\"", // why\n "b": 1 }',
    )
  })

  it('gets a new property on a line of its own, or on the same line', () => {
    expect(withPropertyBefore('{ "name": "x" }', ['name'], 'id', 'a')).toBe('{ "id": "a", "name": "x" }')
    expect(withPropertyBefore('{\n\t"name": "x" // c\n}', ['name'], 'id', 'a')).toBe(
      '{\n\t"id": "a",\n\t"name": "x" // c\n}',
    )
  })

  it('is left alone if it is not there', () => {
    for (const text of ['{}', '[]', '{ "a": 1 }', ''])
      expect([withItems(text, ['a'], [{}]), withValue(text, ['b'], 1)]).toEqual([text, text])
  })
})

describe('in any layout', () => {
  const SPACES = ['', ' ', '\n', '\n  ', '\r\n\t', ' /* c */ ', ' // line\n', '  ']
  const VALUES = ['1', '"],}//"', '{ "k": [2, 3,], }', '[ /* x */ ]', '{}', '[{\n"a":1}]']

  it('every edit changes its own place only', () => {
    let seed = 7
    const next = (count: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % count
    }
    const space = () => SPACES[next(SPACES.length)] ?? ''
    for (let round = 0; round < 1_000; round++) {
      const items = Array.from({ length: 1 + next(4) }, () => VALUES[next(VALUES.length)] ?? '1')
      const list = `[${items.map(one => space() + one + space()).join(',')}${next(3) === 0 ? ',' : ''}${space()}]`
      const text = `${space()}{${space()}"a":${space()}${list}${space()},${space()}"name":${space()}"x"${space()}}`
      const all = items.map(parsed)
      const at = next(items.length)
      expect([text, parsed(withoutPart(text, ['a', at]))]).toEqual([
        text,
        { a: all.filter((_, i) => i !== at), name: 'x' },
      ])
      expect([text, parsed(withoutPart(text, ['a']))]).toEqual([text, { name: 'x' }])
      expect([text, parsed(withItems(text, ['a'], [{ q: 1 }]))]).toEqual([
        text,
        { a: [...all, { q: 1 }], name: 'x' },
      ])
      expect([text, parsed(withPropertyBefore(text, ['name'], 'id', 'z'))]).toEqual([
        text,
        { a: all, id: 'z', name: 'x' },
      ])
    }
  })
})
