import { expect, it } from 'vitest'
import { clean } from '../../../src/base/text/terminal-text.ts'

it.each([
  ['a title', 'a\u001b]0;title\u0007b', 'ab'],
  ['a link', 'a\u001b]8;;http://x/\u001b\\b\u001b]8;;\u001b\\c', 'abc'],
  ['a sequence without an end hides no line after it', 'a\u001b]52;c;\nb\nc', 'a\nb\nc'],
])('%s', (_, text, shown) => {
  expect(clean(text)).toBe(shown)
})
