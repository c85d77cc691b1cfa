import type { Approval, Approve } from '../mcp/toolset.ts'
import { cleanLine } from './text.ts'
import type { ChatEvent } from './view.ts'

/** Open questions to the person: may this call change something? */
export interface Dialogs {
  /** For one question to one customer. */
  approver(question: number, customer: string): Approve
  answer(id: number, allowed: boolean): void
  /** Everything still open of one question, or of all, is answered No. */
  close(question?: number): void
}

/** Longer arguments are shown in full above the one line of the dialog. */
const LONG_ARGS = 60

/** @param onScreen id of the customer whom the person sees. */
export function openDialogs(dispatch: (event: ChatEvent) => void, onScreen: () => string): Dialogs {
  const open = new Map<number, { question: number; resolve(approval: Approval): void }>()
  let ids = 0

  function answer(id: number, allowed: boolean): void {
    open.get(id)?.resolve(allowed ? { allowed } : { allowed, reason: 'the engineer said no' })
    open.delete(id)
    dispatch({ type: 'dialog-closed', id })
  }

  return {
    answer,
    approver: (question, customer) => call =>
      new Promise(resolve => {
        // A call that asks in the name of a customer who is not on the screen is refused unseen.
        if (call.customer !== customer || customer !== onScreen())
          return resolve({ allowed: false, reason: 'another customer is on the screen' })
        const id = ++ids
        open.set(id, { question, resolve })
        const args = cleanLine(JSON.stringify(call.args) ?? '', 4_000)
        const tool = cleanLine(call.tool)
        const full = `${call.server} · ${tool} is asked for with ${args}`
        if (args.length > LONG_ARGS) dispatch({ type: 'note', tone: 'warn', text: full })
        dispatch({ type: 'dialog', dialog: { id, ...call, tool, args } })
      }),
    close(question) {
      for (const [id, one] of open) if (question === undefined || one.question === question) answer(id, false)
    },
  }
}
