import type { TurnRecord } from '../../src/coordinator/figures/record.ts'

/** One answered request; `over` says what the test is about. */
export function aTurn(over: Partial<TurnRecord> = {}): TurnRecord {
  return {
    at: 1_000,
    customer: 'acme',
    conversation: 'c1',
    question: 'q1',
    purpose: 'answer',
    platform: 'openai',
    vendor: 'openai',
    model: 'm',
    outcome: 'ok',
    firstTokenMs: 300,
    tookMs: 900,
    usage: undefined,
    isUsagePartial: false,
    costUsd: undefined,
    baselineUsd: undefined,
    ...over,
  }
}
