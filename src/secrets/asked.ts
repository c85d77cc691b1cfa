// The answers of places that take time, in memory only.

import { hideSecret } from '../base/redact.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import { orAborted } from '../base/waiting/aborted.ts'
import { gate } from '../base/waiting/gate.ts'
import type { SecretAnswer, SecretFault } from './finding.ts'

export interface Asked {
  /** The last value of this credential, however old; undefined before its place has given one. */
  value(name: string): string | undefined
  /** Why there is none, `none` if the place simply does not have it; undefined before it was asked. */
  fault(name: string): SecretFault | 'none' | undefined
  /**
   * Asks for those of these credentials whose last answer is no longer current. Parallel callers share one request.
   * Rejects only when the signal aborts: then the caller no longer waits, but what was asked is kept.
   */
  load(names: readonly string[], signal?: AbortSignal): Promise<void>
  /** The same for answers that are still current but were rejected, unless they have just come. */
  reload(names: readonly string[], signal?: AbortSignal): Promise<void>
}

interface Entry {
  value?: string
  fault?: SecretFault | 'none' | undefined
  /** Milliseconds since 1970: until when the answer is current, and when it came. */
  freshUntil: number
  answeredAt: number
  /** How often it has failed in a row. */
  failures: number
  asking?: Promise<void> | undefined
}

/** Each question may start a program. */
const AT_ONCE = 8

/**
 * @param ask undefined: the place does not have it; must end by itself, at the latest after the place's timeout
 * @param now milliseconds since 1970
 */
export function rememberAsked(
  ask: (name: string, signal: AbortSignal) => Promise<SecretAnswer | undefined>,
  { cacheMs, now = Date.now }: { cacheMs: number; now?: (() => number) | undefined },
): Asked {
  const entries = new Map<string, Entry>()
  const pass = gate(AT_ONCE)

  async function askFor(name: string, entry: Entry): Promise<void> {
    const answer = await pass(NEVER, () => ask(name, NEVER)).catch(unexpected)
    entry.asking = undefined
    entry.answeredAt = now()
    if (answer && 'value' in answer) {
      hideSecret(answer.value)
      entry.value = answer.value
      entry.fault = undefined
      entry.failures = 0
      entry.freshUntil = now() + Math.min(cacheMs, answer.freshMs ?? cacheMs)
    } else {
      // A value from before stays in use: a place that is down must not take down what runs.
      entry.fault = answer ?? 'none'
      // Twice as long each time: a place may open a dialog that asks a person.
      entry.freshUntil = now() + Math.min(cacheMs, TIMEOUTS.secretRetry * 2 ** entry.failures++)
    }
  }

  function current(name: string, oldest = Number.POSITIVE_INFINITY): Promise<void> | undefined {
    const entry = entries.get(name) ?? { freshUntil: 0, answeredAt: 0, failures: 0 }
    entries.set(name, entry)
    const isFresh = now() < entry.freshUntil && now() - entry.answeredAt < oldest
    if (entry.asking === undefined && isFresh) return undefined
    entry.asking ??= askFor(name, entry)
    return entry.asking
  }

  return {
    value: name => entries.get(name)?.value,
    fault: name => entries.get(name)?.fault,
    async load(names, signal) {
      signal?.throwIfAborted()
      await orAborted(Promise.all(names.map(name => current(name))), signal)
    },
    async reload(names, signal) {
      signal?.throwIfAborted()
      await orAborted(Promise.all(names.map(name => current(name, TIMEOUTS.secretRetry))), signal)
    },
  }
}

const NEVER = new AbortController().signal

/** Without the error's own message, which may quote the value. */
function unexpected(error: unknown): SecretFault {
  const name = error instanceof Error ? error.name : 'error'
  return { reason: `failed unexpectedly (${name})`, hint: 'report this bug in supportmax' }
}
