/**
 * The outcome of `work`, or a rejection with the signal's reason as soon as `signal` aborts. The work itself is not
 * stopped: use this for work that takes no signal, or that does not settle promptly when its own fires.
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
