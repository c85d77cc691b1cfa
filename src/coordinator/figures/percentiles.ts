/** The newest samples. */
export interface Samples {
  add(value: number): void
  /** Percentile by nearest rank: the smallest sample that a `share` (0..1) of all samples does not exceed. Undefined without samples. */
  at(share: number): number | undefined
  readonly count: number
}

export function openSamples(most: number): Samples {
  const ring: number[] = []
  let next = 0
  return {
    add(value) {
      ring[next] = value
      next = (next + 1) % most
    },
    at: share => percentile(ring, share),
    get count() {
      return ring.length
    },
  }
}

/** Percentile by nearest rank, of samples in any order. */
export function percentile(samples: readonly number[], share: number): number | undefined {
  const rank = Math.max(1, Math.ceil(share * samples.length))
  return Float64Array.from(samples).sort()[rank - 1]
}
