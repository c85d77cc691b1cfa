import type { Key } from 'ink'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Controller } from '../controller.ts'
import type { Tone } from '../view/view.ts'
import { openActions } from './actions.ts'
import { isEnter, isNewLine, keyEdit, splitBurst } from './keys.ts'
import type { Editor } from './line/editor.ts'
import { openLines } from './lines.ts'
import type { List } from './offering/list.ts'
import { openListKeys } from './offering/list-keys.ts'
import { openSearchKeys } from './offering/search-keys.ts'
import { openQueueKeys } from './queue-keys.ts'
import { openTerminalKeys } from './terminal-keys.ts'

/** What is drawn of the typing. */
export interface Typing {
  /** The line that takes the keys. */
  line: Editor
  list: List | undefined
  /** The line is what to find in the history. */
  isSearch: boolean
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
  const search = openSearchKeys(actions, changed)
  const ofQueue = openQueueKeys(controller, actions, say)
  const ofTerminal = openTerminalKeys(controller, actions, say)
  let interrupted = 0
  let typing: Typing | undefined

  function interrupt(): void {
    const isSecond = Date.now() - interrupted < TIMEOUTS.quitTwice
    interrupted = Date.now()
    if (isSecond) controller.quit()
    else if (!actions.cancel() && lineNow().text) change({ type: 'clear' })
    if (!isSecond) say('press Ctrl+C again to quit')
  }

  /** @param isAlone false for a key that arrived with others: the person has not seen what they made */
  function press(input: string, key: Key, isAlone: boolean): void {
    if (!isAlone && search.now() && isEnter(input, key)) return
    if (search.takes(input, key)) return
    if (key.ctrl && input === 'c') interrupt()
    else if (key.ctrl && input === 'd' && !lineNow().text) controller.quit()
    else if (key.escape && actions.dropsSlash()) return
    else if (isAlone && list.takes(input, key)) return
    else if (ofQueue(key) || ofTerminal(input, key)) return
    else if (key.escape) actions.cancel()
    else ofLine(input, key, isAlone)
  }

  function ofLine(input: string, key: Key, isAlone: boolean): void {
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
      const found = search.now()
      const now = found
        ? { line: found.query, list: found.list, isSearch: true, hint }
        : { line: lineNow(), list: list.now(), isSearch: false, hint }
      if (typing === undefined || !isShallowlySame(typing, now)) typing = now
      return typing
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    key(input, key) {
      controller.typed()
      say('')
      if (search.takes(input, key)) return
      const pieces = splitBurst(input, key)
      for (const [piece, pressed] of pieces) press(piece, pressed, pieces.length === 1)
    },
    // A paste is never an answer to a dialog.
    paste(text) {
      controller.typed()
      if (!search.pastes(text)) actions.paste(text)
    },
  }
}

function isShallowlySame(a: Typing, b: Typing): boolean {
  return a.line === b.line && a.list === b.list && a.isSearch === b.isSearch && a.hint === b.hint
}
