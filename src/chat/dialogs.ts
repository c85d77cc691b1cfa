import type { Approval, Approve } from '../toolset/toolset.ts'
import type { ChatEvent } from './view/view.ts'

/** Open questions to the person: may this call change something? The first is asked, the others wait. */
export interface Dialogs {
  /** For one question to one customer. */
  approver(question: number, customer: string): Approve
  answer(id: number, allowed: boolean): void
  /** A key came: a dialog that is not ready yet waits on. */
  typed(): void
  /** Everything still open of one question, or of all, is answered No. */
  close(question?: number): void
}

/** No key for this long since a dialog came up: what comes next is meant for it. */
const QUIET_MS = 500

/** @param onScreen id of the customer whom the person sees. */
export function openDialogs(dispatch: (event: ChatEvent) => void, onScreen: () => string): Dialogs {
  const open = new Map<number, { question: number; resolve(approval: Approval): void }>()
  let ids = 0
  let keys = 0

  function waitForQuiet(): void {
    const key = ++keys
    const [id] = open.keys()
    const ready = () => key === keys && id !== undefined && dispatch({ type: 'dialog-ready', id })
    // After one more look at the keyboard: keys that came while this process was busy are read before.
    if (id !== undefined) setTimeout(() => setImmediate(ready), QUIET_MS).unref()
  }

  function answer(id: number, allowed: boolean): void {
    const one = open.get(id)
    if (!one) return
    one.resolve(allowed ? { allowed } : { allowed, reason: 'the engineer said no' })
    open.delete(id)
    dispatch({ type: 'dialog-closed', id })
    waitForQuiet()
  }

  return {
    answer,
    typed: waitForQuiet,
    approver: (question, customer) => call =>
      new Promise(resolve => {
        // A call that asks in the name of a customer who is not on the screen is refused unseen.
        if (call.customer !== customer || customer !== onScreen())
          return resolve({ allowed: false, reason: 'another customer is on the screen' })
        const id = ++ids
        open.set(id, { question, resolve })
        dispatch({ type: 'dialog', dialog: { id, ...call, ready: false } })
        if (open.size === 1) waitForQuiet()
      }),
    close(question) {
      for (const [id, one] of open) if (question === undefined || one.question === question) answer(id, false)
    },
  }
}
