import type { RetryHint } from '../../base/http/retry-after.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { PlatformSettings } from '../../config/project.ts'
import type { PlatformFault, PlatformFaultKind } from '../../platforms/platform.ts'
import { type BreakerPolicy, causeOf, type FailureCause, isFaultKind, policyOf } from './policy.ts'
import type { Route } from './routes.ts'

/** A breaker as it is stored between runs. Times are milliseconds since 1970. */
export interface BreakerMemory {
  /** `platform` or `platform/model`. */
  key: string
  kind: PlatformFaultKind
  /** Fingerprint of the key and the settings that it failed with; missing in memories of older versions. */
  asked?: string | undefined
  /** Error of a listing call. Never that of a question: vendors repeat parts of the question in their errors. */
  reason: string
  remedy?: string | undefined
  openUntil: number
  /** Consecutive failures. */
  failures: number
  /** How often it has opened in a row; rising pauses grow with it. */
  opened: number
  /** `worked`: a listing call has succeeded since. `useless`: a question failed after that, so listing proves nothing. */
  listing?: 'worked' | 'useless' | undefined
}

export type BreakerState =
  /** `failing`: kind of the last failure, while nothing has worked since. */
  | { state: 'closed'; failing?: PlatformFaultKind }
  /** `key`: what is paused, `platform` or `platform/model`. */
  | ({ state: 'open'; key: string; until: number } & FailureCause)
  /** The pause has ended; the next request is a trial. */
  | ({ state: 'half-open' } & FailureCause)

export interface Breakers {
  state(route: Route): BreakerState
  /** Starts the trial of a half-open breaker. False when it is open, or when another trial is running. */
  admit(route: Route): boolean
  /** @param call which one failed (default: a question) */
  failed(route: Route, fault: PlatformFault, call?: 'question' | 'listing'): void
  succeeded(route: Route): void
  /** The request ended without showing anything, so another trial may start. */
  abandoned(route: Route): void
  /** A listing call succeeded: the next request is a trial, because a key that can list may still not answer. */
  listed(platform: string): void
  /** Takes over what other processes have saved meanwhile: their failures, and pauses that were ended by hand. */
  reload(): void
  /** Closes the breakers of a platform and its models. Returns the states of those that were open or half-open. */
  reset(platform: string): Exclude<BreakerState, { state: 'closed' }>[]
}

/**
 * @param fingerprint of what a platform is asked with: a breaker closes when it changes (default: it never does)
 * @param saved the memories of all processes as they are now
 * @param save called with every change; undefined = the breaker closed
 */
export function openBreakers(options: {
  now(): number
  fingerprint?: (platform: PlatformSettings) => string
  saved?: (() => readonly BreakerMemory[]) | undefined
  save?: ((key: string, memory: BreakerMemory | undefined) => void) | undefined
}): Breakers {
  const { now, fingerprint = () => '', save = () => {}, saved } = options
  const memories = new Map<string, BreakerMemory>()
  const trials = new Set<string>()

  const keysOf = (route: Route) => [route.platform.name, route.name]
  const known = (route: Route) => keysOf(route).flatMap(key => memoryOf(key, route.platform) ?? [])
  const opened = (route: Route) => known(route).filter(one => one.opened > 0)

  /** Forgets a failure with another key, address or model: it says nothing about the present ones. */
  function memoryOf(key: string, platform: PlatformSettings): BreakerMemory | undefined {
    const memory = memories.get(key)
    if (memory?.asked === undefined || memory.asked === fingerprint(platform)) return memory
    close(key)
    return undefined
  }

  function close(key: string): void {
    trials.delete(key)
    if (memories.delete(key)) save(key, undefined)
  }

  const reload = () => saved && replaceAll(memories, saved(), now())
  reload()

  return {
    state(route) {
      const worst = opened(route).toSorted((a, b) => b.openUntil - a.openUntil)[0]
      if (worst) return stateOf(worst, now())
      const [failing] = known(route)
      return failing ? { state: 'closed', failing: failing.kind } : { state: 'closed' }
    },
    admit(route) {
      const found = opened(route)
      if (found.some(one => one.openUntil > now() || trials.has(one.key))) return false
      for (const { key } of found) trials.add(key)
      return true
    },
    failed(route, fault, call = 'question') {
      for (const key of keysOf(route)) trials.delete(key)
      const { breaker } = policyOf(fault.kind)
      if (!breaker) return
      const key = breaker.scope === 'platform' ? route.platform.name : route.name
      const memory = memoryAfter(memoryOf(key, route.platform), fault, {
        key,
        breaker,
        now: now(),
        asked: fingerprint(route.platform),
        isListing: call === 'listing',
      })
      memories.set(key, memory)
      save(key, memory)
    },
    succeeded: route => keysOf(route).forEach(close),
    abandoned(route) {
      for (const key of keysOf(route)) trials.delete(key)
    },
    listed(platform) {
      const memory = memories.get(platform)
      if (!memory || !policyOf(memory.kind).breaker?.endsByListing) return
      if (memory.opened === 0) return close(platform)
      if (memory.listing === 'useless') return
      const calm = { ...memory, openUntil: Math.min(memory.openUntil, now()), listing: 'worked' as const }
      memories.set(platform, calm)
      save(platform, calm)
    },
    reload,
    reset(platform) {
      const ended = [...memories.values()].filter(one => isOf(platform, one))
      for (const { key } of ended) close(key)
      return ended.filter(one => one.opened > 0).map(one => stateOf(one, now()))
    },
  }
}

function isOf(platform: string, { key }: BreakerMemory): boolean {
  return key === platform || key.startsWith(`${platform}/`)
}

function replaceAll(
  memories: Map<string, BreakerMemory>,
  saved: readonly BreakerMemory[],
  now: number,
): void {
  memories.clear()
  for (const one of saved.filter(isMemory)) memories.set(one.key, withSaneTimes(one, now))
}

function stateOf(
  { key, kind, reason, remedy, openUntil }: BreakerMemory,
  now: number,
): Exclude<BreakerState, { state: 'closed' }> {
  return openUntil > now
    ? { state: 'open', key, until: openUntil, kind, reason, remedy }
    : { state: 'half-open', kind, reason, remedy }
}

/** A breaker's memory after one more failure. */
function memoryAfter(
  old: BreakerMemory | undefined,
  fault: PlatformFault,
  failure: {
    key: string
    breaker: BreakerPolicy
    now: number
    asked: string
    isListing: boolean
  },
): BreakerMemory {
  const { key, breaker, now, asked, isListing } = failure
  const { reason, remedy } = causeOf(fault)
  const failures = (old?.failures ?? 0) + 1
  const opens = failures >= breaker.after
  const times = old?.opened ?? 0
  const pause =
    breaker.open === 'rising'
      ? (pauseOf(fault.retry, now) ?? Math.min(TIMEOUTS.breakerFirst * 2 ** times, TIMEOUTS.breakerMost))
      : breaker.open
  return {
    key,
    kind: fault.kind,
    asked,
    ...(isListing ? { reason, remedy } : { reason: '' }),
    openUntil: opens ? Math.max(old?.openUntil ?? 0, now + pause) : (old?.openUntil ?? 0),
    failures,
    opened: opens ? times + 1 : times,
    // A failed listing call does not show whether listing proves anything.
    listing: !isListing && old?.listing === 'worked' ? 'useless' : old?.listing,
  }
}

/** The database may have been edited. */
function isMemory(value: BreakerMemory | null): value is BreakerMemory {
  if (typeof value?.key !== 'string' || typeof value.kind !== 'string' || !isFaultKind(value.kind))
    return false
  const { openUntil, failures, opened } = value
  return [openUntil, failures, opened].every(Number.isFinite)
}

/** A wrong clock, then or now, must not disable a platform for years. */
function withSaneTimes(memory: BreakerMemory, now: number): BreakerMemory {
  return {
    ...memory,
    reason: String(memory.reason),
    remedy: typeof memory.remedy === 'string' ? memory.remedy : undefined,
    openUntil: Math.min(memory.openUntil, now + TIMEOUTS.breakerVendor),
  }
}

/**
 * The pause that a vendor asked for, in milliseconds; limited, because it may say "in a year". Undefined if it asked for
 * none: "at once", or a time that is past by the clock of this machine, is no reason to ask without any pause.
 */
export function pauseOf(retry: RetryHint | undefined, now: number): number | undefined {
  if (!retry) return undefined
  const wait = 'afterMs' in retry ? retry.afterMs : retry.at - now
  return wait > 0 ? Math.min(wait, TIMEOUTS.breakerVendor) : undefined
}
