// Ink goes down to the last row of what it drew, and counts upwards from there. A terminal that loses rows drops those below
// the cursor first: the way down then ends early, and the way up in finished lines, which would be overwritten. Ink hears of
// the new size later. Counted from the cursor, the same moves end where they should.

const DOWN = /\u001b\[(\d+)B\u001b\[1G/
const UP = /(?:\u001b\[(\d+)A)?/
const ERASED = /((?:\u001b\[2K\u001b\[1A)*)\u001b\[2K\u001b\[G/
const MOVES = new RegExp(DOWN.source + UP.source, 'g')
const ERASURE = new RegExp(DOWN.source + ERASED.source + UP.source)
/** Where a frame leaves the cursor. */
const PLACED = /(?:(?:\u001b\[\d+A)?\u001b\[\d+G\u001b\[\?25h)?$/
/** Goes no further than the last row, where a line feed scrolls. */
const NEXT_LINE = /\u001b\[E/g

/** A frame of Ink's with all moves counted from the cursor. */
export function fromCursor(frame: string): string {
  if (!DOWN.test(frame)) return frame
  const erased = frame.replace(ERASURE, (_, down: string, rows: string, up?: string) =>
    moved(Number(down) - rows.length / ERASED_ROW - Number(up ?? 0), up === undefined ? '\u001b[J' : ''),
  )
  const isShorter = erased !== frame && !erased.includes('\u001b[J')
  return erased
    .replace(MOVES, (_, down: string, up = '0') => moved(Number(down) - Number(up)))
    .replace(NEXT_LINE, '\n')
    .replace(PLACED, placed => (isShorter ? `\u001b[J${placed}` : placed))
}

const ERASED_ROW = '\u001b[2K\u001b[1A'.length

/** Down by line feeds, as a row may be missing there. */
function moved(rows: number, then = ''): string {
  return `${rows < 0 ? `\u001b[${-rows}A` : '\n'.repeat(rows)}\u001b[1G${then}`
}
