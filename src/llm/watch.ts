/** Milliseconds. Thinking counts as alive. */
export interface Patience {
  /** To the first event. */
  first: number
  /** Between two events. */
  idle: number
}

export const PATIENCE: Patience = { first: 60_000, idle: 60_000 }

/**
 * The same events, until the source is silent for too long: then `late` is called and its error thrown. The SDK's
 * own timeout stops counting at the headers.
 */
export async function* watched<T>(
  source: AsyncIterable<T>,
  patience: Patience,
  late: (milliseconds: number) => Error,
): AsyncGenerator<T> {
  const events = source[Symbol.asyncIterator]()
  let wait = patience.first
  try {
    for (;;) {
      const { value, done } = await inTime(events.next(), wait, late)
      if (done) return
      yield value
      wait = patience.idle
    }
  } finally {
    // Not awaited: a source that hangs would hold us here.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

function inTime<T>(work: Promise<T>, wait: number, late: (milliseconds: number) => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late(wait)), wait)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
