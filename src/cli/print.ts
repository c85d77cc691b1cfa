// How results look: a table for people, JSON for programs, next to nothing for --quiet.

import { stripVTControlCharacters, styleText } from 'node:util'
import { redact } from '../base/redact.ts'
import { escapeOdd } from '../base/text/words.ts'

export type Style = 'dim' | 'red' | 'green' | 'yellow'

export interface Printer {
  readonly mode: 'text' | 'json' | 'quiet'
  readonly color: boolean
  /** Results go to a terminal, and not to a pipe or a file. */
  readonly isTerminal: boolean
  /** The result itself, on stdout; in every mode. */
  result(text: string): void
  /** The result as one JSON document on stdout. */
  json(value: unknown): void
  /** What is worth telling a person beside the result: stderr, not with --quiet. */
  note(text: string): void
  /** What must be told even with --quiet: stderr. */
  error(text: string): void
  /** `spare`: columns that a narrow terminal may go without, the first to go first. */
  table(head: string[], rows: string[][], spare?: string[]): void
  style(style: Style, text: string): string
}

export interface PrintOptions {
  mode: Printer['mode']
  color: boolean
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

export function createPrinter({ mode, color, stdout, stderr }: PrintOptions): Printer {
  const style = (name: Style, text: string) =>
    color ? styleText(name, text, { validateStream: false }) : text
  const result = (text: string) => void stdout.write(`${redact(text)}\n`)
  return {
    mode,
    color,
    isTerminal: stdout.isTTY === true,
    result,
    json: value => result(jsonText(value)),
    note: text => {
      if (mode !== 'quiet') stderr.write(`${redact(text)}\n`)
    },
    error: text => void stderr.write(`${redact(text)}\n`),
    table: (head, rows, spare = []) => result(tableText(head, rows, { width: stdout.columns, style, spare })),
    style,
  }
}

/**
 * What is unknown is null, and never missing. JSON may hold C1 controls and marks of direction as they are; escaped,
 * they are the same to a program and nothing to a terminal.
 */
function jsonText(value: unknown): string {
  const json = JSON.stringify(value, (_key, one: unknown) => (one === undefined ? null : one))
  // Before it is escaped: a secret would not be known again.
  return escapeOdd(redact(json))
}

interface TableOptions {
  /** Columns of the terminal; undefined where there is none: nothing is left out. */
  width: number | undefined
  /** Heads of what may be left out, the first to go first. */
  spare: string[]
  style(style: Style, text: string): string
}

/** Aligned columns; too narrow a terminal loses spare ones, then each row becomes a block of `head: value` lines. */
export function tableText(head: string[], rows: string[][], options: TableOptions): string {
  const { width, spare, style } = options
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map(row => plainLength(row[i] ?? ''))))
  const needed = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0) + Math.min(widths.at(-1) ?? 0, 24)
  if (width !== undefined && needed > width) {
    const [first, ...others] = spare
    if (first === undefined) return blocks(head, rows, style)
    const keep = (row: string[]) => row.filter((_, i) => head[i] !== first)
    return tableText(keep(head), rows.map(keep), { ...options, spare: others })
  }
  const line = (cells: string[]) =>
    cells
      .map((cell, i) =>
        i === cells.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - plainLength(cell)),
      )
      .join('  ')
      .trimEnd()
  return [style('dim', line(head)), ...rows.map(line)].join('\n')
}

function blocks(head: string[], rows: string[][], style: TableOptions['style']): string {
  const label = Math.max(...head.map(name => name.length))
  return rows
    .map(row =>
      row
        .flatMap((cell, i) =>
          cell === '' ? [] : [`${style('dim', (head[i] ?? '').padEnd(label))}  ${cell}`],
        )
        .join('\n'),
    )
    .join('\n\n')
}

function plainLength(text: string): number {
  return stripVTControlCharacters(text).length
}
