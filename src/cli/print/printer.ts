// The destination, form and width of results, notes and errors.

import { styleText } from 'node:util'
import { asTyped, commandName } from '../../base/package-root.ts'
import { redact, withoutSecrets } from '../../base/redact.ts'
import { escapeUnsafe } from '../../base/text/words.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'production'

const FORMATS: Record<Style, Parameters<typeof styleText>[0]> = {
  bold: 'bold',
  dim: 'dim',
  red: 'red',
  green: 'green',
  yellow: 'yellow',
  // The terminal's own red and background: in some palettes white cannot be read on red.
  production: ['red', 'inverse', 'bold'],
}

export interface Layout {
  /** Columns of the terminal; undefined for a pipe or a file, where nothing is wrapped, cut or left out. */
  width: number | undefined
  /** What a person types here to run supportmax. */
  command: string
  style(style: Style, text: string): string
}

export interface Printer {
  readonly mode: 'text' | 'json' | 'quiet'
  /** Whether results are coloured. */
  readonly color: boolean
  /** Results go to a terminal, and not to a pipe or a file. */
  readonly isTerminal: boolean
  /** The layouts of results, and of notes and errors: stdout and stderr can be different terminals. */
  readonly layout: Layout
  readonly noteLayout: Layout
  /** The result itself, on stdout; in every mode. */
  result(text: string): void
  /** The result as one JSON document on stdout. */
  json(value: unknown): void
  /** Information beside the result, on stderr; not with --quiet. Commands in backticks are shown as they are typed here. */
  note(text: string): void
  /** An error, on stderr; also with --quiet. */
  error(text: string): void
}

export interface PrintOptions {
  mode: Printer['mode']
  /** Whether a terminal that can show colors gets them. */
  color: boolean
  /** What a person types to run supportmax with this configuration (default: commandName()). */
  command?: string
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

export function createPrinter({ mode, color, command, stdout, stderr }: PrintOptions): Printer {
  const layoutOf = (stream: NodeJS.WriteStream): Layout => ({
    width: columnsOfStream(stream),
    command: command ?? commandName(),
    style: (name, text) =>
      color && hasColors(stream) ? styleText(FORMATS[name], text, { validateStream: false }) : text,
  })
  const result = (text: string) => void stdout.write(`${redact(text)}\n`)
  return {
    mode,
    color: color && hasColors(stdout),
    isTerminal: stdout.isTTY === true,
    get layout() {
      return layoutOf(stdout)
    },
    get noteLayout() {
      return layoutOf(stderr)
    },
    result,
    json: value => void stdout.write(`${jsonText(value)}\n`),
    note: text => {
      if (mode !== 'quiet') stderr.write(`${redact(asTyped(text, command))}\n`)
    },
    error: text => void stderr.write(`${redact(text)}\n`),
  }
}

/** getColorDepth follows NO_COLOR (no-color.org), FORCE_COLOR and TERM. */
function hasColors(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && stream.getColorDepth() > 1
}

/** A terminal that does not tell its size counts as 80 columns wide. */
function columnsOfStream(stream: NodeJS.WriteStream): number | undefined {
  return stream.isTTY ? stream.columns || 80 : undefined
}

/**
 * What is unknown is null, and never missing. JSON may hold C1 controls and direction marks as they are; escaped, they
 * are the same to a program and harmless to a terminal.
 */
function jsonText(value: unknown): string {
  // Redacted before it is escaped: an escaped secret would not be recognised.
  const shown = withoutSecrets(value)
  return escapeUnsafe(JSON.stringify(shown, (_key, one: unknown) => (one === undefined ? null : one)))
}
