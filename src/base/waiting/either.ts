/** The work that is running under each long-lived signal. */
const running = new WeakMap<AbortSignal, Set<AbortController>>()

/**
 * Runs `work` with a signal that fires as soon as one of the two does. For hot paths where the second one is long-lived: it gets
 * one listener for all calls, whereas AbortSignal.any() would leave garbage on it for each.
 */
export async function untilEither<T>(
  short: AbortSignal | undefined,
  long: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!short) return work(long)
  const own = new AbortController()
  const together = runningUnder(long)
  const abort = () => own.abort(short.reason)
  if (long.aborted) own.abort(long.reason)
  if (short.aborted) abort()
  together.add(own)
  short.addEventListener('abort', abort, { once: true })
  try {
    return await work(own.signal)
  } finally {
    together.delete(own)
    short.removeEventListener('abort', abort)
  }
}

function runningUnder(signal: AbortSignal): Set<AbortController> {
  const known = running.get(signal)
  if (known) return known
  const all = new Set<AbortController>()
  running.set(signal, all)
  signal.addEventListener('abort', () => {
    for (const one of all) one.abort(signal.reason)
  })
  return all
}
