import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { typedRows } from '../../../src/chat/draw/prompt/typed-rows.ts'

/** The rows with `|` where the cursor is. */
function drawn(text: string, cursor = text.length, width = 10, most = 6): string[] {
  const { rows, row, column } = typedRows({ text, cursor }, width, most)
  return rows.map((one, i) => {
    if (i !== row) return one
    let at = 0
    while (columnsOf(one.slice(0, at)) < column) at++
    return `${one.slice(0, at)}|${one.slice(at)}`
  })
}

describe('the rows of typed text', () => {
  it.each<[text: string, cursor: number | undefined, rows: string[]]>([
    ['', undefined, ['|']],
    ['abc', undefined, ['abc|']],
    ['abc', 1, ['a|bc']],
    ['one\ntwo', undefined, ['one', 'two|']],
    ['one\ntwo', 3, ['one|', 'two']],
    ['one\n', undefined, ['one', '|']],
    ['\n\nx', 1, ['', '|', 'x']],
    ['你好abc', undefined, ['你好abc|']],
    ['你好abc', 1, ['你|好abc']],
    ['0123456789', undefined, ['0123456789', '|']],
    ['0123456789ab', undefined, ['0123456789', 'ab|']],
    ['0123456789ab', 10, ['0123456789', '|ab']],
    ['0123456789\nab', undefined, ['0123456789', 'ab|']],
    ['東京東京東\nab', undefined, ['東京東京東', 'ab|']],
    ['0123456789\nab', 10, ['0123456789', '|', 'ab']],
    ['東京東京東\nab', 5, ['東京東京東', '|', 'ab']],
    ['12345678 東京', undefined, ['12345678 ', '東京|']],
    ['a\tb\u001b[31m', undefined, ['a b·[31m|']],
    ['👩‍👩‍👧x', undefined, ['👩‍👩‍👧x|']],
  ])('of %j with the cursor at %s are %j', (text, cursor, rows) => {
    expect(drawn(text, cursor)).toEqual(rows)
  })

  it('are a few around the cursor, with the number of the others', () => {
    const text = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n')
    expect(typedRows({ text, cursor: 0 }, 10, 3)).toEqual({
      rows: ['line 0', 'line 1', 'line 2'],
      row: 0,
      column: 0,
      above: 0,
      below: 17,
    })
    expect(typedRows({ text, cursor: text.length }, 10, 3)).toMatchObject({ row: 2, above: 17, below: 0 })
    expect(drawn(text, text.indexOf('line 9'), 10, 3)).toEqual(['line 8', '|line 9', 'line 10'])
    expect(drawn(text, 0, 10, 0)).toEqual(['|line 0'])
  })
})
