import { expect, it } from 'vitest'
import { safeText } from '../../src/base/records.ts'

it.each([
  [{ toString: 1, valueOf: 2 }, '{"toString":1,"valueOf":2}'],
  [['a', { toString: 1 }], '["a",{"toString":1}]'],
  [-32601, '-32601'],
  ['text', 'text'],
  [null, 'null'],
  [undefined, 'undefined'],
])('what an outsider sent in place of a text is shown: %j', (value, shown) => {
  expect(safeText(value)).toBe(shown)
})
