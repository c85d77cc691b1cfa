// Work that the end of the program must not cut off, although nobody waits for it.

const unfinished = new Set<Promise<unknown>>()

/** The program does not end before this work has settled. The work must have a timeout of its own. */
export function finishBeforeExit<T>(work: Promise<T>): Promise<T> {
  unfinished.add(work)
  void work.catch(() => {}).finally(() => unfinished.delete(work))
  return work
}

/** Settles when all such work has. Never rejects. */
export async function finishedWork(): Promise<void> {
  await Promise.allSettled(unfinished)
}
