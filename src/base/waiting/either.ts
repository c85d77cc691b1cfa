/** What is running under each signal that lives long. */
const running = new WeakMap<AbortSignal, Set<AbortController>>()

/**
 * Runs `work` with a signal that fires as soon as one of the two does. For hot paths where the second one lives long: it gets one
 * listener for all of them. AbortSignal.any() would leave garbage behind at it for each call.
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
