// Patterns of types. Those of a project's own type come from the project, and reading a configuration must not take forever.

import { runInThisContext } from 'node:vm'

const MOST_MS = 100

/** What `text` is after `pattern` (flags `giu`) is removed; undefined if that takes too long. */
export function without(text: string, pattern: string): string | undefined {
  return timed(`${written(text)}.replace(new RegExp(${written(pattern)}, 'giu'), '')`)
}

/** Whether the whole text matches; undefined if that takes too long. */
export function matchesWhole(text: string, pattern: string): boolean | undefined {
  return timed(`new RegExp(${written(`^(?:${pattern})$`)}, 'u').test(${written(text)})`)
}

function written(text: string): string {
  return JSON.stringify(text)
}

function timed<T>(expression: string): T | undefined {
  try {
    return runInThisContext(expression, { timeout: MOST_MS }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  }
}
