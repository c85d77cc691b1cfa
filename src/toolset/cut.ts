import { bytes } from '../base/text/amounts.ts'

/** Most bytes of a tool result: a larger one would push the question out of a model's context. */
export const MOST_RESULT_BYTES = 48 * 1024

/** `text` truncated to `most` bytes at a character boundary, with a note that says so and what to do. */
export function truncated(text: string, most: number): { text: string; cutBytes: number } {
  if (text.length * 3 <= most) return { text, cutBytes: 0 }
  const encoded = Buffer.from(text, 'utf8')
  if (encoded.length <= most) return { text, cutBytes: 0 }
  let end = most
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--
  const shown = encoded.subarray(0, end).toString('utf8')
  const cutBytes = encoded.length - end
  return { text: `${shown}\n\n${notice(end, encoded.length)}`, cutBytes }
}

/** The model reads it. */
function notice(shown: number, total: number): string {
  const left = `showing the first ${bytes(shown)} of ${bytes(total)}`
  return `[truncated: ${left}; call the tool again with a filter, a page or a shorter time range to see the rest]`
}
