import type { PlatformFault, PlatformFaultKind, RetryHint } from '../../platforms/platform.ts'
import { isKind, policyOf } from './policy.ts'
import type { Route } from './routes.ts'

/** One breaker between two runs. Times are milliseconds since 1970. */
export interface BreakerMemory {
  /** `platform` or `platform/model`. */
  key: string
  kind: PlatformFaultKind
  /** What a listing call said; of a question nothing is kept, since vendors repeat in their errors what was asked. */
  reason: string
  openUntil: number
  /** In a row, without a success between. */
  failures: number
  /** How often it opened in a row: what a rising pause rises by. */
  opened: number
  /** `worked`: its list was had since. `useless`: and then a question failed again, so a list proves nothing here. */
  listing?: 'worked' | 'useless' | undefined
}

export type BreakerState =
  | { state: 'closed' }
  | { state: 'open'; until: number; kind: PlatformFaultKind; reason: string }
  /** The pause is over; the next request is a trial. */
  | { state: 'half-open'; kind: PlatformFaultKind; reason: string }

export interface Breakers {
  state(route: Route): BreakerState
  /** Takes the trial of a half-open breaker; false where it is open, or where another trial is under way. */
  admit(route: Route): boolean
  failed(route: Route, fault: PlatformFault, told?: string): void
  succeeded(route: Route): void
  /** The request came to no end that says anything: a trial is free again. */
  abandoned(route: Route): void
  /** A listing call worked: what it can prove is on trial now, since a key may list and not answer. */
  listed(platform: string): void
}

const SHORTEST_MS = 5_000
const LONGEST_MS = 300_000

/** @param save gets every change, undefined where a breaker closed for good. */
export function openBreakers(options: {
  now(): number
  saved?: readonly BreakerMemory[] | undefined
  save?: ((key: string, memory: BreakerMemory | undefined) => void) | undefined
}): Breakers {
  const { now, save = () => {} } = options
  const memories = new Map((options.saved ?? []).filter(isMemory).map(one => [one.key, calmed(one, now())]))
  const trials = new Set<string>()

  const keysOf = (route: Route) => [route.platform.name, route.name]
  const opened = (route: Route) =>
    keysOf(route).flatMap(key => {
      const memory = memories.get(key)
      return memory && memory.opened > 0 ? [memory] : []
    })

  function close(key: string): void {
    trials.delete(key)
    if (memories.delete(key)) save(key, undefined)
  }

  return {
    state(route) {
      const worst = opened(route).toSorted((a, b) => b.openUntil - a.openUntil)[0]
      if (!worst) return { state: 'closed' }
      const { kind, reason, openUntil } = worst
      return openUntil > now()
        ? { state: 'open', until: openUntil, kind, reason }
        : { state: 'half-open', kind, reason }
    },
    admit(route) {
      const found = opened(route)
      if (found.some(one => one.openUntil > now() || trials.has(one.key))) return false
      for (const { key } of found) trials.add(key)
      return true
    },
    failed(route, fault, told) {
      for (const key of keysOf(route)) trials.delete(key)
      const { breaker } = policyOf(fault.kind)
      if (!breaker) return
      const key = breaker.scope === 'platform' ? route.platform.name : route.name
      const old = memories.get(key)
      const failures = (old?.failures ?? 0) + 1
      const opens = failures >= breaker.after
      const times = old?.opened ?? 0
      const pause =
        breaker.open === 'rising'
          ? (waitOf(fault.retry, now()) ?? Math.min(SHORTEST_MS * 2 ** times, LONGEST_MS))
          : breaker.open
      const memory: BreakerMemory = {
        key,
        kind: fault.kind,
        reason: told ?? '',
        openUntil: opens ? Math.max(old?.openUntil ?? 0, now() + pause) : (old?.openUntil ?? 0),
        failures,
        opened: opens ? times + 1 : times,
        // A list that cannot be had says nothing of lists.
        listing: told === undefined && old?.listing === 'worked' ? 'useless' : old?.listing,
      }
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
  }
}

/** What was written by another hand is not believed. */
function isMemory(value: BreakerMemory | null): value is BreakerMemory {
  if (typeof value?.key !== 'string' || typeof value.kind !== 'string' || !isKind(value.kind)) return false
  const { openUntil, failures, opened } = value
  return [openUntil, failures, opened].every(Number.isFinite)
}

/** A clock that was wrong, then or now, keeps no platform away for years. */
function calmed(memory: BreakerMemory, now: number): BreakerMemory {
  return {
    ...memory,
    reason: String(memory.reason),
    openUntil: Math.min(memory.openUntil, now + LONGEST_WAIT_MS),
  }
}

/** Milliseconds to wait; a vendor that says "in a year" is not waited for that long without a look. */
function waitOf(retry: RetryHint | undefined, now: number): number | undefined {
  if (!retry) return undefined
  const wait = 'afterMs' in retry ? retry.afterMs : retry.at - now
  return Math.min(Math.max(0, wait), LONGEST_WAIT_MS)
}

const LONGEST_WAIT_MS = 24 * 3_600_000
