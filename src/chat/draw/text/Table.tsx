import { Box } from 'ink'
import type { Tokens } from 'marked'
import type { ReactNode } from 'react'
import { columnsOf } from '../../../base/text/columns.ts'
import { inlinePieces } from './inline.ts'
import { Lines, Rows, unkeyed } from './Rows.tsx'
import { severityTone } from './severity.ts'
import type { ToneName } from './themes.ts'
import { type Piece, wrapped } from './wrap.ts'

interface TableProps {
  table: Tokens.Table
  width: number
  /** Empty lines above it. */
  above: number
}

type Cell = Piece[]
type Align = Tokens.Table['align'][number]

/** In columns, with the widest cells wrapped; on a screen too narrow for that, each row as `head: cell` lines. */
export function Table({ table, width, above }: TableProps): ReactNode {
  const rows = [table.header, ...table.rows].map((row, at) =>
    row.map(cell => inlinePieces(cell.tokens, at === 0 ? ['strong'] : cellTones(cell))),
  )
  const widths = fittingWidths(rows, width)
  return (
    <Box flexDirection="column" marginTop={above}>
      {widths ? (
        <Lines lines={columnLines(rows, widths, table.align)} />
      ) : (
        <Records rows={rows} width={width} />
      )}
    </Box>
  )
}

function cellTones({ text }: Tokens.TableCell): ToneName[] {
  const tone = severityTone(text)
  return tone ? [tone] : []
}

/** A cell that is narrower than this is harder to read than a list. */
const LEAST_COLUMNS = 8
const GAP = ' │ '

/** Each column as wide as its widest cell, or the widest ones narrowed until all fit; undefined if they cannot. */
function fittingWidths(rows: readonly Cell[][], width: number): number[] | undefined {
  const columns = rows[0]?.map((_, i) => Math.max(...rows.map(row => cellWidth(row[i])))) ?? []
  const widths = columns.map(one => Math.min(one, width))
  let excess = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (widths.length - 1) - width
  for (; excess > 0; excess--) {
    const widest = Math.max(...widths)
    if (widest <= LEAST_COLUMNS) return undefined
    widths[widths.lastIndexOf(widest)] = widest - 1
  }
  return widths
}

/** All lines; a rule between rows where a cell takes several, or nobody could tell which lines belong together. */
function columnLines(rows: readonly Cell[][], widths: readonly number[], align: readonly Align[]): Piece[][] {
  const wrappedRows = rows.map(row => row.map((cell, i) => wrapped(cell, widths[i] ?? 1)))
  const isTall = wrappedRows.some(row => row.some(cell => cell.length > 1))
  const rule: Piece[] = [{ text: widths.map(one => '─'.repeat(one)).join('─┼─'), tones: ['quiet'] }]
  return wrappedRows.flatMap((row, at) => {
    const height = Math.max(...row.map(cell => cell.length))
    const lines = Array.from({ length: height }, (_, line) =>
      row.flatMap((cell, i) => [
        ...(i > 0 ? [{ text: GAP }] : []),
        ...aligned(cell[line] ?? [], widths[i] ?? 0, align[i] ?? null),
      ]),
    )
    return isTall && at > 0 ? [rule, ...lines] : lines
  })
}

function aligned(line: readonly Piece[], width: number, align: Align): Piece[] {
  const space = Math.max(0, width - columnsOf(textOf(line)))
  const before = align === 'right' ? space : align === 'center' ? Math.floor(space / 2) : 0
  return [{ text: ' '.repeat(before) }, ...line, { text: ' '.repeat(space - before) }]
}

function Records({ rows: [head = [], ...rows], width }: { rows: Cell[][]; width: number }): ReactNode {
  return unkeyed(rows, (row, at) => (
    <Box flexDirection="column" marginTop={at > 0 ? 1 : 0}>
      {unkeyed(row, (cell, i) => (
        <Rows pieces={[{ text: `${textOf(head[i] ?? [])}: ` }, ...cell]} width={width} hang={2} />
      ))}
    </Box>
  ))
}

function cellWidth(cell: Cell = []): number {
  return Math.max(...textOf(cell).split('\n').map(columnsOf))
}

function textOf(cell: readonly Piece[]): string {
  return cell.map(piece => piece.text).join('')
}
