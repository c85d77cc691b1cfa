// Changes one place of a JSON text: comments, order and formatting of everything else stay byte by byte.

import { createScanner, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'
import { itemText, styleOf, type TextStyle } from './json-text.ts'

type Where = (string | number)[]

/** The text with items at the end of a list; unchanged if there is no list at this path. */
export function withItems(text: string, path: Where, items: readonly object[]): string {
  const list = nodeAt(text, path)
  if (list?.type !== 'array') return text
  return appended(
    text,
    list,
    items.map(item => (indent, style) => itemText(item, indent, style)),
  )
}

/** The text with a new property at the end of an object; unchanged if there is no object at this path. */
export function withProperty(text: string, path: Where, key: string, value: unknown): string {
  const object = nodeAt(text, path)
  if (object?.type !== 'object') return text
  return appended(text, object, [
    (indent, style) => `${JSON.stringify(key)}: ${itemText(value, indent, style)}`,
  ])
}

/** The text without the item or the property at this path, and without a comment behind it on its line. */
export function withoutPart(text: string, path: Where): string {
  const found = nodeAt(text, path)
  const part = found?.parent?.type === 'property' ? found.parent : found
  const siblings = part?.parent?.children ?? []
  const at = part ? siblings.indexOf(part) : -1
  if (!part?.parent || at < 0) return text
  const close = part.parent.offset + part.parent.length - 1
  const end = part.offset + part.length
  const comma = commaAfter(text, end, siblings[at + 1]?.offset ?? close)
  const cut = wholeLines(text, part.offset, comma ?? end)
  const rest = text.slice(0, cut.from) + text.slice(cut.to)
  const before = siblings[at - 1]
  // The last one without a comma of its own leaves the comma before it.
  if (comma !== undefined || !before) return rest
  const lone = commaAfter(text, before.offset + before.length, part.offset)
  return lone === undefined ? rest : rest.slice(0, lone - 1) + rest.slice(lone)
}

/** The text with another value at this path; unchanged if there is none. */
export function withValue(text: string, path: Where, value: unknown): string {
  const found = nodeAt(text, path)
  if (!found) return text
  const next = itemText(value, indentAt(text, found.offset), styleOf(text))
  return text.slice(0, found.offset) + next + text.slice(found.offset + found.length)
}

/** The text with a new property before the one at this path. */
export function withPropertyBefore(text: string, path: Where, key: string, value: unknown): string {
  const property = nodeAt(text, path)?.parent
  if (property?.type !== 'property') return text
  const { eol } = styleOf(text)
  const indent = indentAt(text, property.offset)
  const isFirstOnLine = text.slice(0, property.offset).endsWith(`\n${indent}`)
  const added = `${JSON.stringify(key)}: ${JSON.stringify(value)},${isFirstOnLine ? eol + indent : ' '}`
  return text.slice(0, property.offset) + added + text.slice(property.offset)
}

function nodeAt(text: string, path: Where): Node | undefined {
  // A byte order mark is not JSON, but counts in the offsets.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), [], { allowTrailingComma: true })
  return root && findNodeAtLocation(root, path)
}

/** What to cut: whole lines if nothing else is on them, otherwise with the spaces that belong to it. */
function wholeLines(text: string, start: number, end: number): { from: number; to: number } {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const isFirst = text.slice(lineStart, start).trim() === ''
  const rest = /^[ \t]*(\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(\r?\n|$)/.exec(text.slice(end))
  if (isFirst && rest) return { from: lineStart, to: end + rest[0].length }
  const after = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0
  // What follows on the line stays where it was.
  const isLast = /^[ \t]*[\]}\r\n]/.test(text.slice(end))
  const before = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0
  return isLast ? { from: start - before, to: end } : { from: start, to: end + after }
}

/** The text of an item that begins on a line with this indentation. */
type ItemText = (indent: string, style: TextStyle) => string

/** Changes nothing but what it adds: the items, and a comma after the last old one if there was none. */
function appended(text: string, list: Node, items: readonly ItemText[]): string {
  if (items.length === 0) return text
  const { step, eol } = styleOf(text)
  const close = list.offset + list.length - 1
  const last = list.children?.at(-1)
  if (!last) {
    const indent = indentAt(text, list.offset)
    const lines = items.map(item => `${indent}${step}${item(indent + step, { step, eol })}`)
    const rest = text.slice(list.offset + 1, close).trimEnd()
    return `${text.slice(0, list.offset + 1)}${rest}${eol}${lines.join(`,${eol}`)}${eol}${indent}${text.slice(close)}`
  }
  const end = last.offset + last.length
  const comma = commaAfter(text, end, close)
  const lineEnd = text.slice(end, close).search(/\r?\n/)
  const isOneLine = lineEnd < 0
  const indent = isOneLine ? `${indentAt(text, list.offset)}${step}` : indentAt(text, last.offset)
  const lines = items.map(item => `${indent}${item(indent, { step, eol })}`)
  const place = isOneLine ? close : Math.max(end + lineEnd, comma ?? 0)
  const between = isOneLine ? text.slice(end, close).trimEnd() : text.slice(end, place)
  const tail = isOneLine ? `${eol}${indentAt(text, list.offset)}${text.slice(close)}` : text.slice(place)
  const trailing = comma === undefined ? '' : ','
  return `${text.slice(0, end)}${comma === undefined ? ',' : ''}${between}${eol}${lines.join(`,${eol}`)}${trailing}${tail}`
}

/** The white space at the beginning of the line. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

/** Where a comma ends that comes next; undefined if there is none. */
function commaAfter(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text.slice(from, to), true)
  scanner.scan()
  const at = from + scanner.getTokenOffset()
  return text[at] === ',' ? at + 1 : undefined
}
