import { TIMEOUTS } from '../../base/timeouts.ts'
import { reasonAlone } from '../../platforms/faults/fault.ts'
import type { PlatformFault, PlatformFaultKind } from '../../platforms/platform.ts'

/** What a failure means for the current turn and for later ones. */
interface Policy {
  /**
   * Where the turn continues: on any other platform, on one other and no further if that rejects it too, only on one with
   * a larger window, only if configured, or nowhere.
   */
  next: 'any' | 'once' | 'larger' | 'configured' | 'none'
  /** How often the same platform may be asked again in this turn, when no other one is available. */
  again: 0 | 1 | 2
  /** Undefined if the platform is not to blame. */
  breaker: BreakerPolicy | undefined
}

export interface BreakerPolicy {
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
  rate_limit: { next: 'any', again: 2, breaker: FIRST_TIME },
  overloaded: { next: 'any', again: 2, breaker: FIRST_TIME },
  // An account without credit can still list models; only an answer proves that it has credit again.
  quota: { next: 'any', again: 0, breaker: LONG },
  auth: { next: 'any', again: 0, breaker: { ...LONG, endsByListing: true } },
  not_found: { next: 'any', again: 0, breaker: { ...LONG, scope: 'model' } },
  unsupported: { next: 'any', again: 0, breaker: { ...LONG, scope: 'model' } },
  rejected: { next: 'once', again: 0, breaker: undefined },
  server: { next: 'any', again: 2, breaker: THIRD_TIME },
  // Each timeout may take a minute, and the work may have been paid for.
  timeout: { next: 'any', again: 1, breaker: THIRD_TIME },
  truncated: { next: 'any', again: 2, breaker: THIRD_TIME },
  network: { next: 'any', again: 2, breaker: { ...THIRD_TIME, scope: 'platform', endsByListing: true } },
  context_overflow: { next: 'larger', again: 0, breaker: undefined },
  content_filter: { next: 'configured', again: 0, breaker: undefined },
  // It would fail on every platform.
  bad_request: { next: 'none', again: 0, breaker: undefined },
  aborted: { next: 'none', again: 0, breaker: undefined },
}

export function policyOf(kind: PlatformFaultKind): Policy {
  return POLICIES[kind]
}

/** The kind as people read it: `rate limit`, `server error`. */
export function kindWords(kind: PlatformFaultKind): string {
  return kind === 'server' || kind === 'network' ? `${kind} error` : kind.replaceAll('_', ' ')
}

export function isFaultKind(kind: string): kind is PlatformFaultKind {
  return Object.hasOwn(POLICIES, kind)
}

/** Why a request failed, as people read it. */
export interface FailureCause {
  kind: PlatformFaultKind
  reason: string
  /** What to do about it, where the failure shows that. */
  remedy?: string | undefined
}

export function causeOf({ kind, message, remedy }: PlatformFault): FailureCause {
  return { kind, reason: reasonAlone(message, remedy), remedy }
}
