import type { CallProgress } from '../../toolset/toolset.ts'

/** What servers report about calls that are running. */
export interface News {
  /** Replaces what is not taken yet of the same call. */
  add(id: string, progress: CallProgress): void
  /** Settles when there is some; some time after the last was taken. */
  some(): Promise<void>
  /** What came since the last time, by the ids of the calls. */
  take(): [id: string, progress: CallProgress][]
}

/** Nobody reads faster, and a server may send thousands at once. */
const PAUSE_MS = 100

export function openNews(): News {
  const newest = new Map<string, CallProgress>()
  let arrival = Promise.withResolvers<void>()
  let takenAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  return {
    add(id, progress) {
      newest.set(id, progress)
      timer ??= setTimeout(arrival.resolve, Math.max(0, takenAt + PAUSE_MS - performance.now())).unref()
    },
    some: () => arrival.promise,
    take() {
      if (newest.size === 0) return []
      const taken = [...newest]
      newest.clear()
      clearTimeout(timer)
      timer = undefined
      takenAt = performance.now()
      arrival = Promise.withResolvers()
      return taken
    },
  }
}
