import { causeCode, networkCause } from '../../base/text/network-words.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { PlatformFault } from '../../platforms/platform.ts'
import { pauseOf } from './breaker.ts'
import { policyOf } from './policy.ts'
import type { Ranked } from './rank.ts'

/** A route to ask after a wait. */
export interface Later {
  one: Ranked
  waitMs: number
}

/** What a turn may still try when no healthy platform is left: waiting a little for one that failed. */
export interface SecondTries {
  failed(one: Ranked, fault: PlatformFault): void
  /**
   * The route that can be asked first, and after how long; undefined if none can be asked soon, or all tries are used up.
   *
   * @param paused other routes whose vendor said when they can be asked
   */
  next(paused: readonly Later[]): Later | undefined
}

/** In one turn, over all platforms: nobody should wait for long in front of a silent screen. */
const MOST_WAITS = 2

/**
 * @param mostMs the longest wait; 0 = nothing is asked again
 * @param random 0 up to 1; spreads the requests of those that failed at the same moment
 */
export function openSecondTries(options: { mostMs: number; now(): number; random(): number }): SecondTries {
  const { mostMs, now, random } = options
  const failures = new Map<string, { one: Ranked; times: number; due: number | undefined; isOver: boolean }>()
  let waits = 0

  return {
    failed(one, fault) {
      const times = (failures.get(one.route.name)?.times ?? 0) + 1
      const wait = pauseOf(fault.retry, now())
      const isOver = times > policyOf(fault.kind).again || !mayPass(fault)
      failures.set(one.route.name, { one, times, due: wait === undefined ? undefined : now() + wait, isOver })
      // Its other models would fail in the same way.
      if (isOver && policyOf(fault.kind).breaker?.scope === 'platform')
        for (const other of failures.values())
          if (other.one.route.platform === one.route.platform) other.isOver = true
    },
    next(paused) {
      if (mostMs === 0 || waits >= MOST_WAITS) return undefined
      const failed = [...failures.values()].filter(({ isOver }) => !isOver)
      const choices = [
        ...failed.map(({ one, times, due }) => ({
          one,
          jitter: due === undefined,
          waitMs: due === undefined ? Math.min(guessOf(times), mostMs) : Math.max(0, due - now()),
        })),
        ...paused.map(one => ({ ...one, jitter: false })),
      ]
      const [first] = choices.filter(({ waitMs }) => waitMs <= mostMs).toSorted((a, b) => a.waitMs - b.waitMs)
      if (!first) return undefined
      waits++
      const factor = first.jitter ? 0.5 + random() : 1
      return { one: first.one, waitMs: Math.min(first.waitMs * factor, mostMs) }
    },
  }
}

function guessOf(times: number): number {
  return TIMEOUTS.retryFirst * 3 ** (times - 1)
}

/** Codes of an unreachable host that is often reachable a moment later, unlike one with a wrong certificate or name. */
const PASSING = ['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

/** False for a network fault that only a person can end, such as a redirect, a wrong certificate or an unknown host. */
function mayPass(fault: PlatformFault): boolean {
  if (fault.kind !== 'network') return true
  // Without its cause, the code is in the words only.
  const code = causeCode(fault) ?? /\(([A-Z_]+)\)/.exec(fault.message)?.[1]
  const cause = networkCause(code)
  return cause !== undefined && (cause.kind !== 'unreachable' || PASSING.includes(code ?? ''))
}
