import { TIMEOUTS } from '../../base/timeouts.ts'
import type { PlatformFaultKind } from '../../platforms/platform.ts'

/** What a failure means for the current turn and for later ones. */
interface Policy {
  /**
   * Where the turn continues: on any other platform, on one other and no further if that rejects it too, only on one with
   * a larger window, only if configured, or nowhere.
   */
  next: 'any' | 'once' | 'larger' | 'configured' | 'none'
  /** Undefined if the platform is not to blame. */
  breaker: BreakerPolicy | undefined
}

interface BreakerPolicy {
  /** Whether it affects only the model, or all models of the platform. */
  scope: 'model' | 'platform'
  /** Consecutive failures before it opens. */
  after: number
  /** Milliseconds; `rising` = as the vendor says, otherwise 5 s, 10 s, 20 s … up to 5 min. */
  open: 'rising' | number
  /** Whether a successful listing call may mean that the problem is solved. */
  endsByListing: boolean
}

const FIRST_TIME: BreakerPolicy = { scope: 'model', after: 1, open: 'rising', endsByListing: false }
const THIRD_TIME: BreakerPolicy = { ...FIRST_TIME, after: 3 }
const LONG: BreakerPolicy = {
  scope: 'platform',
  after: 1,
  open: TIMEOUTS.breakerLong,
  endsByListing: false,
}

const POLICIES: Record<PlatformFaultKind, Policy> = {
  rate_limit: { next: 'any', breaker: FIRST_TIME },
  overloaded: { next: 'any', breaker: FIRST_TIME },
  // An account without credit can still list models; only an answer proves that it has credit again.
  quota: { next: 'any', breaker: LONG },
  auth: { next: 'any', breaker: { ...LONG, endsByListing: true } },
  not_found: { next: 'any', breaker: { ...LONG, scope: 'model' } },
  unsupported: { next: 'any', breaker: { ...LONG, scope: 'model' } },
  rejected: { next: 'once', breaker: undefined },
  server: { next: 'any', breaker: THIRD_TIME },
  timeout: { next: 'any', breaker: THIRD_TIME },
  truncated: { next: 'any', breaker: THIRD_TIME },
  network: { next: 'any', breaker: { ...THIRD_TIME, scope: 'platform', endsByListing: true } },
  context_overflow: { next: 'larger', breaker: undefined },
  content_filter: { next: 'configured', breaker: undefined },
  // It would fail on every platform.
  bad_request: { next: 'none', breaker: undefined },
  aborted: { next: 'none', breaker: undefined },
}

export function policyOf(kind: PlatformFaultKind): Policy {
  return POLICIES[kind]
}

export function isFaultKind(kind: string): kind is PlatformFaultKind {
  return Object.hasOwn(POLICIES, kind)
}
