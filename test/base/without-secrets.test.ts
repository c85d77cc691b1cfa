import { describe, expect, it } from 'vitest'
import { hideSecret, withoutSecrets } from '../../src/base/redact.ts'

hideSecret('4711081512')
hideSecret('nQz81kkLm2p')
hideSecret('abc9912\\')
hideSecret('Tk/90+aa"Zq1')

describe('what a server sends, without the credentials of its customer', () => {
  it.each([
    ['a number', { n: 4711081512, other: 4711 }, { n: '‹hidden›', other: 4711 }],
    [
      'a number in a schema',
      { properties: { a: { maximum: 4711081512 } } },
      { properties: { a: { maximum: '‹hidden›' } } },
    ],
    [
      'one item of a list, and one of several keys',
      { a: 1, list: [1, 4711081512, { b: 2 }], z: { y: 3 } },
      { a: 1, list: [1, '‹hidden›', { b: 2 }], z: { y: 3 } },
    ],
    ['a key', { '4711081512': true }, { '‹hidden›': true }],
    ['a backslash at the end', { text: 'it is abc9912\\' }, { text: 'it is ‹hidden›' }],
    ['JSON in a text', { text: JSON.stringify({ key: 'Tk/90+aa"Zq1' }) }, { text: '{"key":"‹hidden›"}' }],
    [
      'JSON in a text, with escaped slashes',
      { text: '{"key":"Tk\\/90+aa\\"Zq1"}' },
      { text: '{"key":"‹hidden›"}' },
    ],
  ])('%s', (_, sent, shown) => {
    expect(withoutSecrets(sent)).toEqual(shown)
  })

  it('a line break is not taken for the first letter of a credential', () => {
    const sent = { text: 'all\nQz81kkLm2p' }
    expect(withoutSecrets(sent)).toEqual(sent)
  })

  it('is the same object if nothing is hidden, and keeps odd keys and -0', () => {
    const sent = JSON.parse('{"__proto__":{"a":-0},"list":[null,true,1.5,"x"]}')
    expect(withoutSecrets(sent)).toBe(sent)
    const both = withoutSecrets(JSON.parse('{"__proto__":{"a":-0},"n":4711081512}'))
    expect(Object.keys(both)).toEqual(['__proto__', 'n'])
  })
})
