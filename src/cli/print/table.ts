// The one way in which commands print a table.

import { asTyped } from '../../base/package-root.ts'
import { redact } from '../../base/redact.ts'
import { columnsOf, cut, padded } from '../../base/text/columns.ts'
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
 * long cells end in an ellipsis, and a last line names the columns that were left out.
 */
export function tableText(columns: readonly Column[], rows: readonly TableRow[], layout: Layout): string {
  const { width, style } = layout
  const texts = rows.map(row => columns.map((_, at) => plainCell(row.cells[at] ?? '')))
  const natural = columns.map(({ head }, at) =>
    Math.max(columnsOf(head), ...texts.map(row => columnsOf(row[at] ?? ''))),
  )
  const { kept, hidden } = chooseColumns(columns, texts, natural, width)
  const widths = width === undefined ? natural : shrinkColumns(columns, natural, kept, width)
  const line = (cellAt: (at: number) => string, styleAt: (at: number) => Style | undefined) =>
    kept
      .map(at => {
        const cell = cut(cellAt(at), widths[at] ?? 0)
        const text = padded(cell, widths[at] ?? 0, columns[at]?.align === 'right' ? 'end' : 'start')
        const look = styleAt(at)
        return look === undefined || cell === '' ? text : text.replace(cell, () => style(look, cell))
      })
      .join(' '.repeat(GAP))
      .trimEnd()
  return [
    line(
      at => columns[at]?.head ?? '',
      () => 'dim',
    ),
    ...rows.flatMap((row, place) => [
      line(
        at => texts[place]?.[at] ?? '',
        at => styleOf(row.cells[at]),
      ),
      ...detailOf(row, layout),
    ]),
    ...hiddenNote(hidden, width).map(text => style('dim', text)),
  ].join('\n')
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
