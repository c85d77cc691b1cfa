import type { PlatformFaultKind, Usage } from '../../platforms/platform.ts'

/** US dollars that a turn would have cost: at least, and at most, since nobody can see what a vendor still has in its cache. */
export interface CostRange {
  least: number
  most: number
}

/** One request to one platform as it is stored: with the customer, but without any question or answer. */
export interface TurnRecord {
  /** When it was sent; milliseconds since 1970. */
  at: number
  /** Empty for a check on nobody's behalf. */
  customer: string
  /** Ids of the conversation and of the question in it. */
  conversation: string
  question: string
  /** `check`: no question of anybody's, but of `platforms --check`. */
  purpose: 'answer' | 'cross-check' | 'judge' | 'check'
  platform: string
  /** Vendor, for metric names. */
  vendor: string
  model: string
  outcome: 'ok' | PlatformFaultKind
  /** Milliseconds until the first text or call; undefined without any. */
  firstTokenMs: number | undefined
  tookMs: number
  usage: Usage | undefined
  /** The tokens were counted before the turn broke off: it used more, and cost more than `costUsd`. */
  isUsagePartial: boolean
  /** US dollars; undefined = unknown, which is not the same as 0. */
  costUsd: number | undefined
  /**
   * US dollars of the same turn if the configured baseline had answered everything so far. Undefined = unknown; or no answer,
   * unless the baseline itself failed.
   */
  baselineUsd: CostRange | undefined
}
