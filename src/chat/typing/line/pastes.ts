// Pasted blocks. A long one is shown as a mark in the line: 200 lines must not push the prompt off the screen.

export const MARK = /\[pasted #(\d+): \d+ (?:lines|characters)\]/g

/** A single line that is longer is a block, too. In characters. */
const MOST_TYPED = 2_000

/** What a paste adds to the line, and the blocks that then stand behind marks. */
export function blockOf(raw: string, pastes: readonly string[]): { text: string; pastes: readonly string[] } {
  const block = raw.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  const lines = block.split('\n').length
  if (lines === 1 && block.length <= MOST_TYPED) return { text: block, pastes }
  const size = lines === 1 ? `${block.length} characters` : `${lines} lines`
  return { text: `[pasted #${pastes.length + 1}: ${size}]`, pastes: [...pastes, block] }
}

/** The text with the pasted blocks in place of their marks. */
export function unfolded(text: string, pastes: readonly string[]): string {
  return text.replace(MARK, (mark, number) => pastes[Number(number) - 1] ?? mark)
}
