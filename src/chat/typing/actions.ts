import { alertsIn } from '../../agent/alerts/find.ts'
import { alertWords } from '../../agent/alerts/words.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { Controller } from '../controller.ts'
import type { Dialog } from '../view/dialogs.ts'
import type { Tone } from '../view/view.ts'
import { type Edit, type Editor, expanded } from './line/editor.ts'
import { type PromptLines, placeOf, readyDialog } from './lines.ts'

/** Into a field of a form, in characters. */
const LONGEST_PASTE = 2_000

/** What keys do, on the line and beyond. */
export type Actions = ReturnType<typeof openActions>

/** A burst of keys arrives as one input: each action must see the effects of the one before it. */
export function openActions(
  controller: Controller,
  lines: PromptLines,
  say: (hint: string, tone?: Tone) => void,
) {
  const placeNow = () => placeOf(controller.view())
  const lineNow = () => lines.at(placeNow())
  const change = (next: Edit, place = placeNow()) => lines.change(next, place)
  const gather = () => {
    lines.gather(placeNow())
    for (const { customer, shown } of controller.queue.takeUnsent().toReversed())
      change({ type: 'return', text: shown }, customer)
  }

  function reply(dialog: Dialog, text: string): void {
    const place = placeNow()
    const hint = controller.reply(dialog, text)
    if (hint !== undefined) say(hint, 'warn')
    else if (text) change({ type: 'clear' }, place)
    gather()
  }

  function send(): void {
    // Remembered before anything is sent: a command can switch to another customer.
    const place = placeNow()
    const line = lines.at(place)
    const kept = controller.submit(expanded(line), line.text)
    if (kept === undefined) {
      if (line.text.trim()) controller.history.add(place, expanded(line))
      change({ type: 'submitted' }, place)
    } else say(kept, 'warn')
  }

  function cancel(): boolean {
    const isAnything = controller.cancel()
    gather()
    return isAnything
  }

  return {
    place: placeNow,
    /** Whether keys go to the customer's prompt. */
    isPrompt: () => readyDialog(controller.view()) === undefined,
    lineNow,
    change,
    gather,
    /** Empties a line that is only a slash: left there, it would make a question of the next command, `//help`. */
    dropsSlash() {
      const isAlone = readyDialog(controller.view()) === undefined && lineNow().text === '/'
      if (isAlone) change({ type: 'clear' })
      return isAlone
    },
    submit() {
      const dialog = readyDialog(controller.view())
      const line = lineNow()
      if (dialog) reply(dialog, line.text)
      else if (isContinued(line)) change({ type: 'complete', ...lastCharacter(line), text: '\n' })
      else send()
    },
    /** False if there was nothing to cancel. */
    cancel,
    /** In the answer to a dialog it means nothing. */
    newLine() {
      if (!readyDialog(controller.view())) change({ type: 'insert', text: '\n' })
    },
    /** Goes to the customer's prompt, also while a dialog takes the keys. */
    paste(pasted: string) {
      const text = withNewlines(pasted)
      // A form's field takes one; an approval never does.
      if (readyDialog(controller.view())?.kind === 'form')
        return change({ type: 'insert', text: cleanLine(text, LONGEST_PASTE) })
      const { id } = controller.view().customer
      const before = lines.at(id).pastes.length
      const found = alertsIn(text)
      const alert = found && alertWords(found, new Date())
      change({ type: 'paste', text, alert }, id)
      if (lines.at(id).pastes.length > before) say('Ctrl+O shows the paste')
    },
  }
}

/** Terminals end pasted lines as a person would, with Enter. */
function withNewlines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

/** Whether the line ends with a backslash, which means a new line, and not with two. */
function isContinued({ text, cursor }: Editor): boolean {
  return cursor === text.length && /(?<!\\)(\\\\)*\\$/.test(text)
}

function lastCharacter({ text }: Editor): { from: number; to: number } {
  return { from: text.length - 1, to: text.length }
}
