import type { QueuedLine } from '../view/queued-line.ts'
import type { ViewStore } from '../view/store.ts'

/** Lines that were typed while a question was running, and are sent after its answer. */
export interface Queue {
  add(text: string, shown: string): void
  /** Sends the next line, unless a question is running or waits for a yes. */
  sendNext(): void
  /** The line that was queued last, which then is in no queue. */
  takeLast(): QueuedLine | undefined
  /** Lines that were not sent, which then are the caller's to keep. */
  takeUnsent(): readonly QueuedLine[]
}

/** @param submit returns why the line was not sent */
export function openQueue(
  { view, dispatch }: ViewStore,
  submit: (text: string, shown: string) => string | undefined,
): Queue {
  return {
    add(text, shown) {
      dispatch({ type: 'queued', line: { customer: view().customer.id, text, shown } })
    },
    sendNext() {
      const { queued, asking, dialogs, customer } = view()
      const [line] = queued
      // Those of another customer are back in its prompt by now; should one be here, it stays.
      if (!line || asking !== undefined || dialogs.length > 0 || line.customer !== customer.id) return
      dispatch({ type: 'unqueued', line })
      const kept = submit(line.text, line.shown)
      if (kept === undefined) return
      dispatch({ type: 'note', tone: 'warn', text: kept })
      dispatch({ type: 'unsent', line })
    },
    takeLast() {
      const line = view().queued.at(-1)
      if (line) dispatch({ type: 'unqueued', line })
      return line
    },
    takeUnsent() {
      const { unsent } = view()
      if (unsent.length > 0) dispatch({ type: 'gathered' })
      return unsent
    },
  }
}
