import { TIMEOUTS } from '../../base/timeouts.ts'

/**
 * The items of a stream. Once `isWhole()`, the connection no longer matters: what still arrives is passed on (token counts
 * come last), but an error or a silence only ends the items.
 */
export async function* untilWhole<T>(source: AsyncIterable<T>, isWhole: () => boolean): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value, done } = await (isWhole() ? orEnd(items.next()) : items.next())
      if (done) return
      yield value
    }
  } finally {
    // Not awaited: a source that hangs would block us here.
    void Promise.resolve(items.return?.()).catch(() => {})
  }
}

function orEnd<T>(next: Promise<IteratorResult<T>>): Promise<IteratorResult<T>> {
  return new Promise(resolve => {
    const end = () => resolve({ value: undefined, done: true })
    const timer = setTimeout(end, TIMEOUTS.modelTail)
    next.then(resolve, end).finally(() => clearTimeout(timer))
  })
}
