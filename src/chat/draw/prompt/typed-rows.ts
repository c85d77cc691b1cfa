import { columnsOf } from '../../../base/text/columns.ts'
import type { Editor } from '../../typing/editor.ts'

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
    let [shown, used] = ['', 0]
    const breakAt = (columns: number) => {
      if (used + columns <= width) return
      rows.push(shown)
      shown = ''
      used = 0
    }
    for (const { segment, index } of graphemes.segment(line)) {
      const visible = visibleText(segment)
      breakAt(columnsOf(visible))
      if (start + index === cursor) [row, column] = [rows.length, used]
      shown += visible
      used += columnsOf(visible)
    }
    if (start + line.length === cursor) {
      // The cursor needs a column of its own behind the last character.
      breakAt(1)
      ;[row, column] = [rows.length, used]
    }
    rows.push(shown)
    start += line.length + 1
  }
  return around({ rows, row, column, above: 0, below: 0 }, Math.max(1, most))
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
