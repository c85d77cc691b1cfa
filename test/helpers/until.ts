import { setTimeout as delay } from 'node:timers/promises'

/** Asks until the answer is neither undefined nor false nor an error; the last error or `what` after `ms`. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 15_000,
): Promise<T> {
  let last: unknown
  for (const end = Date.now() + ms; Date.now() < end; await delay(20)) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error
    }
  }
  throw last ?? new Error(`did not happen within ${ms} ms: ${what}`)
}
