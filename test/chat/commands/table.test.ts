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
