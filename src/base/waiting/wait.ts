import { setTimeout as sleep } from 'node:timers/promises'

/** Waits `ms` milliseconds. Rejects with the signal's reason as soon as `signal` aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

export interface WaitOptions {
  /** Milliseconds between two looks. */
  every: number
  /** Milliseconds after which waiting ends. */
  most: number
  signal?: AbortSignal | undefined
}

/**
 * Calls `look` until it returns something other than undefined or false, and returns that; undefined when the time is
 * up. Looks at least once, and once more at the end. Rejects with the signal's reason as soon as `signal` aborts.
 */
export async function waitFor<T>(
  look: () => T | Promise<T>,
  { every, most, signal }: WaitOptions,
): Promise<Exclude<T, undefined | false> | undefined> {
  const deadline = Date.now() + most
  for (;;) {
    signal?.throwIfAborted()
    const found = await look()
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>
    const left = deadline - Date.now()
    if (left <= 0) return undefined
    await pause(Math.min(every, left), signal)
  }
}
