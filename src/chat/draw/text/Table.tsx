import { Box } from 'ink'
import type { Tokens } from 'marked'
import type { ReactNode } from 'react'
import { columnsOf } from '../../../base/text/columns.ts'
import { inlinePieces } from './inline.ts'
import { Rows, unkeyed } from './Rows.tsx'
import type { Piece } from './wrap.ts'

interface TableProps {
  table: Tokens.Table
  width: number
  /** Empty lines above it. */
  above: number
}

type Cell = Piece[]

/** Columns if they fit, else each row as `head: cell` lines. */
export function Table({ table, width, above }: TableProps): ReactNode {
  const rows = [table.header, ...table.rows].map(row => row.map(cell => inlinePieces(cell.tokens)))
  const widths = table.header.map((_, i) => Math.max(...rows.map(row => columnsOf(textOf(row[i])))))
  const needed = widths.reduce((sum, one) => sum + one + 3, -3)
  const lines = needed <= width ? rows.map((row, at) => columnLine(row, widths, at === 0)) : rowLines(rows)
  return (
    <Box flexDirection="column" marginTop={above}>
      {unkeyed(lines, line => (
        <Rows pieces={line} width={width} hang={2} />
      ))}
    </Box>
  )
}

function columnLine(row: Cell[], widths: number[], isHead: boolean): Piece[] {
  return row.flatMap((cell, i) => {
    const text = textOf(cell)
    const space = i < row.length - 1 ? ' '.repeat((widths[i] ?? 0) - columnsOf(text)) : ''
    const shown: Piece[] = isHead ? [{ text, tones: ['strong'] }] : cell
    return [...(i > 0 ? [{ text: ' │ ' }] : []), ...shown, { text: space }]
  })
}

function rowLines([head = [], ...rows]: Cell[][]): Piece[][] {
  return rows.flatMap(row => row.map((cell, i) => [{ text: `${textOf(head[i])}: ` }, ...cell]))
}

function textOf(cell: Cell | undefined): string {
  return (cell ?? []).map(piece => piece.text).join('')
}
