import type { Key } from 'ink'
import type { Edit } from './line/editor.ts'

/** What Ctrl and a letter do. Ctrl+_ has several names in terminals that name keys. */
const CONTROL: Record<string, Edit['type']> = {
  a: 'home',
  e: 'end',
  b: 'left',
  f: 'right',
  h: 'backspace',
  u: 'kill-left',
  k: 'kill-right',
  w: 'kill-word',
  d: 'delete',
  y: 'yank',
  o: 'unfold',
  _: 'undo',
  '-': 'undo',
  '/': 'undo',
  p: 'older',
  n: 'newer',
}

const META: Record<string, Edit['type']> = { b: 'word-left', f: 'word-right', d: 'kill-word-right' }
const CTRL_UNDERSCORE = '\u001f'

/** From a control character to the letter of its key. */
const LETTERS = 96

/** More typed lines than this are a paste. */
const MOST_TYPED_LINES = 5

/**
 * Splits fast typing, which arrives as one burst: `text`, Ctrl+U, `text`, Tab, Enter. A burst with an Enter in its middle is a
 * paste from a terminal without bracketed paste, and stays whole.
 */
export function splitBurst(input: string, key: Key): [string, Key][] {
  if (input.length < 2 || /\r./s.test(input) || input.split('\n').length > MOST_TYPED_LINES)
    return [[input, key]]
  return input
    .split(/([\u0001-\u001a\u001f])/)
    .filter(Boolean)
    .map(part => {
      if (!/^[\u0001-\u001a]$/.test(part) || /[\t\r\n]/.test(part))
        return [part, { ...key, tab: part === '\t', return: part === '\r' }]
      return [String.fromCharCode(part.charCodeAt(0) + LETTERS), { ...key, ctrl: true }]
    })
}

/** Shift+Enter, Alt+Enter or Ctrl+J: a new line in the text. Ctrl+J arrives as a line feed, or by its name. */
export function isNewLine(input: string, key: Key): boolean {
  if (key.return) return key.shift || key.meta || key.ctrl
  return input === '\n' || (key.ctrl && input === 'j')
}

/** Enter, or Ctrl+M of a terminal that names it. */
export function isEnter(input: string, key: Key): boolean {
  return key.return || (key.ctrl && input === 'm')
}

/** The edit that a key makes, as in a shell. */
export function keyEdit(input: string, key: Key): Edit | undefined {
  const type = namedEdit(input, key)
  if (type) return { type } as Edit
  if (key.ctrl || key.meta || key.tab || key.escape || !input) return undefined
  // A terminal without bracketed paste sends a paste as one burst of input.
  if (/[\r\n]/.test(input)) return { type: 'paste', text: input }
  return { type: 'insert', text: input.replace(/[\u0000-\u001f\u007f]/g, '') }
}

function namedEdit(input: string, key: Key): Edit['type'] | undefined {
  if (key.leftArrow) return key.ctrl || key.meta ? 'word-left' : 'left'
  if (key.rightArrow) return key.ctrl || key.meta ? 'word-right' : 'right'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.home) return 'home'
  if (key.end) return 'end'
  if (key.backspace) return key.meta ? 'kill-word' : 'backspace'
  if (key.delete) return 'delete'
  if (key.meta) return META[input]
  if (input === CTRL_UNDERSCORE) return 'undo'
  return key.ctrl ? CONTROL[input] : undefined
}
