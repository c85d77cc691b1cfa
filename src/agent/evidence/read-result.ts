// Large results: what the model gets of one at first, and how it reads on.

import { isRecord } from '../../base/records.ts'
import { bytes, countText } from '../../base/text/amounts.ts'
import type { ToolSpec } from '../../platforms/platform.ts'
import type { Evidence, EvidenceBook } from './book.ts'
import { LONGEST_ROW, type ResultRows, rowsOf, shortened } from './rows.ts'

/** Offered once a result was too long. Its name is unique: tools of a toolset are `<server>__<tool>`. */
export const READ_RESULT: ToolSpec = {
  name: 'read_result',
  description:
    'Reads more of a result that was too long to be shown whole, without calling its tool again. Give its number, and the rows to read or a word to look for.',
  inputSchema: {
    type: 'object',
    properties: {
      result: { type: 'integer', minimum: 1, description: 'Number of the result, such as 3.' },
      filter: { type: 'string', description: 'Only rows that contain this text, in any case.' },
      from: {
        type: 'integer',
        minimum: 1,
        description: 'First row (default: 1). With a filter, of those that match.',
      },
      to: { type: 'integer', minimum: 1, description: 'Last row (default: as many as fit).' },
    },
    required: ['result'],
  },
}

/** Most bytes of an answer of read_result. */
const MOST_BYTES = 32 * 1024

export interface Overview {
  text: string
  /** How much of the result that is: `40 of 3,812 lines`. */
  part: string
}

/** The beginning of a large result, of a text also its end, and how to read on. @param most bytes, about */
export function overview(text: string, number: number, most: number): Overview {
  const found = rowsOf(text)
  const { name, rows, shape, before } = found
  const size = `${bytes(Buffer.byteLength(text))}, ${countText(rows.length)} ${name}`
  const head = fitting(rows, 0, shape === undefined ? most * 0.6 : most)
  const tail = shape === undefined ? fittingBack(rows, head, most * 0.3) : rows.length
  const parts = [
    `[too long to show whole: ${size}]`,
    ...(before.trim() === '' ? [] : [shortened(before.trim(), LONGEST_ROW)]),
    ...(shape === undefined ? [] : [`[shape: ${shape}]`]),
    block(found, 0, head),
    ...(tail < rows.length ? [block(found, tail, rows.length)] : []),
    `[to read on: read_result {"result": ${number}, "from": ${head + 1}}, or {"result": ${number}, "filter": "words"}]`,
  ]
  const count = countText(head + rows.length - tail)
  // The path to a list is for the model.
  const [rowWord = name] = name.split(' ')
  return { text: parts.join('\n'), part: `${count} of ${countText(rows.length)} ${rowWord}` }
}

/** Answers a call of read_result; never throws. `of`: the number of the result from which the text is. */
export function readResult(
  book: Pick<EvidenceBook, 'find'>,
  args: unknown,
): { text: string; isError: boolean; of?: number } {
  const { result, filter, from = 1, to } = isRecord(args) ? args : {}
  const error = (text: string) => ({ text: `read_result: ${text}`, isError: true })
  const evidence = typeof result === 'number' ? book.find(result) : undefined
  if (!evidence) return error(`there is no result ${JSON.stringify(result) ?? '(no number)'}`)
  if (!isRow(from) || !(to === undefined || isRow(to)))
    return error('"from" and "to" must be row numbers from 1')
  if (filter !== undefined && typeof filter !== 'string') return error('"filter" must be a text')
  try {
    return { text: part(rowsIn(evidence), { filter, from, to }), isError: false, of: evidence.number }
  } catch {
    return error('that result is not kept any more; call its tool again')
  }
}

function isRow(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
}

/** The rows of the result that was read last, as long as there is memory for them: 20 MB take a second to read. */
let lastRead: WeakRef<{ evidence: Evidence; rows: ResultRows }> | undefined

function rowsIn(evidence: Evidence): ResultRows {
  const known = lastRead?.deref()
  if (known?.evidence === evidence) return known.rows
  const rows = rowsOf(evidence.text())
  lastRead = new WeakRef({ evidence, rows })
  return rows
}

function part(
  all: ResultRows,
  wanted: { filter: string | undefined; from: number; to: number | undefined },
): string {
  const { filter = '' } = wanted
  const words = filter.toLowerCase()
  const rows = words === '' ? all.rows : all.rows.filter(row => row.toLowerCase().includes(words))
  const name = `${all.name}${words === '' ? '' : ` that contain ${JSON.stringify(filter)}`}`
  if (rows.length === 0) return `[none of ${countText(all.rows.length)} ${name}]`
  const from = wanted.from - 1
  if (from >= rows.length) return `[there are only ${countText(rows.length)} ${name}]`
  const last = Math.min(fitting(rows, from, MOST_BYTES), wanted.to ?? rows.length)
  const more = last < rows.length ? [`[to read on: "from": ${last + 1}]`] : []
  return [block({ ...all, name, rows }, from, last), ...more].join('\n')
}

function block({ name, rows }: ResultRows, from: number, to: number): string {
  const title = `[${countText(from + 1)} to ${countText(to)} of ${countText(rows.length)} ${name}]`
  return [title, ...rows.slice(from, to).map(shortRow)].join('\n')
}

function shortRow(row: string): string {
  return row.length > LONGEST_ROW
    ? `${row.slice(0, LONGEST_ROW).toWellFormed()}… [${countText(row.length)} characters]`
    : row
}

/** The end of the rows from `from` on that fit, at least one. */
function fitting(rows: readonly string[], from: number, most: number): number {
  let [to, used] = [from, 0]
  while (to < rows.length && (to === from || used + sizeOf(rows[to]) <= most)) used += sizeOf(rows[to++])
  return to
}

/** The beginning of the last rows that fit, after `least`. */
function fittingBack(rows: readonly string[], least: number, most: number): number {
  let [from, used] = [rows.length, 0]
  while (from > least && used + sizeOf(rows[from - 1]) <= most) used += sizeOf(rows[--from])
  return from
}

function sizeOf(row = ''): number {
  return Math.min(Buffer.byteLength(row), LONGEST_ROW + 40) + 1
}
