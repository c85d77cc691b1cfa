import type { ToneName } from './themes.ts'

/** Words of monitoring systems, by how soon somebody has to look. */
const WORDS: Partial<Record<ToneName, readonly string[]>> = {
  critical: ['critical', 'crit', 'fatal', 'emergency', 'disaster', 'page', 'p1', 'sev1'],
  warning: ['warning', 'warn', 'major', 'high', 'error', 'p2', 'sev2'],
  minor: ['info', 'information', 'notice', 'minor', 'low', 'p3', 'sev3'],
}

const TONES = new Map(
  Object.entries(WORDS).flatMap(([tone, words]) => words.map(word => [word, tone as ToneName] as const)),
)

/** How a severity looks that stands alone, as in a cell of a table; undefined for any other text. */
export function severityTone(text: string): ToneName | undefined {
  return TONES.get(text.trim().toLowerCase())
}
