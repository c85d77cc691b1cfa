import { expect, it } from 'vitest'
import { tableText } from '../../../src/chat/commands/table.ts'

it('a table keeps its columns under wide characters', () => {
  expect(
    tableText([
      ['東京電力', 'ready', '9 tools'],
      ['acme', 'crash loop', ''],
    ]),
  ).toBe('東京電力  ready       9 tools\nacme      crash loop')
})

it('a table aligns its figures at the right', () => {
  const rows = [
    ['', 'COST', 'TOKENS'],
    ['today', '$12.50', '1,200'],
    ['  demo', '$0', '0'],
  ]
  expect(tableText(rows, { figures: [1, 2] })).toBe(
    '          COST  TOKENS\ntoday   $12.50   1,200\n  demo      $0       0',
  )
})
