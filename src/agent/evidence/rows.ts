// A result as rows: the items of the longest list of JSON, or lines.

import { countText } from '../../base/text/amounts.ts'
import { type FoundJson, jsonIn } from './json.ts'

export interface ResultRows {
  /** `items of "data.result"`, or `lines`. */
  name: string
  rows: readonly string[]
  /** What is around the rows: the shape of the JSON; undefined for lines of text. */
  shape: string | undefined
  /** Text before the JSON; not part of the rows. */
  before: string
}

const DEEPEST = 6
const MOST_KEYS = 12
/** Most characters of a shape, and of a path: keys may be of any length. */
const LONGEST_SHAPE = 2_000
const LONGEST_PATH = 200
/** A longer row is cut. In characters. */
export const LONGEST_ROW = 4_000

export function rowsOf(text: string): ResultRows {
  const json = jsonIn(text)
  try {
    if (json) return jsonRows(json)
  } catch (error) {
    // JSON that is nested too deeply to be written is read as text.
    if (!(error instanceof RangeError)) throw error
  }
  return { name: 'lines', rows: linesOf(text), shape: undefined, before: '' }
}

/** Long ones in pieces, so that all of the text can be read. */
function linesOf(text: string): string[] {
  return text.split('\n').flatMap(line => (line.length > LONGEST_ROW ? piecesOf(line) : [line]))
}

/** At whole characters: some platforms refuse half of one. */
function piecesOf(line: string): string[] {
  return line.match(new RegExp(`[^]{1,${LONGEST_ROW / 2}}`, 'gu')) ?? []
}

function jsonRows({ value, before }: FoundJson): ResultRows {
  const { list, path } = longestList(value, '', 0)
  const around = { before, shape: shortened(shapeOf(value, 0), LONGEST_SHAPE) }
  const rows = list.map(one => JSON.stringify(one))
  if (list.length < 2 || !isMost(rows, value))
    return { name: 'lines', rows: linesOf(JSON.stringify(value, undefined, 1)), ...around }
  const name = path === '' ? 'items' : `items of "${shortened(path, LONGEST_PATH)}"`
  return { name, rows, ...around }
}

/** Whether these rows show at least half of the JSON, although long ones are cut. */
function isMost(rows: readonly string[], value: object): boolean {
  const shown = rows.reduce((sum, row) => sum + Math.min(row.length, LONGEST_ROW), 0)
  return shown * 2 >= JSON.stringify(value).length
}

export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

interface FoundList {
  list: readonly unknown[]
  path: string
}

/** Also inside the only item of a list, such as the values of one series. */
function longestList(value: object, path: string, depth: number): FoundList {
  const own: FoundList = { list: Array.isArray(value) ? value : [], path }
  if (depth > DEEPEST || own.list.length > 1) return own
  return Object.entries(value)
    .filter((entry): entry is [string, object] => typeof entry[1] === 'object' && entry[1] !== null)
    .map(([key, one]) => longestList(one, path === '' ? key : `${path}.${key}`, depth + 1))
    .reduce((best, one) => (one.list.length > best.list.length ? one : best), own)
}

/** `{"status": text, "data": [3,812 × {"metric": …, "value": [2 × number]}]}`. */
function shapeOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return 'text'
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  if (depth > 3) return '…'
  if (Array.isArray(value)) {
    return value.length === 0 ? '[]' : `[${countText(value.length)} × ${shapeOf(value[0], depth + 1)}]`
  }
  const entries = Object.entries(value)
  const shown = entries
    .slice(0, MOST_KEYS)
    .map(([key, one]) => `${JSON.stringify(key)}: ${shapeOf(one, depth + 1)}`)
  const more = entries.length - shown.length
  return `{${[...shown, ...(more > 0 ? [`${more} more keys`] : [])].join(', ')}}`
}
