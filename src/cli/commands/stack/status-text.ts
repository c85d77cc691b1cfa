// A status report as people read it: first the customers with a problem and their servers, then a line for each other.

import { asTyped } from '../../../base/package-root.ts'
import { age, counted } from '../../../base/text/amounts.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import type { Customer } from '../../../config/project.ts'
import type { StatusReport, StatusRow } from '../../../stack/look/status.ts'
import { customerNames, productionCell } from '../../print/customer-names.ts'
import type { Layout } from '../../print/printer.ts'
import { wrappedProse } from '../../print/prose.ts'
import { STATE_STYLES } from '../../print/state-style.ts'
import { type Cell, type Column, type TableRow, tableText } from '../../print/table.ts'

export interface StatusTextOptions extends Layout {
  /** In the order of the configuration. */
  customers: readonly Customer[]
  /** `troubled`: servers are shown only where something is wrong with them. */
  unfold: 'troubled' | 'all'
  /** Milliseconds since the epoch. */
  now: number
}

const COLUMNS: Column[] = [
  { head: 'CUSTOMER', least: 32 },
  { head: '' },
  { head: 'STATE' },
  { head: 'TOOLS', align: 'right', rank: 5 },
  { head: 'MS', align: 'right', rank: 4 },
  { head: 'UP', align: 'right', rank: 3 },
  { head: 'RESTARTS', align: 'right', rank: 2 },
  { head: 'ENDPOINT', rank: 1 },
]

/** The table, troubled customers first, and a summary as its last line. */
export function statusText(report: StatusReport, options: StatusTextOptions): string {
  const { width, command, style } = options
  const groups = groupsOf(report, options).toSorted((a, b) => RANKS[a.kind] - RANKS[b.kind])
  const { ready, total } = report.summary
  const summary =
    total === 0
      ? 'no servers configured'
      : style(ready === total ? 'green' : 'red', `${ready} of ${total} ready`)
  if (groups.length === 0) return summary
  const rows = groups.flatMap(group => rowsOf(group, options))
  // Unfolded, every server has its own hint below it.
  const next = options.unfold === 'all' ? '' : asTyped(nextStep(groups), command)
  const steps = next === '' || width === undefined ? [next] : [wrappedProse(next, width)]
  return [tableText(COLUMNS, rows, options), ...steps.filter(Boolean), summary].join('\n')
}

interface Group {
  label: string
  customer: Customer | undefined
  id: string
  rows: StatusRow[]
  /** `idle`: none of its servers runs, and no start has failed. */
  kind: 'troubled' | 'idle' | 'ready' | 'empty'
}

const RANKS: Record<Group['kind'], number> = { troubled: 0, idle: 1, ready: 2, empty: 3 }

function groupsOf({ servers }: StatusReport, { customers }: StatusTextOptions): Group[] {
  const names = customerNames(customers)
  const known = new Map(customers.map(one => [one.id, one]))
  const byCustomer = Map.groupBy(servers, one => one.customer)
  // Includes customers that are no longer in the configuration and still have servers.
  return [...new Set([...known.keys(), ...byCustomer.keys()])].map(id => {
    const rows = byCustomer.get(id) ?? []
    return { id, customer: known.get(id), label: names.get(id) ?? id, rows, kind: kindOf(rows) }
  })
}

function kindOf(rows: readonly StatusRow[]): Group['kind'] {
  if (rows.length === 0) return 'empty'
  if (rows.every(isFine)) return 'ready'
  const isIdle = (one: StatusRow) =>
    one.state === 'stopped' && one.containerId === null && one.failedAt === null
  return rows.every(isIdle) ? 'idle' : 'troubled'
}

/** Ready, with nothing to do; a ready server whose credential has changed has a hint. */
function isFine({ state, hint }: StatusRow): boolean {
  return state === 'ready' && hint === ''
}

function rowsOf(group: Group, { unfold, now }: StatusTextOptions): TableRow[] {
  const { label, customer, rows, kind } = group
  const head = {
    cells: [{ text: label, style: 'bold' } as const, productionCell(customer), stateCell(group, unfold)],
  }
  if (unfold === 'all') return [head, ...rows.map(row => serverRow(row, now))]
  if (kind !== 'troubled') return [{ cells: [label, ...head.cells.slice(1)] }]
  return [head, ...rows.filter(one => !isFine(one)).map(row => serverRow(row, now))]
}

function stateCell({ rows, kind }: Group, unfold: StatusTextOptions['unfold']): Cell {
  if (kind === 'empty') return { text: 'no servers', style: 'dim' }
  const ready = rows.filter(one => one.state === 'ready')
  if (kind === 'idle') return { text: `${counted(rows.length, 'server')} not started`, style: 'yellow' }
  const count = `${ready.length} of ${rows.length} ready`
  if (kind !== 'ready') return { text: count, style: 'red' }
  const tools = ready.reduce((sum, one) => sum + (one.tools ?? 0), 0)
  return { text: unfold === 'all' ? count : `${count} · ${counted(tools, 'tool')}`, style: 'green' }
}

function serverRow(row: StatusRow, now: number): TableRow {
  const name = row.server === row.type || row.type === '' ? row.server : `${row.server} (${row.type})`
  return {
    cells: [
      `  ${name}`,
      '',
      { text: stateWords(row.state), style: STATE_STYLES[row.state] },
      row.tools === null ? '-' : String(row.tools),
      row.latencyMs === null ? '-' : row.latencyMs.toFixed(1),
      uptime(row, now),
      row.containerId === null ? '-' : String(row.restarts),
      row.endpoint ?? '-',
    ],
    // The reason of a ready server is its number of tools, which has a column.
    reason: isFine(row) ? '' : row.reason,
    hint: row.hint,
  }
}

/** States in which a server does not run, or never for long. */
const NOT_RUNNING: ReadonlySet<StatusRow['state']> = new Set(['stopped', 'crash_loop', 'missing_credentials'])

function uptime({ since, state }: StatusRow, now: number): string {
  const runs = !NOT_RUNNING.has(state)
  return since === null || !runs ? '-' : age(now - Date.parse(since))
}

/** The command that starts idle customers; all others have their hints below their rows. */
function nextStep(groups: readonly Group[]): string {
  const idle = groups.filter(one => one.kind === 'idle').map(one => one.id)
  if (idle.length === 0) return ''
  const names = idle.length > 3 || idle.length === groups.length ? [] : idle
  return `run \`${['supportmax up', ...names].join(' ')}\` to start them`
}
