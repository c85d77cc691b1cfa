/** Runs at most `most` pieces of work at a time. The others wait in order, or reject when their signal aborts. */
export function gate(most: number) {
  let running = 0
  const waiting: (() => void)[] = []

  function enterWhenFree(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (running < most) {
      running += 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(enter), 1)
        reject(signal.reason)
      }
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return async function pass<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await enterWhenFree(signal)
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
