import { bytes } from '../../base/text/amounts.ts'
import { cutLists } from './cut-json.ts'

/** Most bytes of a tool result: a larger one would push the question out of a model's context. */
export const MOST_RESULT_BYTES = 48 * 1024

interface Truncated {
  text: string
  /** Bytes that were left out, or 0. */
  cutBytes: number
}

/**
 * `text` truncated to `most` bytes at a boundary of the data, with a note that says how much is shown and what to do. Of
 * JSON, whole items of its longest list are left out, so that it stays JSON and keeps its paging; of other text, the end,
 * from a line or at least a character.
 */
export function truncated(text: string, most: number): Truncated {
  if (text.length * 3 <= most) return { text, cutBytes: 0 }
  const total = Buffer.byteLength(text)
  if (total <= most) return { text, cutBytes: 0 }
  const { shown, what } = shortened(text, most)
  const size = Buffer.byteLength(shown)
  if (what === '') return { text: shown, cutBytes: 0 }
  return { text: `${shown}\n\n${notice(what)}`, cutBytes: total - size }
}

interface Shortened {
  shown: string
  /** What is shown of how much; empty if nothing had to be left out. */
  what: string
}

function shortened(text: string, most: number): Shortened {
  for (const at of jsonStarts(text)) {
    const head = text.slice(0, at)
    const cut = withoutOverflow(() => cutLists(text.slice(at), most - Buffer.byteLength(head)))
    if (cut) return { shown: `${head}${cut.text}`, what: cut.left === 0 ? '' : cut.shown }
  }
  return beginning(text, most)
}

/** JSON that is nested too deeply to be walked is cut as text. */
function withoutOverflow<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Where JSON may begin: at the start, or after a block of text before it. */
function jsonStarts(text: string): number[] {
  const starts = [...text.matchAll(/^[{[]/gm)].map(match => match.index)
  return starts.slice(0, 3)
}

function beginning(text: string, most: number): Shortened {
  const encoded = Buffer.from(text, 'utf8')
  let end = most
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--
  const whole = encoded.subarray(0, end).toString('utf8')
  const line = whole.lastIndexOf('\n')
  // A line may be longer than everything that can be shown.
  const shown = line > whole.length / 2 ? whole.slice(0, line) : whole
  return { shown, what: `the first ${bytes(Buffer.byteLength(shown))} of ${bytes(encoded.length)}` }
}

/** The model reads it. */
function notice(what: string): string {
  return `[truncated: showing ${what}; call the tool again with a filter, a page or a shorter time range to see the rest]`
}
