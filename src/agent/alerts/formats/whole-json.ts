// The JSON in a text that a person typed and pasted: before it may be a bracket or a quote that nothing closes.

import { parsedJson } from '../../../base/records.ts'

interface WholeJson {
  value: unknown
  start: number
  /** Where something began before it that looks like JSON and is not whole: what it was cut from, perhaps. */
  from: number
  /** Behind it. */
  end: number
}

/** How far to look for the ends of all that begins like JSON: this often through the text, or this many characters. */
const MOST_LOOKS = 3
const MOST_CHARACTERS = 2_000_000

/** All objects and lists that are whole, the outermost of each. */
export function wholeJsonIn(text: string): WholeJson[] {
  const found: WholeJson[] = []
  let past = 0
  let unclosed: number | undefined
  let left = Math.max(MOST_LOOKS * text.length, MOST_CHARACTERS)
  for (const { index: start } of text.matchAll(/[[{](?=\s*["[{])/g)) {
    if (start < past) continue
    if (left <= 0) break
    const { isClosed, end } = endOf(text, start)
    left -= end - start
    const value = isClosed ? parsedJson(text.slice(start, end)) : undefined
    if (value === undefined) {
      unclosed ??= start
      continue
    }
    found.push({ value, start, from: unclosed ?? start, end })
    unclosed = undefined
    past = end
  }
  return found
}

/** Behind the bracket that closes the one at `start`, or where it is plain that none does. */
function endOf(text: string, start: number): { isClosed: boolean; end: number } {
  const marks = /["[\]{}]/g
  marks.lastIndex = start
  const open: string[] = []
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    const [one] = mark
    const end = marks.lastIndex
    if (one === '"') {
      const string = endOfString(text, mark.index)
      if (!string.isClosed) return string
      marks.lastIndex = string.end
    } else if (one === '[' || one === '{') open.push(one === '[' ? ']' : '}')
    else if (open.pop() !== one) return { isClosed: false, end }
    if (open.length === 0) return { isClosed: true, end }
  }
  return { isClosed: false, end: text.length }
}

/** A string of JSON ends on its line. */
function endOfString(text: string, start: number): { isClosed: boolean; end: number } {
  const marks = /["\\\n]/g
  marks.lastIndex = start + 1
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] !== '\\') return { isClosed: mark[0] === '"', end: marks.lastIndex }
    marks.lastIndex++
  }
  return { isClosed: false, end: text.length }
}
