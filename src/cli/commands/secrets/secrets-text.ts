import { stateWords } from '../../../base/text/state-words.ts'
import type { SecretSource } from '../../../secrets/finding.ts'
import type { Layout, Style } from '../../print/printer.ts'
import { type Column, tableText } from '../../print/table.ts'
import type { SecretRow } from './rows.ts'

const COLUMNS: Column[] = [
  { head: 'NAME' },
  { head: 'STATE' },
  { head: 'SOURCE', rank: 1 },
  { head: 'USED BY', least: 16 },
  { head: 'PLACE', rank: 0, least: 20 },
]

/** Every credential on a line; what is wrong with it, and what to do, below it. */
export function secretsText(rows: readonly SecretRow[], layout: Layout): string {
  return tableText(
    COLUMNS,
    rows.map(row => {
      const style = row.required ? STYLES[row.state] : undefined
      const state = stateWords(row.state)
      return {
        cells: [
          row.name,
          style ? { text: state, style } : state,
          row.source === null ? '-' : SOURCES[row.source],
          row.usedBy.join(', '),
          row.place ?? '-',
        ],
        reason: row.reason,
        hint: row.hint,
      }
    }),
    layout,
  )
}

const STYLES: Partial<Record<SecretRow['state'], Style>> = {
  found: 'green',
  missing: 'red',
  failed: 'red',
  refused: 'red',
  not_allowed: 'yellow',
}

const SOURCES: Record<SecretSource, string> = {
  environment: 'environment',
  credentials_file: 'credentials file',
  name_file: 'NAME_FILE',
  file: 'file',
  command: 'command',
  vault: 'Vault',
  keyring: 'keyring',
}
