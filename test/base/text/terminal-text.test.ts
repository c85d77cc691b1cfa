import { describe, expect, it } from 'vitest'
import { clean } from '../../../src/base/text/terminal-text.ts'

it.each([
  ['a title', 'a\u001b]0;title\u0007b', 'ab'],
  ['a link', 'a\u001b]8;;http://x/\u001b\\b\u001b]8;;\u001b\\c', 'abc'],
  ['a sequence without an end hides no line after it', 'a\u001b]52;c;\nb\nc', 'a\nb\nc'],
])('%s', (_, text, shown) => {
  expect(clean(text)).toBe(shown)
})

describe('clean() and what nobody sees', () => {
  it.each([
    ['zero width', 'a\u200b\u2060\ufeffb', 'ab'],
    ['tags', 'x\u{e0041}\u{e007f}y', 'xy'],
    ['variation selectors', 'w\u{e0101}\ufe0fz\ufe01', 'wz'],
    ['soft hyphens and fillers', 'a\u00ad\u3164\u180eb', 'ab'],
    ['marks of direction', 'a\u200f\u061cb', 'ab'],
    ['joiners alone', '\u200da\u200c b', 'a b'],
  ])('removes %s', (_, text, seen) => {
    expect(clean(text)).toBe(seen)
  })

  it.each(['👨\u200d👩\u200d👧 ok', 'می\u200cخواهم', '❤\ufe0f 1\ufe0f\u20e3', '日本語 ñ é'])(
    'keeps %s',
    text => {
      expect(clean(text)).toBe(text)
    },
  )
})
