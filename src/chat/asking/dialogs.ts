import { DENIED_BY_PERSON } from '../../agent/event-text.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Approval, Approve } from '../../toolset/toolset.ts'
import type { ChatEvent } from '../view/view.ts'
import { type Grants, openGrants } from './grants.ts'
import type { DialogReply } from './reply.ts'

type AskedCall = Parameters<Approve>[0]

/** Calls that need a person's approval. The first is on the screen, the others wait. */
export interface Dialogs {
  /** For one question to one customer: what is allowed for the rest of it ends with it. */
  approver(question: number, customer: string): Approve
  answer(id: number, answer: DialogReply): void
  /** A key was pressed: a dialog that is not ready yet waits longer. */
  typed(): void
  /** The person does not see the chat until the work is done: no dialog gets ready meanwhile. */
  unseen<T>(work: Promise<T>): Promise<T>
  /** Denies the open calls of one question, or of all. */
  close(question?: number): void
}

interface DialogOptions {
  dispatch(event: ChatEvent): void
  /** Id of the customer whom the person sees. */
  onScreen(): string
  /** What a call would do, in lines that replace each other (default: nothing is known). */
  foresee?(call: AskedCall, signal: AbortSignal): AsyncIterable<readonly string[]>
}

interface OpenDialog {
  question: number
  call: AskedCall
  grants: Grants
  foreseeing: AbortController
  resolve(approval: Approval): void
}

const LONGEST_REASON = 500

export function openDialogs({ dispatch, onScreen, foresee }: DialogOptions): Dialogs {
  const open = new Map<number, OpenDialog>()
  const quiet = openQuiet(open, dispatch)
  let ids = 0

  function settle(id: number, approval: Approval): void {
    const dialog = open.get(id)
    dialog?.foreseeing.abort()
    dialog?.resolve(approval)
    open.delete(id)
    dispatch({ type: 'dialog-closed', id, allowed: approval.allowed })
  }

  function answer(id: number, given: DialogReply): void {
    const dialog = open.get(id)
    if (!dialog) return
    settle(id, given.kind === 'no' ? denied(given.why) : { allowed: true })
    if (given.kind === 'tool') {
      dialog.grants.add(dialog.call, given.most)
      for (const [other, { grants, call }] of open)
        if (grants === dialog.grants && grants.cover(call)) settle(other, { allowed: true })
    }
    quiet.wait()
  }

  async function show(id: number, { call, foreseeing: { signal } }: OpenDialog): Promise<void> {
    if (!foresee) return
    for await (const lines of foresee(call, signal)) {
      if (!open.has(id)) return
      dispatch({ type: 'dialog-foreseen', id, lines })
    }
  }

  function ask(dialog: OpenDialog): void {
    const id = ++ids
    open.set(id, dialog)
    dispatch({ type: 'dialog', dialog: { id, ...dialog.call, ready: false, foreseen: [] } })
    void show(id, dialog)
    if (open.size === 1) quiet.wait()
  }

  return {
    answer,
    typed: quiet.wait,
    unseen: quiet.unseen,
    approver(question, customer) {
      const grants = openGrants()
      return call =>
        new Promise(resolve => {
          // A call for a customer who is not on the screen is denied without asking.
          if (call.customer !== customer || customer !== onScreen())
            return resolve({ allowed: false, reason: 'another customer is on the screen' })
          if (grants.cover(call)) return resolve({ allowed: true })
          ask({ question, call, grants, foreseeing: new AbortController(), resolve })
        })
    },
    close(question) {
      for (const [id, one] of open)
        if (question === undefined || one.question === question) settle(id, denied(''))
      quiet.wait()
    },
  }
}

/** Makes the dialog in front ready once the person sees it and has stopped typing. */
function openQuiet(open: ReadonlyMap<number, unknown>, dispatch: DialogOptions['dispatch']) {
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

/** The reason goes to the model. */
function denied(why: string): Approval {
  const words = cleanLine(why, LONGEST_REASON)
  return { allowed: false, reason: words ? `${DENIED_BY_PERSON}: ${words}` : DENIED_BY_PERSON }
}
