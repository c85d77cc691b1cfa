// One tool call in full, for a person to read.

import { isRecord } from '../base/records.ts'
import { redact, withoutSecrets } from '../base/redact.ts'
import { bytes, countText, milliseconds } from '../base/text/amounts.ts'
import { padded } from '../base/text/columns.ts'
import { clean, cleanLine } from '../base/text/terminal-text.ts'
import { type Customer, customerTitle } from '../config/project.ts'
import { callName } from './event-text.ts'
import type { Evidence } from './evidence/book.ts'
import { localTime, timeRange } from './evidence/times.ts'
import { seriesIn } from './series/find.ts'
import { pointLines } from './series/lines/points.ts'

/** A longer text is not laid out. */
const LONGEST_LAID_OUT = 5_000_000

/** Customer, call, arguments, times, size, series as a table, and the whole result. */
export function evidenceText(evidence: Evidence, customer: Customer): string {
  const { number, args, at, took } = evidence
  const text = evidence.text()
  const range = timeRange(args, at)
  const rows = [
    ['customer', customerTitle(customer)],
    ['called', localTime(at)],
    ['took', milliseconds(took)],
    ...(range
      ? [
          ['from', range.from],
          ['to', range.to],
        ]
      : []),
    ['size', sizeWords(text)],
    ...argumentRows(args),
  ]
  const title = `[${number}] ${callName(evidence)} · ${outcomeWord(evidence)}`
  const points = text.length > LONGEST_LAID_OUT ? [] : pointLines(seriesIn(text))
  const parts = [rows.map(rowText), ...(points.length > 0 ? [points] : []), [laidOut(text)]]
  return `${[[title], ...parts].map(part => part.join('\n')).join('\n\n')}\n`
}

function rowText([name = '', value = '']: readonly string[]): string {
  return `${padded(name, 10)}  ${value}`
}

function outcomeWord({ kind }: Evidence): string {
  const words: Record<Evidence['kind'], string> = {
    answered: 'answered',
    tool_error: 'reported an error',
    failed: 'failed',
    denied: 'denied',
    unknown_tool: 'no such tool',
    cancelled: 'cancelled',
  }
  return words[kind]
}

function sizeWords(text: string): string {
  const lines = text.split('\n').length
  return `${bytes(Buffer.byteLength(text))}${lines > 1 ? `, ${countText(lines)} lines` : ''}`
}

function argumentRows(args: unknown): string[][] {
  if (!isRecord(args)) return [['arguments', cleanLine(redact(JSON.stringify(args) ?? ''))]]
  const entries = Object.entries(withoutSecrets(args))
  if (entries.length === 0) return [['arguments', 'none']]
  return entries.map(([name, value], i) => [
    i === 0 ? 'arguments' : '',
    `${cleanLine(name)}: ${cleanLine(typeof value === 'string' ? value : JSON.stringify(value), 10_000)}`,
  ])
}

/** JSON with a line for each value; anything else as it came. */
export function laidOut(text: string): string {
  if (text.length > LONGEST_LAID_OUT || !/^\s*[[{]/.test(text)) return clean(text)
  try {
    return clean(JSON.stringify(JSON.parse(text), undefined, 2))
  } catch {
    return clean(text)
  }
}
