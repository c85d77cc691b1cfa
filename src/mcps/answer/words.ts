// Counts and words of the summaries.

/** Different words that a count lists; the rest is one number, so that no count can fill an answer. */
const MOST_WORDS = 25
const LONGEST_WORD = 100

/** Counts by word, most frequent first. Beyond 25 words, the rest is one entry, such as `(12 more)`. */
export function countBy<T>(all: readonly T[], wordOf: (item: T) => string): Record<string, number> {
  return capped([...tally(all, wordOf)].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])))
}

/** How many items have each word. */
export function tally<T>(all: readonly T[], wordOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of all) counts.set(wordOf(item), (counts.get(wordOf(item)) ?? 0) + 1)
  return counts
}

/** The first 25 counts as an object, and the sum of all others. Words that are equal once shortened are added up. */
export function capped(counts: readonly (readonly [string, number])[]): Record<string, number> {
  const shown = new Map<string, number>()
  for (const [word, count] of counts.slice(0, MOST_WORDS)) {
    const short = shortened(word, LONGEST_WORD)
    shown.set(short, (shown.get(short) ?? 0) + count)
  }
  const rest = counts.slice(MOST_WORDS)
  if (rest.length > 0)
    shown.set(
      `(${rest.length} more)`,
      rest.reduce((sum, [, count]) => sum + count, 0),
    )
  return Object.fromEntries(shown)
}

/** `1 alert`, `7 alerts`, `no alerts`. */
export function plural(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
}

/** The text with its first letter in upper case. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The text, cut at `longest` characters with an ellipsis. Never cuts a character in two. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${withoutHalf(text.slice(0, longest - 1))}…` : text
}

/** The text without half of a surrogate pair at its end. */
export function withoutHalf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '')
}

/** Seconds as `45s`, `12m`, `3h 5m` or `2d 4h`; `unknown` when it is not a number. */
export function span(seconds: number): string {
  if (Number.isNaN(seconds)) return 'unknown'
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`
}
