import { closest, distance } from 'fastest-levenshtein'

/** The known word that was probably meant, whole or by its beginning; undefined if none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > 100) return undefined
  const lower = word.toLowerCase()
  const best = closest(lower, known)
  const isClose = distance(lower, best.toLowerCase()) <= Math.max(1, Math.floor(word.length / 3))
  return isClose ? best : nearestBeginning(lower, known)
}

/** A shorter beginning fits too many words. */
const SHORTEST_BEGINNING = 3
/** A shorter one must be the same: `gpt-9` is not meant to be `gpt-5-mini`. */
const SHORTEST_MISTYPED = 8

/** The known word that begins like this one, or with which this one begins. */
function nearestBeginning(lower: string, known: readonly string[]): string | undefined {
  const far = (one: string) => {
    const length = Math.min(one.length, lower.length)
    const isWhole = length === lower.length || /[ _-]/.test(lower[length] ?? '')
    return isWhole && length >= SHORTEST_BEGINNING
      ? distance(lower.slice(0, length), one.slice(0, length).toLowerCase()) / length
      : Number.POSITIVE_INFINITY
  }
  const [best] = known.map(one => ({ one, far: far(one) })).sort((a, b) => a.far - b.far)
  const most = lower.length < SHORTEST_MISTYPED ? 0 : 1 / 4
  return best && best.far <= most ? best.one : undefined
}

/** The known words that are most like this one, best first. */
export function nearestOf(word: string, known: readonly string[], most: number): string[] {
  const lower = word.toLowerCase().slice(0, 100)
  const score = (one: string) => distance(lower, one.toLowerCase()) / Math.max(lower.length, one.length)
  // Once for each: a list of models may have a hundred thousand names.
  const scored = known.map(one => ({ one, score: score(one) }))
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ one }) => one)
}

/** ` (did you mean "x"?)`, or an empty text. */
export function didYouMean(word: string, known: readonly string[]): string {
  const best = nearest(word, known)
  return best === undefined ? '' : ` (did you mean "${best}"?)`
}

/** `"a", "b"`. */
export function quotedList(words: readonly string[], between = ', '): string {
  return words.map(word => `"${word}"`).join(between)
}

/** `a, b, c and 9 more`. */
export function firstOf(words: readonly string[], most = 8): string {
  const more = words.length - most
  return `${words.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

// Control characters, bidirectional marks and code units that are not characters: a terminal or a YAML parser would
// interpret them, and a reader would be fooled by them.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\p{Surrogate}]+/gu

/** `text` with every run of such characters replaced. */
export function replaceUnsafe(text: string, instead: (run: string) => string): string {
  return text.replace(UNSAFE, instead)
}

/** `\u202e` for every such character, as JSON and YAML write it. */
export function escapeUnsafe(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return replaceUnsafe(text, run => run.split('').map(escaped).join(''))
}

/** Untrusted text, made safe for one line of a terminal: no control characters, at most `longest` characters. */
export function oneLine(text: string, longest = 300): string {
  const flat = replaceUnsafe(text, () => ' ').trim()
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat
}

/** A sentence as a part of a longer one: without its full stop. */
export function asClause(text: string): string {
  return text.replace(/(?<!\.)\.$/, '')
}
