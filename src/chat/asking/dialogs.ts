import { DENIED_BY_PERSON } from '../../agent/event-text.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Approval, Approve } from '../../toolset/toolset.ts'
import type { ChatEvent } from '../view/view.ts'

/** Calls that need a person's approval. The first is on the screen, the others wait. */
export interface Dialogs {
  /** For one question to one customer. */
  approver(question: number, customer: string): Approve
  answer(id: number, allowed: boolean): void
  /** A key was pressed: a dialog that is not ready yet waits longer. */
  typed(): void
  /** The person does not see the chat until the work is done: no dialog gets ready meanwhile. */
  unseen<T>(work: Promise<T>): Promise<T>
  /** Denies the open calls of one question, or of all. */
  close(question?: number): void
}

/** @param onScreen id of the customer whom the person sees. */
export function openDialogs(dispatch: (event: ChatEvent) => void, onScreen: () => string): Dialogs {
  const open = new Map<number, { question: number; resolve(approval: Approval): void }>()
  let ids = 0
  let keys = 0
  let unseen = 0

  function waitForQuiet(): void {
    const key = ++keys
    const [id] = open.keys()
    const ready = () =>
      key === keys && unseen === 0 && id !== undefined && dispatch({ type: 'dialog-ready', id })
    // setImmediate first reads keys that were pressed while this process was busy.
    if (id !== undefined) setTimeout(() => setImmediate(ready), TIMEOUTS.dialogQuiet).unref()
  }

  function answer(id: number, allowed: boolean): void {
    const call = open.get(id)
    if (!call) return
    call.resolve(allowed ? { allowed } : { allowed, reason: DENIED_BY_PERSON })
    open.delete(id)
    dispatch({ type: 'dialog-closed', id, allowed })
    waitForQuiet()
  }

  return {
    answer,
    typed: waitForQuiet,
    async unseen(work) {
      unseen++
      try {
        return await work
      } finally {
        unseen--
        waitForQuiet()
      }
    },
    approver: (question, customer) => call =>
      new Promise(resolve => {
        // A call for a customer who is not on the screen is denied without asking.
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
