import type { PlatformFaultKind, Usage } from '../../platforms/platform.ts'

/** One request to one platform, as it is kept. The customer is part of it; nothing that was said is. */
export interface TurnRecord {
  /** When it left; milliseconds since 1970. */
  at: number
  customer: string
  /** Numbers that name one conversation and one question of it. */
  conversation: string
  question: string
  purpose: 'answer' | 'cross-check' | 'judge'
  platform: string
  /** Kind of the platform, for names that a vendor's dashboards know. */
  vendor: string
  model: string
  outcome: 'ok' | PlatformFaultKind
  /** Milliseconds to the first text or call; undefined where none came. */
  firstTokenMs: number | undefined
  tookMs: number
  usage: Usage | undefined
  /** US dollars; undefined = unknown, which is not 0. */
  costUsd: number | undefined
  /** The same turn on the configured baseline, with its cache warm; undefined = unknown, or no answer came. */
  baselineUsd: number | undefined
}
