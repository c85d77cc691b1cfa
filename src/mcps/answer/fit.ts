// Keeps answers below the size at which a client would cut them. A client cuts bytes, which breaks the JSON; here, long
// texts and lists are shortened, each says how much is missing, and the result is always whole JSON.
import { bytes as bytesText } from '../../base/text/amounts.ts'
import { withoutHalf } from './words.ts'

/** supportmax passes on 48 KB of a result. The rest is for secrets, which may be longer once hidden. */
export const MOST_ANSWER_BYTES = 46 * 1024

/** Bytes of the value as JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}

/** Longest text, and most entries of a list or an object, tried one after the other. */
const STEPS = [
  { text: 8_000, entries: 400 },
  { text: 2_000, entries: 200 },
  { text: 500, entries: 100 },
  { text: 200, entries: 40 },
  { text: 80, entries: 15 },
]

/** The value, with long texts and lists shortened only as far as needed for its JSON to have at most `most` bytes. */
export function fitted<T>(value: T, most: number): T | Shortened {
  if (bytesOf(value) <= most) return value
  for (const step of STEPS) {
    const shorter = shorten(value, step)
    if (bytesOf(shorter) <= most) return shorter as Shortened
  }
  return { cut: `${bytesText(bytesOf(value))} do not fit in one answer` }
}

type Shortened = Record<string, unknown>

function shorten(value: unknown, most: (typeof STEPS)[number]): unknown {
  if (typeof value === 'string') return shortenText(value, most.text)
  if (Array.isArray(value)) {
    const kept = value.slice(0, most.entries).map(each => shorten(each, most))
    return kept.length < value.length ? [...kept, `… [${value.length - kept.length} more]`] : kept
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const kept = entries
    .slice(0, most.entries)
    .map(([key, each]) => [shortenText(key, most.text), shorten(each, most)])
  const left = entries.length - kept.length
  return Object.fromEntries(left > 0 ? [...kept, ['…', `[${left} more]`]] : kept)
}

function shortenText(text: string, longest: number): string {
  if (text.length <= longest) return text
  const kept = withoutHalf(text.slice(0, longest))
  return `${kept}… [${text.length - kept.length} more characters]`
}
