import { columnsOf } from '../../../base/text/columns.ts'
import type { Editor } from '../../typing/line/editor.ts'

/** The typed text as rows of a screen. */
export interface TypedRows {
  rows: string[]
  /** Where the cursor is: index of its row, and columns before it. */
  row: number
  column: number
  /** Rows that are not shown. */
  above: number
  below: number
}

const graphemes = new Intl.Segmenter()

/** The text broken at `width` columns, as a terminal does it; at most `most` rows, around the cursor. */
export function typedRows(
  { text, cursor }: Pick<Editor, 'text' | 'cursor'>,
  width: number,
  most: number,
): TypedRows {
  const rows: string[] = []
  let [row, column, start] = [0, 0, 0]
  for (const line of text.split('\n')) {
    const isHere = cursor >= start && cursor <= start + line.length
    const drawn = PLAIN.test(line)
      ? plainRows(line, cursor - start, width)
      : brokenRows(line, cursor - start, width)
    if (isHere) [row, column] = [rows.length + drawn.row, drawn.column]
    // The cursor needs a column of its own behind the last character.
    if (isHere || drawn.rows.length === 1 || drawn.rows.at(-1) !== '') rows.push(...drawn.rows)
    else rows.push(...drawn.rows.slice(0, -1))
    start += line.length + 1
  }
  return around({ rows, row, column, above: 0, below: 0 }, Math.max(1, most))
}

/** One column a character: most lines, so that a paste of many thousands stays quick. */
const PLAIN = /^[ -~]*$/

interface LineRows {
  /** Ends with an empty row if the last one is full. */
  rows: string[]
  row: number
  column: number
}

function plainRows(line: string, cursor: number, width: number): LineRows {
  const rows = Array.from({ length: Math.floor(line.length / width) + 1 }, (_, i) =>
    line.slice(i * width, (i + 1) * width),
  )
  return { rows, row: Math.floor(cursor / width), column: cursor % width }
}

function brokenRows(line: string, cursor: number, width: number): LineRows {
  const rows: string[] = []
  let [row, column, shown, used] = [0, 0, '', 0]
  const breakAt = (columns: number) => {
    if (used + columns <= width) return
    rows.push(shown)
    shown = ''
    used = 0
  }
  for (const { segment, index } of graphemes.segment(line)) {
    const visible = visibleText(segment)
    breakAt(columnsOf(visible))
    if (index === cursor) [row, column] = [rows.length, used]
    shown += visible
    used += columnsOf(visible)
  }
  breakAt(1)
  if (cursor >= line.length) [row, column] = [rows.length, used]
  return { rows: [...rows, shown], row, column }
}

/** A prompt taller than the screen could not be redrawn. */
function around(all: TypedRows, most: number): TypedRows {
  const { rows, row } = all
  if (rows.length <= most) return all
  const from = Math.min(Math.max(0, row - Math.floor(most / 2)), rows.length - most)
  const below = rows.length - from - most
  return { ...all, rows: rows.slice(from, from + most), row: row - from, above: from, below }
}

/** Pasted text can hold characters that would move the terminal's own cursor. */
function visibleText(segment: string): string {
  if (segment === '\t') return ' '
  return /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(segment) ? '·' : segment
}
