// The full block is left out: it would touch the line above.
const LEVELS = '▁▂▃▄▅▆▇'
const MIDDLE = '▄'

/** One character for each cell; a gap is blank, and a flat series is in the middle, or at the bottom if it is zero. */
export function sparkline(cells: readonly number[]): string {
  const known = cells.filter(one => !Number.isNaN(one))
  const [min, max] = [Math.min(...known), Math.max(...known)]
  return cells
    .map(one => {
      if (Number.isNaN(one)) return ' '
      if (min === max) return one === 0 ? LEVELS[0] : MIDDLE
      return LEVELS[Math.min(LEVELS.length - 1, Math.floor(((one - min) / (max - min)) * LEVELS.length))]
    })
    .join('')
}
