// How results look: a table for people, JSON for programs, next to nothing for --quiet.

import { styleText } from 'node:util'
import { redact } from '../base/redact.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'inverse'

export interface Printer {
  readonly mode: 'text' | 'json' | 'quiet'
  readonly color: boolean
  /** The result itself, on stdout; in every mode. */
  result(text: string): void
  /** The result as one JSON document on stdout. */
  json(value: unknown): void
  /** What is worth telling a person beside the result: stderr, not with --quiet. */
  note(text: string): void
  /** What must be told even with --quiet: stderr. */
  error(text: string): void
  table(head: string[], rows: string[][]): void
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
    result,
    json: value => result(JSON.stringify(value)),
    note: text => {
      if (mode !== 'quiet') stderr.write(`${redact(text)}\n`)
    },
    error: text => void stderr.write(`${redact(text)}\n`),
    table: (head, rows) => result(tableText(head, rows, { width: stdout.columns, style })),
    style,
  }
}

interface TableOptions {
  /** Columns of the terminal; undefined where there is none: nothing is cut. */
  width: number | undefined
  style(style: Style, text: string): string
}

/** Aligned columns; on a terminal that is too narrow each row becomes a block of `head: value` lines. */
export function tableText(head: string[], rows: string[][], { width, style }: TableOptions): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map(row => plainLength(row[i] ?? ''))))
  const needed = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0) + Math.min(widths.at(-1) ?? 0, 24)
  if (width !== undefined && needed > width) return blocks(head, rows, style)
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
  return text.replace(/\u001b\[[0-9;]*m/g, '').length
}
