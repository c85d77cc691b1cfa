// How severe the words are that people write into a severity label.
import { shortened } from '../answer/words.ts'

/** The worst first; words of one line are equally severe. */
const WORST_FIRST = [
  'emergency emerg panic disaster catastrophic fatal blocker page pager sev0 p0',
  'critical crit alert urgent highest severe sev1 p1',
  'error err high major important sev2 p2',
  'UNKNOWN',
  'warning warn medium moderate average sev3 p3',
  'minor sev4 p4',
  'low lowest sev5 p5',
  'notice info information informational',
  'debug trace ok none',
].map(line => line.split(' '))

const RANKS = new Map(WORST_FIRST.flatMap((words, rank) => words.map(word => [word, rank] as const)))
const UNKNOWN = WORST_FIRST.findIndex(([word]) => word === 'UNKNOWN')

/** 0 is the worst. Unknown words rank between critical and warning, so that no page of warnings hides them. */
export function severityRank(word: string): number {
  return knownRank(word) ?? UNKNOWN
}

function knownRank(word: string): number | undefined {
  const text = word.trim().toLowerCase()
  const [first = ''] = text.split(/[^\p{L}\p{N}]+/u)
  return RANKS.get(canonical(text)) ?? RANKS.get(first)
}

/** `SEV-1`, `Severity 1` and `s1` → `sev1`; `Priority 2` and `prio-2` → `p2`. */
function canonical(word: string): string {
  return word
    .replace(/[\s_-]+/g, '')
    .replace(/^(?:severity|sev|s)(?=\d$)/, 'sev')
    .replace(/^(?:priority|prio|p)(?=\d$)/, 'p')
}

const MOST_NAMED = 5

/** ` Unknown severity, ranked between critical and warning: zonk.`, or an empty text. */
export function unknownSeverities(words: readonly string[]): string {
  const unknown = [...new Set(words)].filter(word => knownRank(word) === undefined)
  if (unknown.length === 0) return ''
  const named = unknown.slice(0, MOST_NAMED).map(word => shortened(word, 40))
  const more = unknown.length > MOST_NAMED ? [`${unknown.length - MOST_NAMED} more`] : []
  return ` Unknown severity, ranked between critical and warning: ${[...named, ...more].join(', ')}.`
}
