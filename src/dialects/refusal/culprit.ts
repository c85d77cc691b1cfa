import type { ToolSpec } from '../../platforms/platform.ts'

export type Culprit =
  | { kind: 'tool'; index: number }
  /** Each tool is accepted alone, but at most `most` together. */
  | { kind: 'number'; most: number }
  /** All of them were accepted the second time: the rejection was not about the request. */
  | { kind: 'passing' }
  /** Even a single valid tool is rejected: not one of these tools is the reason. */
  | { kind: 'other' }

/**
 * Finds the tool that causes a rejection whose error names none, by trying one valid tool, all of them again, and then
 * halves: at most ceil(log2 n) + 3 requests. Whatever is found was rejected twice.
 */
export async function culpritOf(
  tools: readonly ToolSpec[],
  plain: ToolSpec,
  accepts: (tools: readonly ToolSpec[]) => Promise<boolean>,
): Promise<Culprit> {
  if (!(await accepts([plain]))) return { kind: 'other' }
  if (await accepts(tools)) return { kind: 'passing' }
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
