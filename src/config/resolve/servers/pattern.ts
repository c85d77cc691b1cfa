// Patterns of types. Those of a project's own type come from the project, and reading a configuration must not take forever.

import { runInThisContext } from 'node:vm'

/** Of the clock: an honest pattern takes no time at all, but the machine may be busy. */
const MOST_MS = 2_000

/** Patterns that took too long once, which is enough: a file may use one for hundreds of servers. */
const slow = new Set<string>()

/** What `text` is after `pattern` (flags `giu`) is removed; undefined if that takes too long. */
export function without(text: string, pattern: string): string | undefined {
  return timed(pattern, `${written(text)}.replace(new RegExp(${written(pattern)}, 'giu'), '')`)
}

/** Whether the whole text matches; undefined if that takes too long. */
export function matchesWhole(text: string, pattern: string): boolean | undefined {
  return timed(pattern, `new RegExp(${written(`^(?:${pattern})$`)}, 'u').test(${written(text)})`)
}

function written(text: string): string {
  return JSON.stringify(text)
}

function timed<T>(pattern: string, expression: string): T | undefined {
  if (slow.has(pattern)) return undefined
  try {
    return runInThisContext(expression, { timeout: MOST_MS }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    slow.add(pattern)
    return undefined
  }
}
