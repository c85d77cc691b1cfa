const CELLS = 10
/** On a narrower terminal, the names need the room. */
const LEAST_COLUMNS = 60

/** `[#####x----] `: how much of the work is done, and has failed; empty where there is nothing to compare, or no room. */
export function barText(
  { reached, failed, total }: { reached: number; failed: number; total: number },
  columns: number,
): string {
  if (total < 2 || columns < LEAST_COLUMNS) return ''
  // Full only when everything is done, and one failure is always seen.
  const bad = failed === 0 ? 0 : Math.max(1, Math.floor((failed / total) * CELLS))
  const good = Math.min(CELLS - bad, Math.floor((reached / total) * CELLS))
  return `[${'#'.repeat(good)}${'x'.repeat(bad)}${'-'.repeat(CELLS - good - bad)}] `
}
