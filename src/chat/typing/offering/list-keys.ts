import type { Key } from 'ink'
import type { Controller } from '../../controller.ts'
import type { Actions } from '../actions.ts'
import { isEnter, isNewLine } from '../keys.ts'
import type { Editor } from '../line/editor.ts'
import {
  type Choosing,
  chosenRow,
  commonBeginning,
  type List,
  listUnder,
  NOT_CHOOSING,
  stepped,
} from './list.ts'

export interface ListKeys {
  /** The list that is open; the same value until it changes. */
  now(): List | undefined
  /** Whether the key was for the list. */
  takes(input: string, key: Key): boolean
  /** Tab. @param isAlone false for a key that arrived with others: the person has not seen the list yet */
  complete(isAlone: boolean): void
}

/** Moves through the list and takes from it. */
export function openListKeys(controller: Controller, actions: Actions, changed: () => void): ListKeys {
  const { lineNow, change } = actions
  let choosing = NOT_CHOOSING
  let looked: { line: Editor; completion: ReturnType<Controller['complete']> } | undefined
  let shown: { line: Editor; choosing: Choosing; list: List | undefined } | undefined

  /** Looked up once for each change of the line: it may read a folder. */
  function completionNow() {
    const line = lineNow()
    if (looked?.line === line) return looked.completion
    const completion = controller.complete(line.text, line.cursor)
    looked = { line, completion }
    const isStill = (about: string | undefined) => (about === completion?.about ? about : undefined)
    choosing = { ...choosing, closed: isStill(choosing.closed), opened: isStill(choosing.opened) }
    return completion
  }

  function now(): List | undefined {
    if (controller.view().dialogs.length > 0) return undefined
    const completion = completionNow()
    const line = lineNow()
    if (shown?.line !== line || shown.choosing !== choosing)
      shown = { line, choosing, list: listUnder(line, completion, choosing) }
    return shown.list
  }

  function choose(next: Partial<Choosing>): void {
    choosing = { ...choosing, ...next }
    changed()
  }

  function take({ completion: { from, to } }: List, value: string): void {
    choosing = NOT_CHOOSING
    change({ type: 'complete', from, to, text: value })
  }

  function enter(list: List): boolean {
    const row = chosenRow(list)
    const { text } = lineNow()
    const { from, to } = list.completion
    if (!row || row.value.trim() === text.slice(from, to).toLowerCase()) return false
    take(list, row.isWhole ? row.value.trim() : row.value)
    if (row.isWhole) actions.submit()
    return true
  }

  return {
    now,
    takes(input, key) {
      const list = now()
      if (!list) return false
      if (key.escape) choose({ closed: list.completion.about })
      else if (key.upArrow || (key.tab && key.shift)) choose({ row: stepped(list, -1), text: lineNow().text })
      else if (key.downArrow) choose({ row: stepped(list, 1), text: lineNow().text })
      else return isEnter(input, key) && !isNewLine(input, key) && enter(list)
      return true
    },
    complete(isAlone) {
      if (controller.view().dialogs.length > 0) return
      const isSeen = isAlone && now() !== undefined
      // A server may have come since.
      looked = undefined
      const completion = completionNow()
      if (!completion) return
      const { text } = lineNow()
      choosing = { ...choosing, closed: undefined, opened: completion.about }
      const list = now()
      const shared = commonBeginning(completion, text)
      const row = list && chosenRow(list)
      const [only, another] = completion.rows
      if (list && row && isSeen && (list.isPicked || shared === undefined)) take(list, row.value)
      else if (list && only && !another) take(list, only.value)
      else if (shared !== undefined) change({ type: 'complete', ...completion, text: shared })
      else choose({ row: 0, text })
    },
  }
}
