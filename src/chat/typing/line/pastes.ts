// Pasted blocks. A long one is shown as a mark in the line: 200 lines must not push the prompt off the screen.

export const MARK = /\[(?:pasted|alert) #(\d+): (?:[^[\]\n]{1,200} · )?\d+ (?:lines|characters)\]/g

/** A single line that is longer is a block, too. In characters. */
const MOST_TYPED = 2_000

/**
 * What a paste adds to the line, and all blocks that have a mark by then.
 *
 * @param alert the alert that it is, in a few words
 */
export function blockOf(
  raw: string,
  pastes: readonly string[],
  alert?: string,
): { text: string; pastes: readonly string[] } {
  const block = raw.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  const lines = block.split('\n').length
  if (lines === 1 && block.length <= MOST_TYPED && alert === undefined) return { text: block, pastes }
  const size = lines === 1 ? `${block.length} characters` : `${lines} lines`
  const what =
    alert === undefined ? `pasted #${pastes.length + 1}: ` : `alert #${pastes.length + 1}: ${alert} · `
  return { text: `[${what}${size}]`, pastes: [...pastes, block] }
}

/** The text with the pasted blocks in place of their marks. */
export function unfolded(text: string, pastes: readonly string[]): string {
  return text.replace(MARK, (mark, number) => pastes[Number(number) - 1] ?? mark)
}
