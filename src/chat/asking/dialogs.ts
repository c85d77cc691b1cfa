import { DENIED_BY_PERSON } from '../../agent/event-text.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { Approval, Approve } from '../../toolset/toolset.ts'
import type { ChatEvent } from '../view/view.ts'
import { type Grants, openGrants } from './grants.ts'
import { type DialogReply, replyIn } from './reply.ts'
import { openWaiting, type Waiting } from './waiting/waiting.ts'

type AskedCall = Parameters<Approve>[0]

/** What needs a person's answer: calls that need approval, and what else is put to them. */
export interface Dialogs extends Waiting {
  /** For one question to one customer: what is allowed for the rest of it ends with it. */
  approver(question: number, customer: string): Approve
  /** About a call. */
  answer(id: number, answer: DialogReply): void
}

interface DialogOptions {
  dispatch(event: ChatEvent): void
  /** Id of the customer whom the person sees. */
  onScreen(): string
  /** What a call would do, in lines that replace each other (default: nothing is known). */
  foresee?(call: AskedCall, signal: AbortSignal): AsyncIterable<readonly string[]>
}

interface OpenCall {
  call: AskedCall
  grants: Grants
  foreseeing: AbortController
  resolve(approval: Approval): void
}

const LONGEST_REASON = 500

export function openDialogs({ dispatch, onScreen, foresee }: DialogOptions): Dialogs {
  const waiting = openWaiting(dispatch)
  const calls = new Map<number, OpenCall>()

  function settle(id: number, approval: Approval): void {
    const open = calls.get(id)
    calls.delete(id)
    open?.foreseeing.abort()
    open?.resolve(approval)
    waiting.remove(id, approval.allowed)
  }

  function answer(id: number, given: DialogReply): void {
    const open = calls.get(id)
    if (!open) return
    settle(id, given.kind === 'no' ? denied(given.why) : { allowed: true })
    if (given.kind !== 'tool') return
    open.grants.add(open.call, given.most)
    for (const [other, { grants, call }] of calls)
      if (grants === open.grants && grants.cover(call)) settle(other, { allowed: true })
  }

  function replied(id: number, { call }: OpenCall, line: string): string | undefined {
    const reply = replyIn(line, call.effect.kind)
    if (reply.kind === 'unclear') return reply.hint
    answer(id, reply)
    return undefined
  }

  async function show(id: number, { call, foreseeing: { signal } }: OpenCall): Promise<void> {
    if (!foresee) return
    for await (const lines of foresee(call, signal)) {
      if (!calls.has(id)) return
      dispatch({ type: 'dialog-foreseen', id, lines })
    }
  }

  function ask(question: number, open: OpenCall): void {
    const id: number = waiting.add(
      { kind: 'call', ...open.call, foreseen: [] },
      { question, reply: line => replied(id, open, line), end: () => settle(id, denied('')) },
    )
    calls.set(id, open)
    void show(id, open)
  }

  return {
    ...waiting,
    answer,
    approver(question, customer) {
      const grants = openGrants()
      return call =>
        new Promise(resolve => {
          // A call for a customer who is not on the screen is denied without asking.
          if (call.customer !== customer || customer !== onScreen())
            return resolve({ allowed: false, reason: 'another customer is on the screen' })
          if (grants.cover(call)) return resolve({ allowed: true })
          ask(question, { call, grants, foreseeing: new AbortController(), resolve })
        })
    },
  }
}

/** The reason goes to the model. */
function denied(why: string): Approval {
  const words = cleanLine(why, LONGEST_REASON)
  return { allowed: false, reason: words ? `${DENIED_BY_PERSON}: ${words}` : DENIED_BY_PERSON }
}
