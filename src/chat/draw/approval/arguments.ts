// The arguments of a call as a table: whole, and with everything that cannot be seen made visible.

import { isRecord } from '../../../base/records.ts'
import { columnsOf, padded } from '../../../base/text/columns.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import { type Piece, wrapped } from '../text/wrap.ts'

const WIDEST_NAME = 20
const GAP = 2

/** One row for each argument, or for each entry of a list. */
export function argumentRows(args: unknown, width: number): Piece[][] {
  if (!isRecord(args)) return wrapped([{ text: valueText(args) }], width)
  const entries = Object.entries(args)
  if (entries.length === 0) return [[{ text: 'no arguments', tones: ['quiet'] }]]
  const names = entries.map(([name]) => columnsOf(visible(name)))
  const column = Math.min(Math.max(...names), WIDEST_NAME, Math.floor(width / 3)) + GAP
  return entries.flatMap(([name, value]) => rowOf(visible(name), value, { column, width }))
}

interface Columns {
  /** Where values begin. */
  column: number
  width: number
}

function rowOf(name: string, value: unknown, { column, width }: Columns): Piece[][] {
  const values = valueTexts(value).flatMap(text => wrapped([{ text }], width - column))
  const indent: Piece = { text: ' '.repeat(column) }
  if (columnsOf(name) > column - GAP) {
    const above = wrapped([{ text: name, tones: ['quiet'] }], width)
    return [...above, ...values.map(line => [indent, ...line])]
  }
  const title: Piece = { text: padded(name, column), tones: ['quiet'] }
  return values.map((line, at) => [at === 0 ? title : indent, ...line])
}

/** The entries of a list stand below each other, and so do the lines of a text. */
function valueTexts(value: unknown): string[] {
  if (typeof value === 'string' && value.includes('\n'))
    return value.split('\n').map(line => `│ ${visible(line)}`)
  if (!Array.isArray(value) || value.length < 2) return [valueText(value)]
  return value.map(one => `• ${valueText(one)}`)
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return visible(isPlain(value) ? value : JSON.stringify(value))
  return visible(JSON.stringify(value) ?? String(value))
}

/** Whether a text cannot be taken for anything else without its quotes. */
function isPlain(text: string): boolean {
  return /^[^\s"'[{•│](.*\S)?$/u.test(text) && !/^(true|false|null|-?\d[\d.eE+-]*)$/.test(text)
}
