// The line being typed, as a value: text, cursor, history and pasted blocks.

import { blockOf, unfolded } from './pastes.ts'
import { after, before, inLineBeside, lineEnd, lineStart, wordEnd, wordStart } from './places.ts'
import { type Remembered, remembered } from './undo.ts'

export interface Editor extends Remembered {
  /** Contents behind the `[pasted …]` marks, in order. */
  pastes: readonly string[]
  history: readonly string[]
  /** Index of the history entry on display; undefined = the new line. */
  at: number | undefined
  draft: string
}

export const EMPTY: Editor = {
  text: '',
  cursor: 0,
  pastes: [],
  history: [],
  at: undefined,
  draft: '',
  cut: '',
  undo: [],
  last: undefined,
}

export type Edit =
  | { type: 'insert' | 'replace'; text: string }
  /** `alert`: the alert that it is, in a few words. */
  | { type: 'paste'; text: string; alert?: string | undefined }
  /** A part of the line gets another text; the cursor goes behind it. */
  | { type: 'complete'; from: number; to: number; text: string }
  /** A line that was not sent comes back, before what is typed by now. */
  | { type: 'return'; text: string }
  | { type: 'submitted' }
  | { type: 'left' | 'right' | 'home' | 'end' | 'word-left' | 'word-right' }
  | { type: 'backspace' | 'delete' | 'clear' }
  | { type: 'kill-left' | 'kill-right' | 'kill-word' | 'kill-word-right' }
  /** Puts back what the last kills took; takes back the last change. */
  | { type: 'yank' | 'undo' }
  /** Shows the pasted blocks in the line. */
  | { type: 'unfold' }
  | { type: 'older' | 'newer' | 'up' | 'down' }

/** The editor after one edit. Pure. */
export function edit(editor: Editor, change: Edit): Editor {
  return remembered(editor, changed(editor, change), change.type)
}

function changed(editor: Editor, change: Edit): Editor {
  const { text, cursor, pastes } = editor
  switch (change.type) {
    case 'insert':
      return put(editor, cursor, cursor, change.text)
    case 'paste': {
      const block = blockOf(change.text, pastes, change.alert)
      return { ...put(editor, cursor, cursor, block.text), pastes: block.pastes }
    }
    case 'yank':
      return put(editor, cursor, cursor, editor.cut)
    case 'replace':
      return put(editor, 0, text.length, change.text)
    case 'complete':
      return put(editor, change.from, change.to, change.text)
    case 'return': {
      const back = text === '' ? change.text : `${change.text}\n${text}`
      return { ...put(editor, 0, text.length, back), cursor: back.length - text.length + cursor }
    }
    case 'unfold':
      return {
        ...put(editor, 0, text.length, unfolded(text, pastes)),
        cursor: unfolded(text.slice(0, cursor), pastes).length,
      }
    case 'submitted':
      return submitted(editor)
    case 'older':
    case 'newer':
      return recalled(editor, change.type === 'older' ? -1 : 1)
    case 'up':
    case 'down': {
      const to = inLineBeside(text, cursor, change.type)
      return to === undefined ? recalled(editor, change.type === 'up' ? -1 : 1) : { ...editor, cursor: to }
    }
    case 'undo':
      return editor
    case 'clear':
    case 'backspace':
    case 'delete':
    case 'kill-left':
    case 'kill-right':
    case 'kill-word':
    case 'kill-word-right':
      return put(editor, ...removedBy(change.type, text, cursor), '')
    default:
      return { ...editor, cursor: moved(text, cursor, change.type) }
  }
}

/** The text to send, with the pasted blocks in place of their marks. */
export function expanded({ text, pastes }: Editor): string {
  return unfolded(text, pastes)
}

function put(editor: Editor, from: number, to: number, text: string): Editor {
  const all = editor.text.slice(0, from) + text + editor.text.slice(to)
  return { ...editor, text: all, cursor: from + text.length, at: undefined }
}

function removedBy(type: Edit['type'], text: string, cursor: number): [from: number, to: number] {
  if (type === 'backspace') return [before(text, cursor), cursor]
  if (type === 'delete') return [cursor, after(text, cursor)]
  if (type === 'kill-left') return [Math.min(lineStart(text, cursor), before(text, cursor)), cursor]
  if (type === 'kill-right') return [cursor, Math.max(lineEnd(text, cursor), after(text, cursor))]
  if (type === 'kill-word') return [wordStart(text, cursor), cursor]
  if (type === 'kill-word-right') return [cursor, wordEnd(text, cursor)]
  return [0, text.length]
}

function submitted(editor: Editor): Editor {
  const { text, history, pastes, cut } = editor
  const isNew = text.trim() !== '' && text !== history.at(-1)
  return { ...EMPTY, pastes, cut, history: isNew ? [...history, text] : history }
}

function recalled(editor: Editor, step: number): Editor {
  const { history, at, text } = editor
  const draft = at === undefined ? text : editor.draft
  const next = (at ?? history.length) + step
  if (next < 0 || next > history.length) return editor
  const shown = next === history.length ? draft : (history[next] ?? '')
  return {
    ...editor,
    text: shown,
    cursor: shown.length,
    at: next === history.length ? undefined : next,
    draft,
  }
}

function moved(text: string, cursor: number, to: string): number {
  if (to === 'home') return lineStart(text, cursor)
  if (to === 'end') return lineEnd(text, cursor)
  if (to === 'left') return before(text, cursor)
  if (to === 'right') return after(text, cursor)
  return to === 'word-left' ? wordStart(text, cursor) : wordEnd(text, cursor)
}
