// Lines, blocks and braille dots as shapes: as letters of a font they would leave gaps between the rows.

interface Cell {
  width: number
  height: number
}

/** Which of its four arms a character has, and how strong: up, right, down, left. */
const ARMS: Record<string, readonly [number, number, number, number]> = {
  '─': [0, 1, 0, 1],
  '━': [0, 2, 0, 2],
  '│': [1, 0, 1, 0],
  '┃': [2, 0, 2, 0],
  '┌': [0, 1, 1, 0],
  '┐': [0, 0, 1, 1],
  '└': [1, 1, 0, 0],
  '┘': [1, 0, 0, 1],
  '├': [1, 1, 1, 0],
  '┤': [1, 0, 1, 1],
  '┬': [0, 1, 1, 1],
  '┴': [1, 1, 0, 1],
  '┼': [1, 1, 1, 1],
  '┏': [0, 2, 2, 0],
  '┓': [0, 0, 2, 2],
  '┗': [2, 2, 0, 0],
  '┛': [2, 0, 0, 2],
}
const LINE = 1.2
const BLOCKS = '▁▂▃▄▅▆▇█'

/** A run of one of these characters, drawn from `left` and `top` on; undefined for other texts. */
export function shapeOf(text: string, left: number, top: number, cell: Cell): string | undefined {
  const [first = ''] = text
  if (![...text].every(one => one === first)) return undefined
  const cells = [...text].map((_, at) => left + at * cell.width)
  if (first === '─' || first === '━')
    return box(
      left,
      top + cell.height / 2 - LINE * (first === '━' ? 1 : 0.5),
      cell.width * text.length,
      LINE * (first === '━' ? 2 : 1),
    )
  const arms = ARMS[first]
  if (arms) return cells.map(x => armsAt(arms, x, top, cell)).join('')
  const eighths = BLOCKS.indexOf(first) + 1
  if (eighths > 0) {
    const height = (cell.height * eighths) / 8
    return box(left, top + cell.height - height, cell.width * text.length, height)
  }
  const dots = first.charCodeAt(0) - 0x2800
  return dots > 0 && dots < 256 ? cells.map(x => dotsAt(dots, x, top, cell)).join('') : undefined
}

function armsAt(
  [up, right, down, left]: readonly [number, number, number, number],
  x: number,
  y: number,
  cell: Cell,
) {
  const [mx, my] = [x + cell.width / 2, y + cell.height / 2]
  const half = (Math.max(up, right, down, left) * LINE) / 2
  const [top, bottom] = [up ? y : my - half, down ? y + cell.height : my + half]
  const [start, end] = [left ? x : mx - half, right ? x + cell.width : mx + half]
  return [
    up || down ? box(mx - half, top, 2 * half, bottom - top) : '',
    left || right ? box(start, my - half, end - start, 2 * half) : '',
  ].join('')
}

/** Bits by row for the left and the right column. Source: unicode.org, Braille Patterns. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]

function dotsAt(bits: number, x: number, y: number, { width, height }: Cell): string {
  return DOTS.flatMap((row, down) =>
    row.map((bit, right) =>
      bits & bit
        ? `<circle cx="${(x + width * (0.25 + right / 2)).toFixed(1)}" cy="${(y + (height * (down + 0.5)) / 4).toFixed(1)}" r="1.25"/>`
        : '',
    ),
  ).join('')
}

function box(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${width.toFixed(2)}" height="${height.toFixed(2)}"/>`
}
