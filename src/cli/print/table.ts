// The one way in which commands print a table.

import { asTyped } from '../../base/package-root.ts'
import { redact } from '../../base/redact.ts'
import { columnsOf, cut, padded, wrapped } from '../../base/text/columns.ts'
import { replaceUnsafe } from '../../base/text/words.ts'
import type { Layout, Style } from './printer.ts'
import { wrappedProse } from './prose.ts'

export interface Column {
  head: string
  /** Numbers go on the right. */
  align?: 'left' | 'right'
  /** Columns with a rank are left out on a narrow terminal, the lowest rank first. */
  rank?: number
  /** Before any column is left out, the cells of this one are cut, down to this width. */
  least?: number
  /** Its cells are wrapped instead of cut. */
  wraps?: boolean
}

export type Cell = string | { text: string; style: Style }

export interface TableRow {
  cells: readonly Cell[]
  /** Printed in full below the row, wrapped: what is wrong, and what to do about it. */
  reason?: string
  hint?: string
}

const GAP = 2
const REASON_INDENT = '    '
const HINT_INDENT = '      '

/**
 * Heads and rows in aligned columns. On a terminal no line is wider than `width`: columns without a value disappear,
 * long cells end in an ellipsis or are wrapped, and a last line names the columns that were left out.
 */
export function tableText(columns: readonly Column[], rows: readonly TableRow[], layout: Layout): string {
  const { width, style } = layout
  const texts = rows.map(row => columns.map((_, at) => plainCell(row.cells[at] ?? '')))
  const natural = columns.map(({ head }, at) =>
    Math.max(columnsOf(head), ...texts.map(row => columnsOf(row[at] ?? ''))),
  )
  const { kept, hidden } = chooseColumns(columns, texts, natural, width)
  const widths = width === undefined ? natural : shrinkColumns(columns, natural, kept, width)
  const drawn = { columns, kept, widths, style }
  const head = columns.map((one): StyledText => ({ text: one.head, style: 'dim' }))
  return [
    ...linesOfRow(head, drawn),
    ...rows.flatMap((row, place) => {
      const cells = columns.map((_, at) => ({
        text: texts[place]?.[at] ?? '',
        style: styleOf(row.cells[at]),
      }))
      return [...linesOfRow(cells, drawn), ...detailOf(row, layout)]
    }),
    ...hiddenNote(hidden, width).map(text => style('dim', text)),
  ].join('\n')
}

interface StyledText {
  text: string
  style: Style | undefined
}

/** One line, or several where a cell is wrapped. */
function linesOfRow(
  cells: readonly StyledText[],
  {
    columns,
    kept,
    widths,
    style,
  }: { columns: readonly Column[]; kept: readonly number[]; widths: readonly number[] } & Pick<
    Layout,
    'style'
  >,
): string[] {
  const parts = kept.map(at => {
    const { text = '', style: look } = cells[at] ?? {}
    const width = widths[at] ?? 0
    const lines = columns[at]?.wraps ? wrapped(text, width, { long: 'cut' }).split('\n') : [text]
    return { look, width, lines: lines.map(one => cut(one, width)), side: sideOf(columns[at]) }
  })
  return Array.from({ length: Math.max(...parts.map(one => one.lines.length)) }, (_, place) =>
    parts
      .map(({ look, width, lines: { [place]: line = '' }, side }) => {
        const text = padded(line, width, side)
        return look === undefined || line === '' ? text : text.replace(line, () => style(look, line))
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}

/** Where the text of a column goes. */
function sideOf(column: Column | undefined): 'start' | 'end' {
  return column?.align === 'right' ? 'end' : 'start'
}

function styleOf(cell: Cell | undefined): Style | undefined {
  return typeof cell === 'object' ? cell.style : undefined
}

function plainCell(cell: Cell): string {
  // Before it is cut: half of a secret would not be recognised.
  return replaceUnsafe(redact(typeof cell === 'string' ? cell : cell.text), () => ' ')
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one + GAP, -GAP)
}

/** Which columns (by index) are shown, and the heads of those that would have had something to show. */
function chooseColumns(
  columns: readonly Column[],
  texts: readonly string[][],
  natural: readonly number[],
  width: number | undefined,
): { kept: number[]; hidden: string[] } {
  if (width === undefined) return { kept: columns.map((_, at) => at), hidden: [] }
  const hasValue = (at: number) => texts.some(row => !['', '-'].includes(row[at] ?? ''))
  let kept = columns.flatMap((_, at) => (hasValue(at) || at === 0 ? [at] : []))
  const order = kept
    .filter(at => columns[at]?.rank !== undefined)
    .toSorted((a, b) => (columns[a]?.rank ?? 0) - (columns[b]?.rank ?? 0))
  const least = (at: number) => Math.min(natural[at] ?? 0, columns[at]?.least ?? Number.POSITIVE_INFINITY)
  const hidden: string[] = []
  for (const at of order) {
    if (totalWidth(kept.map(least)) <= width) break
    kept = kept.filter(one => one !== at)
    hidden.push(columns[at]?.head ?? '')
  }
  return { kept, hidden }
}

/** Narrows the widest columns until the line fits: first those with a `least`, then, if that is not enough, all. */
function shrinkColumns(
  columns: readonly Column[],
  natural: readonly number[],
  kept: number[],
  width: number,
): number[] {
  const widths = [...natural]
  const floors = [(at: number) => columns[at]?.least ?? natural[at] ?? 0, () => 1]
  for (const floor of floors)
    while (totalWidth(kept.map(at => widths[at] ?? 0)) > width) {
      const widest = kept
        .filter(at => (widths[at] ?? 0) > floor(at))
        .toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0]
      if (widest === undefined) break
      widths[widest] = (widths[widest] ?? 0) - 1
    }
  return widths
}

function detailOf({ reason = '', hint = '' }: TableRow, { width, command }: Omit<Layout, 'style'>): string[] {
  return [
    ...(reason === '' ? [] : [`${REASON_INDENT}${plainCell(reason)}`]),
    ...(hint === '' ? [] : [`${HINT_INDENT}${asTyped(plainCell(hint), command)}`]),
  ].map(text => (width === undefined ? text : wrappedProse(text, width, { long: 'cut' })))
}

function hiddenNote(hidden: readonly string[], width: number | undefined): string[] {
  if (hidden.length === 0 || width === undefined) return []
  return [wrappedProse(`hidden at this width: ${hidden.join(', ')} (use --json or a wider terminal)`, width)]
}
