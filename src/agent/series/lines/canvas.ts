// A grid of dots, two by four in each character.

export interface Canvas {
  /** Dots from the left and from the top. */
  line(from: [x: number, y: number], to: [x: number, y: number]): void
  rows(): string[]
}

const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]
const NO_DOT = 0x2800

/** @param columns characters @param lines characters */
export function openCanvas(columns: number, lines: number): Canvas {
  const cells = new Uint8Array(columns * lines)
  function dot(x: number, y: number): void {
    const cell = Math.floor(y / 4) * columns + Math.floor(x / 2)
    cells[cell] = (cells[cell] ?? 0) | (BITS[y % 4]?.[x % 2] ?? 0)
  }
  return {
    line([x1, y1], [x2, y2]) {
      const steps = Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1), 1)
      for (let i = 0; i <= steps; i++)
        dot(Math.round(x1 + ((x2 - x1) * i) / steps), Math.round(y1 + ((y2 - y1) * i) / steps))
    },
    rows: () =>
      Array.from({ length: lines }, (_, row) =>
        [...cells.subarray(row * columns, (row + 1) * columns)]
          .map(bits => (bits === 0 ? ' ' : String.fromCodePoint(NO_DOT + bits)))
          .join(''),
      ),
  }
}
