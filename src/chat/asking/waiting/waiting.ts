import type { NewDialog } from '../../view/dialogs.ts'
import type { ChatEvent } from '../../view/view.ts'
import { openQuiet } from './quiet.ts'

/** What a dialog does with its answer. */
export interface Answering {
  /** The question in which it is asked; undefined for one that is asked before. */
  question: number | undefined
  /** Why the line is no answer; undefined if it was one. */
  reply(line: string): string | undefined
  /** It gets no answer: the person pressed Esc, the question is over, or the chat is with another customer. */
  end(): void
}

/** What waits for a person's answer. The first is on the screen, the others wait. */
export interface Waiting {
  add(dialog: NewDialog, answering: Answering): number
  /** It has its answer. */
  remove(id: number, isAllowed: boolean): void
  has(id: number): boolean
  /** Those that the same question asked, or all. */
  all(): ReadonlyMap<number, Answering>
  /** Undefined, too, if it is not there any more. */
  reply(id: number, line: string): string | undefined
  /** Without an answer. */
  end(id: number): void
  /** A key was pressed: a dialog that is not ready yet waits longer. */
  typed(): void
  /** The person does not see the chat until the work is done: no dialog gets ready meanwhile. */
  unseen<T>(work: Promise<T>): Promise<T>
  /** Ends the open dialogs of one question, or all. */
  close(question?: number): void
}

export function openWaiting(dispatch: (event: ChatEvent) => void): Waiting {
  const open = new Map<number, Answering>()
  const quiet = openQuiet(open, dispatch)
  let ids = 0

  function remove(id: number, allowed: boolean): void {
    if (!open.delete(id)) return
    dispatch({ type: 'dialog-closed', id, allowed })
  }

  function end(id: number): void {
    const answering = open.get(id)
    remove(id, false)
    answering?.end()
  }

  return {
    add(dialog, answering) {
      const id = ++ids
      open.set(id, answering)
      dispatch({ type: 'dialog', dialog: { ...dialog, id, ready: false } })
      if (open.size === 1) quiet.wait()
      return id
    },
    remove(id, isAllowed) {
      remove(id, isAllowed)
      quiet.wait()
    },
    has: id => open.has(id),
    all: () => open,
    reply: (id, line) => open.get(id)?.reply(line),
    end(id) {
      end(id)
      quiet.wait()
    },
    typed: quiet.wait,
    unseen: quiet.unseen,
    close(question) {
      for (const [id, one] of open) if (question === undefined || one.question === question) end(id)
      quiet.wait()
    },
  }
}
