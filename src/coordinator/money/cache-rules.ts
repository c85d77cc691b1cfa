// How the vendors keep the beginning of a prompt, as they document it (November 2026):
// - https://platform.claude.com/docs/en/build-with-claude/prompt-caching
// - https://developers.openai.com/api/docs/guides/prompt-caching, and Azure's copy of it
// - https://ai.google.dev/gemini-api/docs/caching and https://cloud.google.com/vertex-ai, "context cache overview"

import type { VendorName } from '../../catalog/vendors.ts'

export interface CacheRule {
  /** A shorter prompt is not kept. */
  fewestTokens: number
  /** Tokens are read in multiples of it. */
  step: number
  /** Which beginnings of a request are kept: every one, or only the two that we mark, its head and the whole of it. */
  keeps: 'every beginning' | 'the marked ones'
  /** Milliseconds since its last use in which a prompt is kept for certain, and after which it is gone for certain. */
  sureMs: number
  mostMs: number
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Models that differ from the rest, which need 1,024 tokens. */
const ANTHROPIC_FEWEST: readonly [RegExp, number][] = [
  [/(opus|fable|mythos)-5/, 512],
  [/opus-4-7|haiku-3-5|3-5-haiku|3-haiku/, 2_048],
  [/opus-4-[56]|haiku-4-5/, 4_096],
]

/** The rule for a model; undefined for a vendor that documents none. */
export function cacheRule(vendor: VendorName, model: string): CacheRule | undefined {
  const name = model.toLowerCase()
  switch (vendor) {
    case 'anthropic': {
      const fewestTokens = ANTHROPIC_FEWEST.find(([pattern]) => pattern.test(name))?.[1] ?? 1_024
      return { fewestTokens, step: 1, keeps: 'the marked ones', sureMs: 5 * MINUTE, mostMs: 5 * MINUTE }
    }
    case 'openai':
    case 'azure_openai':
      return {
        fewestTokens: 1_024,
        step: 128,
        keeps: 'every beginning',
        sureMs: (isSince56(name) ? 30 : 5) * MINUTE,
        mostMs: DAY,
      }
    case 'google_gemini':
    case 'google_vertex':
      // Google promises no lifetime; Vertex AI deletes a prompt after a day.
      return {
        fewestTokens: /gemini-2/.test(name) ? 2_048 : 4_096,
        step: 1,
        keeps: 'every beginning',
        sureMs: 0,
        mostMs: DAY,
      }
    default:
      return undefined
  }
}

/** GPT-5.6 and later keep a prompt for at least half an hour. */
function isSince56(model: string): boolean {
  const [, major, minor = '0'] = /gpt-(\d+)(?:[.-](\d{1,2})(?!\d))?/.exec(model) ?? []
  if (major === undefined) return false
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 6)
}
