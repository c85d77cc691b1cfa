import { columnsOf } from '../../../base/text/columns.ts'
import type { ToneName } from './themes.ts'
import type { Piece } from './wrap.ts'

/** Its lines above and below, and its columns beside the text. */
export const FRAME_ROWS = 2
export const FRAME_COLUMNS = 4

/** Said in the frame of a dialog that does not take the keys yet. */
export const NOT_READY = 'the keys still go to the line below; wait a moment'

/** Corners from the top left on, then the lines. */
type Box = readonly [
  topLeft: string,
  topRight: string,
  left: string,
  right: string,
  across: string,
  down: string,
]

/** For what may change something. */
export const HEAVY: Box = ['┏', '┓', '┗', '┛', '━', '┃']
/** For what a server asks. */
export const LIGHT: Box = ['╭', '╮', '╰', '╯', '─', '│']

/** Lines that are no wider than the inside, in a frame. */
export function framed(
  lines: readonly Piece[][],
  width: number,
  { tone, box: [topLeft, topRight, left, right, across, down] }: { tone: ToneName; box: Box },
): Piece[][] {
  const edge = (begin: string, end: string): Piece[] => [
    { text: `${begin}${across.repeat(Math.max(0, width - 2))}${end}`, tones: [tone] },
  ]
  const side: Piece = { text: down, tones: [tone] }
  const inner = width - FRAME_COLUMNS
  const row = (line: Piece[]): Piece[] => {
    const columns = line.reduce((sum, piece) => sum + columnsOf(piece.text), 0)
    const space = ' '.repeat(Math.max(0, inner - columns))
    return [side, { text: ' ' }, ...line, { text: `${space} ` }, side]
  }
  return [edge(topLeft, topRight), ...lines.map(row), edge(left, right)]
}
