import type { PlatformFaultKind, Usage } from '../../platforms/platform.ts'

/** One request to one platform as it is stored: with the customer, but without any question or answer. */
export interface TurnRecord {
  /** When it was sent; milliseconds since 1970. */
  at: number
  customer: string
  /** Ids of the conversation and of the question in it. */
  conversation: string
  question: string
  purpose: 'answer' | 'cross-check' | 'judge'
  platform: string
  /** Vendor, for metric names. */
  vendor: string
  model: string
  outcome: 'ok' | PlatformFaultKind
  /** Milliseconds until the first text or call; undefined without any. */
  firstTokenMs: number | undefined
  tookMs: number
  usage: Usage | undefined
  /** US dollars; undefined = unknown, which is not the same as 0. */
  costUsd: number | undefined
  /** US dollars of the same turn on the configured baseline with a warm cache; undefined = unknown, or no answer. */
  baselineUsd: number | undefined
}
