import { costText, wholeUsd } from '../../../base/money.ts'
import { counted, countText } from '../../../base/text/amounts.ts'
import type { CostKey, CostRow } from '../../../coordinator/figures/costs.ts'
import type { Layout } from '../../print/printer.ts'
import { wrappedProse } from '../../print/prose.ts'
import { type Column, tableText } from '../../print/table.ts'

export interface CostsTextOptions extends Layout {
  by: readonly CostKey[]
  since: Date
  /** Not included. */
  until: Date | undefined
  /** Undefined without any request. */
  total: CostRow | undefined
}

export function costsText(
  rows: readonly CostRow[],
  { by, since, until, total, ...layout }: CostsTextOptions,
): string {
  const period = `since ${minuteText(since)}${until ? `, until ${minuteText(until)}` : ''}`
  if (!total) return `no requests ${period}`
  const columns: Column[] = [
    ...by.map((key): Column => ({ head: key.toUpperCase(), least: 10 })),
    { head: 'REQUESTS', align: 'right', rank: 3 },
    { head: 'TOKENS IN', align: 'right', rank: 2 },
    { head: 'FROM CACHE', align: 'right', rank: 1 },
    { head: 'TOKENS OUT', align: 'right', rank: 2 },
    { head: 'COST', align: 'right' },
  ]
  const table = tableText(
    columns,
    // A check on nobody's behalf has no customer.
    rows.map(row => ({ cells: [...row.values.map(value => value || '-'), ...figureCells(row)] })),
    layout,
  )
  const sum = `${costText(total.cost)} for ${counted(total.requests, 'request')} ${period}`
  const notes = total.cost.unknown === 0 ? [sum] : [sum, UNKNOWN]
  return [table, ...notes.map(note => (layout.width ? wrappedProse(note, layout.width) : note))].join('\n')
}

function figureCells({ requests, usage, cost }: CostRow): string[] {
  const tokens = [usage?.inputTokens, usage?.cacheReadTokens, usage?.outputTokens]
  return [
    countText(requests),
    ...tokens.map(count => (count === undefined ? '-' : countText(count))),
    costText(cost),
  ]
}

const UNKNOWN =
  'unknown: the model has no price (set "prices"), or the tokens were not counted, as in a cancelled request'

/** For spreadsheets (RFC 4180). `cost_usd` is empty if nothing of it is known. */
export function costsCsv(rows: readonly CostRow[], by: readonly CostKey[]): string {
  const head = [
    ...by,
    'requests',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'cost_usd',
    'unknown_costs',
  ]
  const lines = rows.map(({ values, requests, usage, cost }) => [
    ...values,
    requests,
    usage?.inputTokens ?? '',
    usage?.outputTokens ?? '',
    usage?.cacheReadTokens ?? '',
    usage?.cacheWriteTokens ?? '',
    wholeUsd(cost) === null && cost.usd === 0 ? '' : Number(cost.usd.toFixed(9)),
    cost.unknown,
  ])
  return [head, ...lines].map(cells => cells.map(cellText).join(',')).join('\r\n')
}

/** A leading `=`, `+`, `-` or `@` would be a formula in a spreadsheet. */
function cellText(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** In this machine's zone. */
function minuteText(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16).replace('T', ' ')
}
