/** A tool's answer is cut here; more would push the question itself out of a model's sight. */
export const MOST_RESULT_BYTES = 48 * 1024

/** `text` cut to `most` bytes at a character boundary, saying what was cut. */
export function cut(text: string, most = MOST_RESULT_BYTES): { text: string; cutBytes: number } {
  if (text.length * 3 <= most) return { text, cutBytes: 0 }
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length <= most) return { text, cutBytes: 0 }
  let end = most
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  const shown = bytes.subarray(0, end).toString('utf8')
  const cutBytes = bytes.length - end
  return { text: `${shown}\n\n${notice(end, bytes.length)}`, cutBytes }
}

function notice(shown: number, total: number): string {
  const left = `the first ${kilobytes(shown)} of ${kilobytes(total)} are shown`
  return `[cut: ${left}; ask for less: a filter, a page, a shorter time range]`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KB`
}
