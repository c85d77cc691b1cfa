/** The time limits of the requests of one connection: they stop while a person answers its server. */
export interface Pausing {
  /** No limit runs until this is settled. */
  during<T>(answering: Promise<T>): Promise<T>
  /** A limit that stops with the others; it is stopped now if they are. Returns what leaves it out again. */
  add(limit: Pausable): () => void
  /** Tells for how long limits were stopped during this work, in milliseconds, unless they were not. */
  timed<T>(work: Promise<T>, waited: ((ms: number) => void) | undefined): Promise<T>
}

interface Pausable {
  pause(): void
  resume(): void
}

export function createPausing(): Pausing {
  const limits = new Set<Pausable>()
  let answering = 0

  function add(limit: Pausable): () => void {
    limits.add(limit)
    if (answering > 0) limit.pause()
    return () => void limits.delete(limit)
  }

  return {
    add,
    async timed(work, waited) {
      const pauses = stopwatch()
      const leave = add({ pause: pauses.start, resume: pauses.stop })
      try {
        return await work
      } finally {
        leave()
        // The work may have been cancelled while a person was answering.
        const ms = pauses.stop()
        if (ms > 0) waited?.(ms)
      }
    },
    async during(answer) {
      if (++answering === 1) for (const one of limits) one.pause()
      try {
        return await answer
      } finally {
        if (--answering === 0) for (const one of limits) one.resume()
      }
    },
  }
}

function stopwatch() {
  let sum = 0
  let started: number | undefined
  return {
    start() {
      started = performance.now()
    },
    /** Milliseconds in all. */
    stop() {
      sum += started === undefined ? 0 : performance.now() - started
      started = undefined
      return sum
    },
  }
}
