// A server that restarts is away for a moment. Requests that may be sent again wait for it, and nobody notices.

import { TIMEOUTS } from '../base/timeouts.ts'
import { pause } from '../base/waiting/wait.ts'
import { Fault, type Losses } from './connection.ts'
import type { Unavailable } from './endpoint.ts'

/** Milliseconds between two tries: at first, and at most. */
const SHORTEST_PAUSE = 15
const LONGEST_PAUSE = 250
/** A pause is this part of the time that the server has been away, so that little is added to it. */
const PART = 40

/** A read is sent once more, in case it was what ended the server. */
const MOST_LOSSES = 2

/** The pauses between the tries to reach one server again: one for all requests that wait. */
export interface Pauses {
  /** Resolves at the next try. Rejects when the pool is closed. */
  next(took: number): Promise<void>
  /** It has answered: the next absence is a new one. */
  reset(): void
}

/** @param closing ends all pauses */
export function createPauses(closing: AbortSignal): Pauses {
  let since: number | undefined
  let running: Promise<void> | undefined
  return {
    next(took) {
      since ??= performance.now()
      // A look that takes long, as at an engine, is not repeated all the time.
      const ms = Math.max((performance.now() - since) / PART, SHORTEST_PAUSE, took)
      running ??= pause(Math.min(ms, LONGEST_PAUSE), closing).finally(() => {
        running = undefined
      })
      return running
    },
    reset() {
      since = undefined
    },
  }
}

interface RestartOptions {
  /** Doing it twice changes nothing. */
  repeatable?: boolean | undefined
  /** How often it was sent without an answer. */
  losses: Losses
  /** Milliseconds that the caller waits at most (default: TIMEOUTS.restart). */
  deadline?: number | undefined
  /** Whether the server has answered in this process: others are more likely to be misconfigured. */
  isKnown(): boolean
  /** It has not come back: later requests do not wait for it until it has answered again. */
  giveUp(): void
  next(took: number): Promise<void>
}

/**
 * Tries until the server is back or the time is up, as long as it looks like a restart and the request may be sent. A failure
 * of any other kind, and a server that its runtime says is stopped, is reported at once.
 */
export async function throughRestart<T extends object>(
  attempt: () => Promise<T | Unavailable>,
  { repeatable = false, losses, deadline = TIMEOUTS.restart, isKnown, giveUp, next }: RestartOptions,
): Promise<T | Unavailable> {
  const maySend = (fault: Fault) => (repeatable ? losses.count < MOST_LOSSES : fault.fate === 'not_run')
  // Asked once: another request may give up while this one still has time.
  let known: boolean | undefined
  const wasKnown = () => {
    known ??= isKnown()
    return known
  }
  const isAway = (error: unknown) =>
    error instanceof Fault && looksLikeRestart(error) && maySend(error) && wasKnown()
  // An engine that restarts a server says the same as in a crash loop, until it runs again.
  const isStarting = (result: object) =>
    'state' in result && (result.state === 'starting' || (result.state === 'crash_loop' && wasKnown()))
  let end: number | undefined
  for (;;) {
    const began = performance.now()
    const outcome = await attempt().then(
      result => ({ result, isAway: isStarting(result) }),
      error => ({ error, isAway: isAway(error) }),
    )
    const now = performance.now()
    end ??= now + Math.min(deadline, TIMEOUTS.restart)
    if (outcome.isAway && now < end && (await isNext(next(now - began)))) continue
    if (outcome.isAway && now >= end && deadline >= TIMEOUTS.restart) giveUp()
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }
}

/** Nothing listens, the connection broke, or a proxy in front says that there is nothing behind it. */
function looksLikeRestart({ kind, status = 0 }: Fault): boolean {
  return kind === 'refused' || kind === 'closed' || (kind === 'server' && (status === 502 || status === 503))
}

async function isNext(pausing: Promise<void>): Promise<boolean> {
  return pausing.then(
    () => true,
    () => false,
  )
}
