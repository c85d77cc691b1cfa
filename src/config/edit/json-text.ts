import { isRecord } from '../../base/records.ts'

/** How a file is laid out: what it indents by, and how its lines end. */
export interface TextStyle {
  step: string
  eol: string
  /** Of a line, in columns (default: 100). A single value is never broken. */
  longest?: number
}

/** The layout of a text that exists. */
export function styleOf(text: string): TextStyle {
  const [step] = /(?<=\n)[ \t]+(?=\S)/.exec(text) ?? ['  ']
  return { step, eol: text.includes('\r\n') ? '\r\n' : '\n' }
}

const LONGEST_LINE = 100

/** JSON with everything on one line that fits on it. `indent`: of the line that it begins on. */
export function itemText(item: unknown, indent: string, style: TextStyle): string {
  const { step, eol, longest = LONGEST_LINE } = style
  const short = oneLineText(item)
  if (indent.length + short.length <= longest) return short
  const inner = indent + step
  if (Array.isArray(item))
    return `[${eol}${item.map(one => inner + itemText(one, inner, style)).join(`,${eol}`)}${eol}${indent}]`
  if (!isRecord(item)) return short
  const lines = Object.entries(item).map(
    ([key, one]) => `${inner}${JSON.stringify(key)}: ${itemText(one, inner, style)}`,
  )
  return `{${eol}${lines.join(`,${eol}`)}${eol}${indent}}`
}

function oneLineText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLineText).join(', ')}]`
  if (!isRecord(value)) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${oneLineText(one)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
