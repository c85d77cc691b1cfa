import { lazily } from '../../base/waiting/lazily.ts'
import type { Dialog } from '../view/dialogs.ts'
import type { View } from '../view/view.ts'
import { type Edit, type Editor, EMPTY, edit } from './line/editor.ts'

/**
 * A line with its history and pastes for each customer and each dialog: text typed for one customer must never appear
 * for another.
 */
export interface PromptLines {
  at(place: string): Editor
  change(next: Edit, place: string): void
  /**
   * Moves text typed into a dialog that has closed, unless it is an answer, to the prompt of its customer. What was typed into
   * a form is dropped: a server asked for it, and it would be sent to a model.
   */
  gather(openPlace: string): void
}

/** @param earlier what was typed for this customer before, oldest first */
export function openLines(
  changed: () => void,
  earlier: (customerId: string) => readonly string[],
): PromptLines {
  const lines = new Map<string, Editor>()

  function at(place: string): Editor {
    const line = lines.get(place) ?? (isDialog(place) ? EMPTY : withHistory(() => earlier(place)))
    lines.set(place, line)
    return line
  }

  function change(next: Edit, place: string): void {
    lines.set(place, edit(at(place), next))
    changed()
  }

  return {
    at,
    change,
    gather(openPlace) {
      for (const [place, { text }] of lines) {
        const [customer = ''] = place.split(' ')
        if (!isDialog(place) || place === openPlace) continue
        lines.delete(place)
        if (place.endsWith(FORM)) continue
        if (!/^\s*(y|yes|n|no|t|t destructive)?\s*$/i.test(text)) change({ type: 'insert', text }, customer)
      }
    },
  }
}

/** The history is a file, which nobody waits for before the first key. */
function withHistory(read: () => readonly string[]): Editor {
  const history = lazily(read)
  return {
    ...EMPTY,
    get history() {
      return history()
    },
  }
}

function isDialog(place: string): boolean {
  return place.includes(' ')
}

/** The dialog that takes the keys. */
export function readyDialog({ dialogs: [front] }: View): Dialog | undefined {
  return front?.ready ? front : undefined
}

const FORM = ' form'

/** The name of the line that takes the keys: `acme`, `acme 3` for a dialog, or `acme 3 form`. No customer's id contains a space. */
export function placeOf(view: View): string {
  const dialog = readyDialog(view)
  if (!dialog) return view.customer.id
  return `${view.customer.id} ${dialog.id}${dialog.kind === 'form' ? FORM : ''}`
}
