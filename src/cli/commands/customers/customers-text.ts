import { shownPath } from '../../../base/package-root.ts'
import { type Customer, isProduction } from '../../../config/project.ts'
import type { Layout } from '../../print/printer.ts'
import { wrappedProse } from '../../print/prose.ts'
import { type Cell, type Column, tableText } from '../../print/table.ts'

/** One customer, as `customers --json` prints it. */
export interface CustomerRow {
  name: string
  id: string
  environment: string | null
  access: string
  /** Names of the model platforms that may see its data; null = all. */
  platformsAllowed: string[] | null
  /** What it overrides of the file's routing. */
  routing: Customer['routing']
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
  { head: 'PLATFORMS', rank: 0, least: 12 },
]

/** Every customer on a line, missing credentials below it, and where to put them. */
export function customersText(
  rows: readonly CustomerRow[],
  { credentialsFile, ...layout }: Layout & { credentialsFile: string },
): string {
  const table = tableText(
    COLUMNS,
    rows.map(row => ({
      cells: [
        nameCell(row),
        row.id,
        environmentCell(row),
        row.access,
        row.servers.join(', ') || '-',
        platformsCell(row),
      ],
      reason: row.missing.length === 0 ? '' : `missing credentials: ${row.missing.join(', ')}`,
    })),
    layout,
  )
  if (rows.every(row => row.missing.length === 0)) return table
  const hint = `put missing credentials into ${shownPath(credentialsFile)} or the environment`
  const { width } = layout
  return `${table}\n${width === undefined ? hint : wrappedProse(hint, width, { long: 'cut' })}`
}

function nameCell({ name, missing }: CustomerRow): Cell {
  return missing.length === 0 ? name : { text: name, style: 'yellow' }
}

/** What the customer sets itself: `anthropic, then openai (latency)`. */
function platformsCell({ platformsAllowed, routing }: CustomerRow): string {
  const { order = [], strategy } = routing
  const isNamed = (name: string) => order.some(route => route === name || route.startsWith(`${name}/`))
  const others = platformsAllowed?.filter(name => !isNamed(name)) ?? []
  const names = [order.join(', '), others.join(', ')].filter(Boolean).join(', then ')
  return [names, strategy && (names ? `(${strategy})` : strategy)].filter(Boolean).join(' ') || '-'
}

function environmentCell({ environment }: CustomerRow): Cell {
  if (isProduction({ environment: environment ?? undefined })) return { text: 'PROD', style: 'production' }
  return environment ?? '-'
}
