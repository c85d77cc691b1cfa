import type { Key } from 'ink'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Controller } from '../controller.ts'
import type { Tone } from '../view/view.ts'
import { openActions } from './actions.ts'
import { isEnter, isNewLine, keyEdit, splitBurst } from './keys.ts'
import type { Editor } from './line/editor.ts'
import { openLines } from './lines.ts'
import type { List } from './list.ts'
import { openListKeys } from './list-keys.ts'

/** What is drawn of the typing. */
export interface Typing {
  /** The line that takes the keys. */
  line: Editor
  list: List | undefined
  /** Under the line, until the next key. */
  hint: { text: string; tone: Tone } | undefined
}

/** What keys and pastes do to the line being typed, to the dialog in front and to the chat. */
export interface Keyboard {
  /** The same value until something changes. */
  typing(): Typing
  subscribe(listener: () => void): () => void
  key(input: string, key: Key): void
  paste(text: string): void
  /** Call it after a dialog opened or closed, for whatever reason. */
  gather(): void
}

export function openKeyboard(controller: Controller): Keyboard {
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const lines = openLines(changed, controller.history.of)
  let hint: Typing['hint']
  const say = (text: string, tone: Tone = 'quiet') => {
    if (text === '' && hint === undefined) return
    hint = text === '' ? undefined : { text, tone }
    changed()
  }
  const actions = openActions(controller, lines, say)
  const { lineNow, change } = actions
  const list = openListKeys(controller, actions, changed)
  let interrupted = 0
  let typing: Typing | undefined

  function interrupt(): void {
    const isSecond = Date.now() - interrupted < TIMEOUTS.quitTwice
    interrupted = Date.now()
    if (isSecond) controller.quit()
    else if (!actions.cancel() && lineNow().text) change({ type: 'clear' })
    if (!isSecond) say('press Ctrl+C again to quit')
  }

  function onePiece(input: string, key: Key, isAlone: boolean): void {
    const next = keyEdit(input, key)
    if (isNewLine(input, key)) actions.newLine()
    else if (isEnter(input, key)) actions.submit()
    else if (key.tab) list.complete(isAlone)
    else if (next?.type === 'paste') actions.paste(next.text)
    else if (next) change(next)
  }

  return {
    gather: actions.gather,
    typing() {
      const now = { line: lineNow(), list: list.now(), hint }
      const isSame = typing?.line === now.line && typing.list === now.list && typing.hint === now.hint
      if (!isSame || typing === undefined) typing = now
      return typing
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    key(input, key) {
      controller.typed()
      say('')
      if (key.ctrl && input === 'c') return interrupt()
      if (key.ctrl && input === 'd' && !lineNow().text) return controller.quit()
      if (list.takes(input, key)) return
      if (key.escape) return actions.escape()
      if (key.upArrow && actions.editQueued()) return
      const pieces = splitBurst(input, key)
      for (const [piece, pressed] of pieces) onePiece(piece, pressed, pieces.length === 1)
    },
    // A paste is never an answer to a dialog.
    paste(text) {
      controller.typed()
      actions.paste(text)
    },
  }
}
