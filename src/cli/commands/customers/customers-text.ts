import { isProduction } from '../../../config/project.ts'
import type { Layout } from '../../print/printer.ts'
import { wrappedProse } from '../../print/prose.ts'
import { type Cell, type Column, tableText } from '../../print/table.ts'

/** One customer, as `customers --json` prints it. */
export interface CustomerRow {
  name: string
  id: string
  environment: string | null
  access: string
  servers: string[]
  /** Names of credentials without a value. */
  missing: string[]
}

const COLUMNS: Column[] = [
  { head: 'NAME', least: 16 },
  // Never cut before the others: it is what people type.
  { head: 'ID' },
  { head: 'ENV' },
  { head: 'ACCESS', rank: 2 },
  { head: 'SERVERS', rank: 1, least: 20 },
]

/** Every customer on a line, missing credentials below it, and where to put them. */
export function customersText(
  rows: readonly CustomerRow[],
  { credentialsFile, ...layout }: Layout & { credentialsFile: string },
): string {
  const table = tableText(
    COLUMNS,
    rows.map(row => ({
      cells: [nameCell(row), row.id, environmentCell(row), row.access, row.servers.join(', ') || '-'],
      reason: row.missing.length === 0 ? '' : `missing credentials: ${row.missing.join(', ')}`,
    })),
    layout,
  )
  if (rows.every(row => row.missing.length === 0)) return table
  const hint = `put missing credentials into ${credentialsFile} or the environment`
  const { width } = layout
  return `${table}\n${width === undefined ? hint : wrappedProse(hint, width, { long: 'cut' })}`
}

function nameCell({ name, missing }: CustomerRow): Cell {
  return missing.length === 0 ? name : { text: name, style: 'yellow' }
}

function environmentCell({ environment }: CustomerRow): Cell {
  if (isProduction({ environment: environment ?? undefined })) return { text: 'PROD', style: 'production' }
  return environment ?? '-'
}
