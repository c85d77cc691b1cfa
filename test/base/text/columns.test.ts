import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { columnsOf, cut, padded, wrapped } from '../../../src/base/text/columns.ts'

describe('text on a terminal', () => {
  it.each([
    ['abc', 3],
    ['東京電力', 8],
    ['e\u0301', 1],
    ['\u001b[31mred\u001b[39m', 3],
    ['👩‍💻', 2],
  ])('%j takes %i columns', (text, columns) => expect(columnsOf(text)).toBe(columns))

  it('takes as many columns as the library of the chat counts, for every character of one code unit', () => {
    const wrong = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
      one => columnsOf(one) !== stringWidth(one),
    )
    expect(wrong).toEqual([])
    expect(['©️', '‼️', 'a\u0308', '…\u200b'].map(columnsOf)).toEqual([2, 2, 1, 1])
  })

  it('is padded by columns, on either side', () => {
    expect(padded('東京', 6)).toBe('東京  ')
    expect(padded('7', 3, 'end')).toBe('  7')
    expect(padded('longer', 3)).toBe('longer')
  })

  it('is cut by columns, with an ellipsis', () => {
    expect(cut('abcdef', 4)).toBe('abc…')
    expect(columnsOf(cut('東京電力', 5))).toBeLessThanOrEqual(5)
    expect(cut('abc', 3)).toBe('abc')
  })

  it('is wrapped with a hanging indent, keeps its own indent, and does not break addresses', () => {
    expect(wrapped('one two three four', 10, { hang: 2 })).toBe('one two\n  three\n  four')
    expect(wrapped('  one two three', 12, { hang: 2 })).toBe('  one two\n    three')
    expect(wrapped('see http://monitoring.acme.example/a', 20)).toBe('see\nhttp://monitoring.acme.example/a')
    expect(wrapped('abcdefghijklm', 8, { long: 'cut' })).toBe('abcdefgh\nijklm')
  })
})
