import type { Key } from 'ink'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Controller } from '../controller.ts'
import type { Dialog, Tone } from '../view/view.ts'
import { isEnter, isNewLine, keyEdit, splitBurst } from './keys.ts'
import { type Edit, type Editor, expanded } from './line/editor.ts'
import { openLines, type PromptLines, placeOf, readyDialog } from './lines.ts'

/** What keys and pastes do to the line being typed, to the dialog in front and to the chat. */
interface Keyboard {
  /** The line that takes the keys. */
  line(): Editor
  key(input: string, key: Key): void
  paste(text: string): void
  /** Call it after a dialog opened or closed, for whatever reason. */
  gather(): void
}

interface KeyboardScreen {
  redraw(): void
  /** A hint under the prompt, until the next key. */
  say(hint: string, tone?: Tone): void
}

export function openKeyboard(controller: Controller, { redraw, say }: KeyboardScreen): Keyboard {
  const lines = openLines(redraw, controller.history.of)
  const actions = openActions(controller, lines, say)
  const { lineNow, change } = actions
  let interrupted = 0

  function interrupt(): void {
    const isSecond = Date.now() - interrupted < TIMEOUTS.quitTwice
    interrupted = Date.now()
    if (isSecond) controller.quit()
    else if (!actions.cancel() && lineNow().text) change({ type: 'clear' })
    if (!isSecond) say('press Ctrl+C again to quit')
  }

  function onePiece(input: string, key: Key): void {
    const next = keyEdit(input, key)
    if (isNewLine(input, key)) actions.newLine()
    else if (isEnter(input, key)) actions.submit()
    else if (key.tab) actions.completeLine()
    else if (next) change(next, next.type === 'paste' ? controller.view().customer.id : undefined)
  }

  return {
    line: lineNow,
    gather: actions.gather,
    key(input, key) {
      controller.typed()
      say('')
      if (key.ctrl && input === 'c') return interrupt()
      if (key.ctrl && input === 'd' && !lineNow().text) return controller.quit()
      if (key.escape) return void actions.cancel()
      for (const [piece, pressed] of splitBurst(input, key)) onePiece(piece, pressed)
    },
    // A paste is never an answer to a dialog.
    paste(text) {
      controller.typed()
      change({ type: 'paste', text }, controller.view().customer.id)
    },
  }
}

/** A burst of keys arrives as one input: each action must see the effects of the one before it. */
function openActions(controller: Controller, lines: PromptLines, say: KeyboardScreen['say']) {
  const placeNow = () => placeOf(controller.view())
  const lineNow = () => lines.at(placeNow())
  const change = (next: Edit, place = placeNow()) => lines.change(next, place)
  const gather = () => lines.gather(placeNow())

  function answer(dialog: Dialog, allowed: boolean): void {
    controller.answer(dialog.id, allowed)
    gather()
  }

  return {
    lineNow,
    change,
    gather,
    submit() {
      const dialog = readyDialog(controller.view())
      // Remembered before anything is sent: a command can switch to another customer.
      const place = placeNow()
      const line = lines.at(place)
      if (!dialog && isContinued(line)) change({ type: 'complete', ...lastCharacter(line), text: '\n' })
      else if (dialog) answer(dialog, /^\s*y(es)?\s*$/i.test(line.text))
      else {
        const kept = controller.submit(expanded(line), line.text)
        if (kept !== undefined) return say(kept, 'warn')
        if (line.text.trim()) controller.history.add(place, expanded(line))
        change({ type: 'submitted' }, place)
      }
    },
    /** False if there was nothing to cancel. */
    cancel(): boolean {
      const dialog = readyDialog(controller.view())
      if (dialog) answer(dialog, false)
      return dialog !== undefined || controller.cancel()
    },
    /** In the answer to a dialog it means nothing. */
    newLine() {
      if (!readyDialog(controller.view())) change({ type: 'insert', text: '\n' })
    },
    completeLine() {
      const { text } = lineNow()
      const { line, candidates } = controller.complete(text)
      if (candidates.length > 1 && line === text) say(candidates.join('  '))
      change({ type: 'replace', text: line })
    },
  }
}

/** Whether the line ends with a backslash, which means a new line, and not with two. */
function isContinued({ text, cursor }: Editor): boolean {
  return cursor === text.length && /(?<!\\)(\\\\)*\\$/.test(text)
}

function lastCharacter({ text }: Editor): { from: number; to: number } {
  return { from: text.length - 1, to: text.length }
}
