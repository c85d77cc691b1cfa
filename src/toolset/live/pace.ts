// How often a server is listed at most, however often it says that its list has changed.

/** Milliseconds from a notice to the list: several notices often come together. */
const SETTLE = 100
/** Most milliseconds between two lists of a server whose notices do not end. */
const SLOWEST = 1_000
/** Milliseconds without a notice after which a server counts as calm. */
const CALM = 5_000

export interface Pace {
  /** Works after SETTLE, or later if it has been asked for often. What is planned already is not postponed. */
  soon(): void
  /** Works after so many milliseconds, unless it is asked for sooner. */
  in(ms: number): void
  close(): void
}

export function createPace(work: () => void): Pace {
  let timer: NodeJS.Timeout | undefined
  let due = Number.POSITIVE_INFINITY
  let isClosed = false
  let spacing = SETTLE
  let last = Number.NEGATIVE_INFINITY

  function plan(at: number): void {
    if (isClosed || at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(run, Math.max(0, at - performance.now()))
    timer.unref()
  }

  function run(): void {
    due = Number.POSITIVE_INFINITY
    work()
  }

  return {
    soon() {
      const now = performance.now()
      // Planned already, so that this notice changes nothing.
      if (due <= now + SETTLE) return
      if (now - last > CALM) spacing = SETTLE
      const at = Math.max(now + SETTLE, last + spacing)
      if (at >= due) return
      spacing = Math.min(spacing * 2, SLOWEST)
      last = at
      plan(at)
    },
    in: ms => plan(performance.now() + ms),
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
