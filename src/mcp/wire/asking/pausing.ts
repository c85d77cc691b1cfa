/** The time limits of the requests of one connection: they stop while a person answers its server. */
export interface Pausing {
  /** No limit runs until this is settled. */
  during<T>(answering: Promise<T>): Promise<T>
  /** A limit that stops with the others; it is stopped now if they are. Returns what leaves it out again. */
  add(limit: Pausable): () => void
}

interface Pausable {
  pause(): void
  resume(): void
}

export function createPausing(): Pausing {
  const limits = new Set<Pausable>()
  let answering = 0
  return {
    async during(answer) {
      if (++answering === 1) for (const one of limits) one.pause()
      try {
        return await answer
      } finally {
        if (--answering === 0) for (const one of limits) one.resume()
      }
    },
    add(limit) {
      limits.add(limit)
      if (answering > 0) limit.pause()
      return () => void limits.delete(limit)
    },
  }
}
