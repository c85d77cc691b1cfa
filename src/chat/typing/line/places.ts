// Places in the line being typed: always between two characters as a person sees them, and never inside a paste's mark.

import { columnsOf } from '../../../base/text/columns.ts'
import { MARK } from './pastes.ts'

const graphemes = new Intl.Segmenter()

/** Characters of one line, a mark being one. */
function* units(line: string): Generator<{ from: number; to: number }> {
  let at = 0
  for (const { 0: mark, index } of [...line.matchAll(MARK), { 0: '', index: line.length }]) {
    for (const { segment, index: inside } of graphemes.segment(line.slice(at, index)))
      yield { from: at + inside, to: at + inside + segment.length }
    if (mark !== '') yield { from: index, to: index + mark.length }
    at = index + mark.length
  }
}

export function before(text: string, cursor: number): number {
  const start = lineStart(text, cursor)
  if (start === cursor) return Math.max(0, cursor - 1)
  let last = start
  for (const { from } of units(text.slice(start, lineEnd(text, cursor)))) {
    if (start + from >= cursor) break
    last = start + from
  }
  return last
}

export function after(text: string, cursor: number): number {
  const end = lineEnd(text, cursor)
  if (end === cursor) return Math.min(text.length, cursor + 1)
  const start = lineStart(text, cursor)
  for (const { to } of units(text.slice(start, end))) if (start + to > cursor) return start + to
  return end
}

export function wordStart(text: string, cursor: number): number {
  const word = new RegExp(`(?:${MARK.source}|\\S+)\\s*$`)
  return word.exec(text.slice(0, cursor))?.index ?? 0
}

export function wordEnd(text: string, cursor: number): number {
  const word = new RegExp(`^\\s*(?:${MARK.source}|\\S+)`)
  return cursor + (word.exec(text.slice(cursor))?.[0].length ?? text.length - cursor)
}

export function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1
}

export function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor)
  return end < 0 ? text.length : end
}

/** The place in the line above or below that is nearest to the cursor's column; undefined if there is no such line. */
export function inLineBeside(text: string, cursor: number, to: 'up' | 'down'): number | undefined {
  const start = lineStart(text, cursor)
  const end = lineEnd(text, cursor)
  if (to === 'up' ? start === 0 : end === text.length) return undefined
  const first = to === 'up' ? lineStart(text, start - 1) : end + 1
  const line = text.slice(first, lineEnd(text, first))
  const columns = columnsOf(text.slice(start, cursor))
  let used = 0
  for (const { from, to: past } of units(line)) {
    if (used >= columns) return first + from
    used += columnsOf(line.slice(from, past))
  }
  return first + line.length
}
