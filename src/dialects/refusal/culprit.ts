import type { ToolSpec } from '../../platforms/platform.ts'

export type Culprit =
  | { kind: 'tool'; place: number }
  /** Each of them is taken alone; together no more than these. */
  | { kind: 'number'; most: number }
  | undefined

/**
 * The first tool for which a request is refused, where the error names none: halves are tried, at most
 * ceil(log2 n) + 2 requests. undefined where it is refused with one plain tool, too: then it is not the tools.
 */
export async function culpritOf(
  tools: readonly ToolSpec[],
  plain: ToolSpec,
  accepts: (tools: readonly ToolSpec[]) => Promise<boolean>,
): Promise<Culprit> {
  if (!(await accepts([plain]))) return undefined
  let taken = 0
  let refused = tools.length
  while (refused - taken > 1) {
    const half = Math.floor((taken + refused) / 2)
    if (await accepts(tools.slice(0, half))) taken = half
    else refused = half
  }
  const place = refused - 1
  const isAlone = place > 0 && (await accepts(tools.slice(place, refused)))
  return isAlone ? { kind: 'number', most: taken } : { kind: 'tool', place }
}
