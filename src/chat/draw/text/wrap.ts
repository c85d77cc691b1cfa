import { columnsOf } from '../../../base/text/columns.ts'
import type { ToneName } from './themes.ts'

/** A stretch of text in one style. */
export interface Piece {
  text: string
  tones?: readonly ToneName[]
}

/**
 * Pieces as lines of at most `width` columns, broken at spaces. A break drops its spaces, which Ink's own
 * wrapping would leave at the end of the line or the start of the next. Words that fit on no line are cut. Lines after a
 * paragraph's first begin with `hang` spaces.
 */
export function wrapped(pieces: readonly Piece[], width: number, hang = 0): Piece[][] {
  const text = pieces.map(piece => piece.text).join('')
  const lines: Piece[][] = []
  let from = 0
  for (const paragraph of text.split('\n')) {
    for (const [i, [start, end]] of lineEnds(paragraph, width, hang).entries()) {
      const line = piecesBetween(pieces, from + start, from + end)
      lines.push(i > 0 && hang > 0 ? [{ text: ' '.repeat(hang) }, ...line] : line)
    }
    from += paragraph.length + 1
  }
  return lines
}

/** Where the lines of one paragraph begin and end; spaces at a break belong to no line. */
function lineEnds(text: string, width: number, hang: number): [from: number, to: number][] {
  const lines: [number, number][] = []
  let [from, to, used, most] = [0, 0, 0, width]
  const next = (at: number) => {
    lines.push([from, to])
    from = to = at
    used = 0
    most = Math.max(1, width - hang)
  }
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const columns = columnsOf(word)
    const gap = index - to
    if (used + gap + columns <= most) used += gap
    else if (to > from) next(index)
    else from = index
    for (const { segment, index: at } of graphemes.segment(columns > most ? word : '')) {
      if (used + columnsOf(segment) > most && to > from) next(index + at)
      used += columnsOf(segment)
      to = index + at + segment.length
    }
    if (columns <= most) used += columns
    to = index + word.length
  }
  lines.push([from, to])
  return lines
}

function piecesBetween(pieces: readonly Piece[], from: number, to: number): Piece[] {
  let at = 0
  return pieces.flatMap(piece => {
    const text = piece.text.slice(Math.max(0, from - at), Math.max(0, to - at))
    at += piece.text.length
    return text ? [{ ...piece, text }] : []
  })
}

const graphemes = new Intl.Segmenter()
