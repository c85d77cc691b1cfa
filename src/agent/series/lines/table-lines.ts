import { countText } from '../../../base/text/amounts.ts'
import { columnsOf, cut, padded } from '../../../base/text/columns.ts'
import type { Chart } from '../chart.ts'
import type { SeriesTable } from '../table.ts'
import { figuresOf } from '../thin.ts'
import { numberText, rangeText } from '../words.ts'
import { shortName } from './short-name.ts'
import { sparkline } from './sparkline.ts'

const INDENT = '    '
const NARROWEST_NAME = 10

/** `name  ▁▂▃▅▇  min 1  max 5  last 3` for each series, and the time range. In at most `width` columns. */
export function tableLines(table: SeriesTable, number: number | undefined, width: number): string[] {
  const { rows } = table
  const figures = (['min', 'max', 'last'] as const).map(key =>
    aligned(rows.map(row => `${key} ${numberText(row[key])}`)),
  )
  const sparks = rows.map(({ cells }) => sparkline(cells))
  const longest = Math.max(...rows.map(({ name }) => columnsOf(name)))
  const room = (parts: readonly string[][]) =>
    width - INDENT.length - parts.reduce((sum, part) => sum + 2 + columnsOf(part[0] ?? ''), 0)
  // What a narrow window has no room for is left out: first the minimum, then the maximum.
  const parts = [[sparks, ...figures], [sparks, ...figures.slice(1)], [sparks, ...figures.slice(2)], [sparks]]
  const least = Math.min(longest, NARROWEST_NAME)
  const shown = parts.find(one => room(one) >= least) ?? []
  const names = rows.map(({ name }) => shortName(name, Math.max(least, room(shown))))
  const nameWidth = Math.max(...names.map(columnsOf))
  const lines = rows.map((_, i) =>
    [padded(names[i] ?? '', nameWidth), ...shown.map(part => part[i])].join('  ').trimEnd(),
  )
  return [...lines, ending(table, number)].map(line => cut(`${INDENT}${line}`, width))
}

function aligned(texts: readonly string[]): string[] {
  const widest = Math.max(...texts.map(columnsOf))
  return texts.map(text => padded(text, widest))
}

function ending({ from, to, more }: SeriesTable, number: number | undefined): string {
  const where = number === undefined ? '' : `: /plot ${number}`
  return `${rangeText(from, to)}${more > 0 ? ` · and ${more} more${where}` : ''}`
}

/** For people who hear it: without curves. */
export function tableWords({ rows, from, to, more }: SeriesTable): string[] {
  const lines = rows.map(
    ({ name, min, max, last }) =>
      `  ${name}: from ${numberText(min)} to ${numberText(max)}, last ${numberText(last)}`,
  )
  const others = more > 0 ? `, and ${countText(more)} more series` : ''
  return [...lines, `  ${rangeText(from, to)}${others}`]
}

export function chartWords({ series, from, to, more }: Chart): string[] {
  const rows = series.map(({ name, values }) => ({ name, cells: [], ...figuresOf(values) }))
  return tableWords({ rows, from, to, more })
}
