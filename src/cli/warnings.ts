import type { Explained } from './error-text.ts'

/** Warnings that come up while a command runs. */
export interface LateWarnings {
  add(warning: Explained): void
  /** Somebody draws on the terminal, and shows them from now on. Returns what ends that. */
  showIn(show: (warning: Explained) => void): () => void
}

/** @param print where they go otherwise */
export function openLateWarnings(print: (warning: Explained) => void): LateWarnings {
  let shown = print
  return {
    add: warning => shown(warning),
    showIn(show) {
      shown = show
      return () => {
        shown = print
      }
    },
  }
}
