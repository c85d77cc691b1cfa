import type { ToolSpec } from '../../platforms/platform.ts'

export type Culprit =
  | { kind: 'tool'; index: number }
  /** Each tool is accepted alone, but at most `most` together. */
  | { kind: 'number'; most: number }
  | undefined

/**
 * Finds the tool that causes a rejection whose error names none, by bisection with at most ceil(log2 n) + 2 requests.
 * Undefined if even a single valid tool is rejected: then the tools are not the reason.
 */
export async function culpritOf(
  tools: readonly ToolSpec[],
  plain: ToolSpec,
  accepts: (tools: readonly ToolSpec[]) => Promise<boolean>,
): Promise<Culprit> {
  if (!(await accepts([plain]))) return undefined
  let accepted = 0
  let refused = tools.length
  while (refused - accepted > 1) {
    const half = Math.floor((accepted + refused) / 2)
    if (await accepts(tools.slice(0, half))) accepted = half
    else refused = half
  }
  const index = refused - 1
  const isAlone = index > 0 && (await accepts(tools.slice(index, refused)))
  return isAlone ? { kind: 'number', most: accepted } : { kind: 'tool', index }
}
