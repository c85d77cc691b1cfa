import type { PlatformFaultKind } from '../../platforms/platform.ts'

/** What a failure means for the turn and for the turns after it. */
export interface Policy {
  /** Where the turn goes on: anywhere else, only where more fits in, only where a person configured it, or nowhere. */
  next: 'any' | 'larger' | 'configured' | 'none'
  /** undefined: the platform is not to blame. */
  breaker: BreakerPolicy | undefined
}

export interface BreakerPolicy {
  /** A failing model leaves its platform's other models alone. */
  scope: 'model' | 'platform'
  /** Failures in a row until it opens. */
  after: number
  /** Milliseconds; `rising` = as the vendor says, else 5 s, 10 s, 20 s … up to 5 min. */
  open: 'rising' | number
  /** A listing call that works may mean that this is over. */
  endsByListing: boolean
}

const FIVE_MINUTES = 300_000
const AT_ONCE: BreakerPolicy = { scope: 'model', after: 1, open: 'rising', endsByListing: false }
const THIRD_TIME: BreakerPolicy = { ...AT_ONCE, after: 3 }
const LONG: BreakerPolicy = { scope: 'platform', after: 1, open: FIVE_MINUTES, endsByListing: false }

const POLICIES: Record<PlatformFaultKind, Policy> = {
  rate_limit: { next: 'any', breaker: AT_ONCE },
  overloaded: { next: 'any', breaker: AT_ONCE },
  // Models can still be listed without money: only an answer proves that there is some again.
  quota: { next: 'any', breaker: LONG },
  auth: { next: 'any', breaker: { ...LONG, endsByListing: true } },
  not_found: { next: 'any', breaker: { ...LONG, scope: 'model' } },
  server: { next: 'any', breaker: THIRD_TIME },
  timeout: { next: 'any', breaker: THIRD_TIME },
  truncated: { next: 'any', breaker: THIRD_TIME },
  network: { next: 'any', breaker: { ...THIRD_TIME, scope: 'platform', endsByListing: true } },
  context_overflow: { next: 'larger', breaker: undefined },
  content_filter: { next: 'configured', breaker: undefined },
  // It would fail everywhere.
  bad_request: { next: 'none', breaker: undefined },
  aborted: { next: 'none', breaker: undefined },
}

export function policyOf(kind: PlatformFaultKind): Policy {
  return POLICIES[kind]
}

export function isKind(kind: string): kind is PlatformFaultKind {
  return Object.hasOwn(POLICIES, kind)
}
