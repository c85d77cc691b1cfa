import { describe, expect, it } from 'vitest'
import { hideSecret } from '../../../src/base/redact.ts'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { type Column, type TableRow, tableText } from '../../../src/cli/print/table.ts'

const plain = (_: string, text: string) => text
const COLUMNS: Column[] = [
  { head: 'NAME', least: 8 },
  { head: 'STATE' },
  { head: 'MS', align: 'right', rank: 1 },
  { head: 'RESTARTS', align: 'right', rank: 2 },
]
const ROWS: TableRow[] = [
  { cells: ['東京電力', 'ready', '4.1', '0'] },
  {
    cells: ['Acme Corporation', { text: 'unhealthy', style: 'red' }, '12.0', '14'],
    reason: 'no tools',
    hint: 'run it',
  },
]
const table = (width: number | undefined, rows = ROWS) =>
  tableText(COLUMNS, rows, { width, style: plain, command: 'supportmax' }).split('\n')

describe('a table', () => {
  it('aligns wide characters, and numbers on the right', () => {
    expect(table(undefined)).toEqual([
      'NAME              STATE        MS  RESTARTS',
      '東京電力          ready       4.1         0',
      'Acme Corporation  unhealthy  12.0        14',
      '    no tools',
      '      run it',
    ])
  })

  it('cuts long cells before it leaves a column out', () => {
    expect(table(40)[2]).toBe('Acme Corpora…  unhealthy  12.0        14')
  })

  it('wraps the cells of a column that is made for it, and cuts none of their text', () => {
    const columns: Column[] = [{ head: 'TOOL' }, { head: 'BECAUSE', least: 16, wraps: true }]
    const rows = [{ cells: ['put_page', { text: 'no rule of "policy" matches it', style: 'red' as const }] }]
    expect(tableText(columns, rows, { width: 30, style: plain, command: 'supportmax' }).split('\n')).toEqual([
      'TOOL      BECAUSE',
      'put_page  no rule of "policy"',
      '          matches it',
    ])
  })

  it('leaves columns out in a fixed order, and says which', () => {
    expect(table(32)).toEqual([
      'NAME         STATE      RESTARTS',
      '東京電力     ready             0',
      'Acme Corpo…  unhealthy        14',
      '    no tools',
      '      run it',
      'hidden at this width: MS (use',
      '--json or a wider terminal)',
    ])
  })

  it.each([20, 30, 40, 80])('is never wider than %i columns', width => {
    const reason = `no route to https://monitoring.example/${'x'.repeat(90)}`
    for (const line of table(width, [...ROWS, { cells: ['a'], reason }]))
      expect(columnsOf(line), line).toBeLessThanOrEqual(width)
  })

  it('breaks a command in a hint only at its spaces, and only if it fits on no line', () => {
    const hint = 'run `supportmax secrets allow TICKETS_TOKEN_ACME acme tickets` if that is right'
    const hintAt = (width: number) =>
      table(width, [{ cells: ['a'], hint }])
        .slice(2)
        .map(line => line.trim())
    expect(hintAt(70)).toEqual([
      'run `supportmax secrets allow TICKETS_TOKEN_ACME acme tickets`',
      'if that is right',
    ])
    expect(hintAt(50)).toEqual([
      'run `supportmax secrets allow',
      'TICKETS_TOKEN_ACME acme tickets` if that is',
      'right',
    ])
  })

  it('drops a column without a value on a terminal, and keeps it in a pipe', () => {
    const rows = [{ cells: ['Acme', 'ready', '-', ''] }]
    expect(table(80, rows)).toEqual(['NAME  STATE', 'Acme  ready'])
    expect(table(undefined, rows)[0]).toBe('NAME  STATE  MS  RESTARTS')
  })

  it('has the same text with and without colours', () => {
    const coloured = tableText(COLUMNS, ROWS, {
      width: 40,
      command: 'supportmax',
      style: (_, text) => `\u001b[31m${text}\u001b[39m`,
    })
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(table(40).join('\n'))
    expect(coloured).toContain('\u001b[31munhealthy\u001b[39m')
  })

  it('hides a secret that would be cut in half', () => {
    hideSecret('canary-in-a-cell')
    expect(table(30, [{ cells: ['canary-in-a-cell', 'ready', '1', '2'] }]).join()).not.toContain('canary')
  })
})
