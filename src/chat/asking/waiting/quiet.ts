import { TIMEOUTS } from '../../../base/timeouts.ts'
import type { ChatEvent } from '../../view/view.ts'

/** Makes the dialog in front ready once the person sees it and has stopped typing. */
export function openQuiet(open: ReadonlyMap<number, unknown>, dispatch: (event: ChatEvent) => void) {
  let keys = 0
  let unseen = 0

  function wait(): void {
    const key = ++keys
    const [id] = open.keys()
    const ready = () =>
      key === keys && unseen === 0 && id !== undefined && dispatch({ type: 'dialog-ready', id })
    // setImmediate first reads keys that were pressed while this process was busy.
    if (id !== undefined) setTimeout(() => setImmediate(ready), TIMEOUTS.dialogQuiet).unref()
  }

  return {
    wait,
    async unseen<T>(work: Promise<T>): Promise<T> {
      unseen++
      try {
        return await work
      } finally {
        unseen--
        wait()
      }
    },
  }
}
