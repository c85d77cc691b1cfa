// The line being typed, as a value: text, cursor, history and pasted blocks.

import { columnsOf } from '../../base/text/columns.ts'

export interface Editor {
  text: string
  /** Index into text, always between two graphemes. */
  cursor: number
  /** Contents behind the `[pasted …]` marks, in order. */
  pastes: readonly string[]
  history: readonly string[]
  /** Index of the history entry on display; undefined = the new line. */
  at: number | undefined
  draft: string
}

export const EMPTY: Editor = { text: '', cursor: 0, pastes: [], history: [], at: undefined, draft: '' }

export type Edit =
  | { type: 'insert'; text: string }
  | { type: 'paste'; text: string }
  | { type: 'replace'; text: string }
  | { type: 'submitted' }
  | { type: 'left' | 'right' | 'home' | 'end' | 'word-left' | 'word-right' }
  | { type: 'backspace' | 'delete' | 'kill-left' | 'kill-right' | 'kill-word' | 'clear' }
  | { type: 'older' | 'newer' | 'up' | 'down' }

/** The editor after one edit. Pure. */
export function edit(editor: Editor, change: Edit): Editor {
  const { text, cursor } = editor
  switch (change.type) {
    case 'insert':
      return typed(
        editor,
        text.slice(0, cursor) + change.text + text.slice(cursor),
        cursor + change.text.length,
      )
    case 'paste':
      return pasted(editor, change.text)
    case 'replace':
      return typed(editor, change.text, change.text.length)
    case 'submitted': {
      const history =
        text.trim() && text !== editor.history.at(-1) ? [...editor.history, text] : editor.history
      return { ...EMPTY, pastes: editor.pastes, history }
    }
    case 'older':
    case 'newer':
      return recalled(editor, change.type === 'older' ? -1 : 1)
    case 'up':
    case 'down': {
      const to = inLineBeside(text, cursor, change.type)
      return to === undefined ? recalled(editor, change.type === 'up' ? -1 : 1) : { ...editor, cursor: to }
    }
    case 'clear':
      return typed(editor, '', 0)
    case 'backspace':
      return removed(editor, before(text, cursor), cursor)
    case 'delete':
      return removed(editor, cursor, after(text, cursor))
    case 'kill-left':
      return removed(editor, Math.min(lineStart(text, cursor), before(text, cursor)), cursor)
    case 'kill-right':
      return removed(editor, cursor, Math.max(lineEnd(text, cursor), after(text, cursor)))
    case 'kill-word':
      return removed(editor, wordStart(text, cursor), cursor)
    default:
      return { ...editor, cursor: moved(text, cursor, change.type) }
  }
}

/** The text to send, with the pasted blocks in place of their marks. */
export function expanded({ text, pastes }: Editor): string {
  return text.replace(/\[pasted #(\d+): \d+ lines\]/g, (mark, number) => pastes[Number(number) - 1] ?? mark)
}

function typed(editor: Editor, text: string, cursor: number): Editor {
  return { ...editor, text, cursor, at: undefined }
}

/** Several lines become one block, shown as a mark: 200 lines must not push the prompt off the screen. */
function pasted(editor: Editor, raw: string): Editor {
  const block = raw.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  const lines = block.split('\n').length
  if (lines === 1) return edit(editor, { type: 'insert', text: block })
  const pastes = [...editor.pastes, block]
  const mark = `[pasted #${pastes.length}: ${lines} lines]`
  return edit({ ...editor, pastes }, { type: 'insert', text: mark })
}

function removed(editor: Editor, from: number, to: number): Editor {
  return typed(editor, editor.text.slice(0, from) + editor.text.slice(to), from)
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
  if (to === 'word-left') return wordStart(text, cursor)
  return cursor + (text.slice(cursor).match(/^\s*\S+/)?.[0].length ?? text.length - cursor)
}

const graphemes = new Intl.Segmenter()

function before(text: string, cursor: number): number {
  let last = 0
  for (const { index } of graphemes.segment(text)) {
    if (index >= cursor) break
    last = index
  }
  return last
}

function after(text: string, cursor: number): number {
  for (const { index, segment } of graphemes.segment(text)) if (index >= cursor) return index + segment.length
  return text.length
}

function wordStart(text: string, cursor: number): number {
  return text.slice(0, cursor).match(/\S+\s*$/)?.index ?? 0
}

function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor)
  return end < 0 ? text.length : end
}

/** The place in the line above or below that is nearest to the cursor's column; undefined if there is no such line. */
function inLineBeside(text: string, cursor: number, to: 'up' | 'down'): number | undefined {
  const start = lineStart(text, cursor)
  const end = lineEnd(text, cursor)
  if (to === 'up' ? start === 0 : end === text.length) return undefined
  const from = to === 'up' ? lineStart(text, start - 1) : end + 1
  const line = text.slice(from, lineEnd(text, from))
  const columns = columnsOf(text.slice(start, cursor))
  let used = 0
  for (const { segment, index } of graphemes.segment(line)) {
    if (used >= columns) return from + index
    used += columnsOf(segment)
  }
  return from + line.length
}
