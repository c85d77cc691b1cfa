import { statSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { packageRoot } from '../base/package-root.ts'
import { counted } from '../base/text/amounts.ts'
import { shellWord } from '../base/text/shell-word.ts'

/** What is wrong with the file or with one of its lines, and what to do about it. */
interface Warning {
  /** From 1. */
  line?: number
  message: string
  hint: string
}

const LARGEST = 1_048_576

/** The values of the file, and what is wrong with it. Empty without a file. Throws `usage` for a file that is not UTF-8. */
export function readCredentialsFile(file: string): {
  values: Record<string, string | undefined>
  warnings: Warning[]
} {
  const source = readIfThere(file, LARGEST)
  if (source === undefined) return { values: {}, warnings: [] }
  // UTF-16 shows by its byte order mark, or by the NUL next to its first letter.
  if (/^(\uFFFD\uFFFD|.?\0)/s.test(source))
    throw new SupportError('usage', `${file}: is not UTF-8 (perhaps UTF-16)`, {
      hint: 'save it as UTF-8, with NAME=value lines',
    })
  const text = source.replace(/^\uFEFF/, '')
  const values = parseEnv(text)
  const broken = Object.keys(values).filter(name => values[name]?.includes('\0'))
  for (const name of broken) delete values[name]
  return {
    values,
    warnings: [
      ...permissionWarnings(file),
      ...strayWarnings(text),
      ...broken.filter(isName).map(name => ({
        message: `ignored: the value of ${name} contains a NUL byte`,
        hint: 'write the value again, as plain text',
      })),
      ...shortened(misreadValues(text)),
      ...shortened(duplicates(text)),
    ],
  }
}

function strayWarnings(text: string): Warning[] {
  const message = 'ignored: neither NAME=value nor a comment'
  const hint = 'remove the line, or write it as NAME=value'
  return shortened(strayLines(text).map(line => ({ line, message, hint })))
}

const MOST_REPORTED = 5

/** The first warnings of one kind, and how many more there are. */
function shortened(warnings: Warning[]): Warning[] {
  const more = warnings.length - MOST_REPORTED
  if (more <= 0) return warnings
  const rest = { message: `${counted(more, 'more line')} like this`, hint: 'correct these lines too' }
  return [...warnings.slice(0, MOST_REPORTED), rest]
}

/** Entries whose value is read differently from what is written, here or by `docker compose --env-file`. */
function misreadValues(text: string): Warning[] {
  return entriesIn(text).flatMap(({ line, name, raw }) => {
    const fault = valueFault(raw)
    if (fault === undefined) return []
    return [{ line, message: `${name}: ${fault}`, hint: `write it as ${name}=${quotesFor(raw)}` }]
  })
}

/** Quotes that are not in the value: `docker compose` reads double quotes as supportmax does, but not backticks. */
function quotesFor(raw: string): string {
  const [, inner = raw] = /^'(.*)'$/s.exec(raw) ?? []
  if (!inner.replace(/^'/, '').includes("'")) return "'…'"
  return inner.includes('"') || EXPANDED.test(inner) ? '`…`' : '"…"'
}

/** Entries that a later one of the same name replaces. */
function duplicates(text: string): Warning[] {
  const entries = entriesIn(text)
  const last = new Map(entries.map(({ name, line }) => [name, line]))
  return entries.flatMap(({ line, name }) => {
    const used = last.get(name)
    if (used === undefined || used === line) return []
    return [{ line, message: `${name}: replaced by line ${used}`, hint: 'remove one of the two lines' }]
  })
}

/** Why a value, as it is written, may not be the one that was meant. Never quotes it. */
function valueFault(raw: string): string | undefined {
  const quote = /^["'`]/.exec(raw)?.[0]
  if (quote === undefined) {
    if (/[^\s]#/.test(raw)) return 'the value ends at the #'
    return EXPANDED.test(raw) ? DOLLAR : undefined
  }
  const end = raw.indexOf(quote, 1)
  if (end < 0) return `the value begins with ${quote}, which is never closed`
  if (!/^\s*(#.*)?$/.test(raw.slice(end + 1)))
    return `the value ends at the second ${quote}; the rest of the line is ignored`
  const inner = raw.slice(1, end)
  if (quote === '`') return '`docker compose` reads the backticks as part of the value'
  if (quote === "'") return undefined
  if (EXPANDED.test(inner)) return DOLLAR
  return /\\[^n]/.test(inner)
    ? '`docker compose` reads the backslashes in double quotes as escapes'
    : undefined
}

const EXPANDED = /\$[{A-Za-z_]/
const DOLLAR = '`docker compose` expands the $, but supportmax does not'

function permissionWarnings(file: string): Warning[] {
  // The demo's credentials ship with supportmax and give access to nothing real.
  if (file.startsWith(join(packageRoot(), 'templates'))) return []
  const open = statSync(file).mode & 0o077
  return open ? [{ message: 'can be read by other users', hint: `run \`chmod 600 ${shellWord(file)}\`` }] : []
}

/** parseEnv() takes any text before a `=` for a name, even a secret. */
function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text)
}

interface Line {
  /** From 1. */
  line: number
  /** Undefined for a line that is not an entry; its text may be a secret. */
  entry: { name: string; raw: string } | undefined
}

/** `NAME=` as parseEnv() reads it, at the beginning of a line. */
const NAME = /[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*/y

/** All lines but comments and empty ones; a quoted value may span several. */
function linesIn(text: string): Line[] {
  const found: Line[] = []
  for (let at = 0, line = 1; at < text.length; ) {
    NAME.lastIndex = at
    const name = NAME.exec(text)?.[1]
    const start = name === undefined ? at : NAME.lastIndex
    const end = lineEnd(text, name === undefined ? start : lastOfValue(text, start))
    const rest = text.slice(start, end).trim()
    if (name !== undefined) found.push({ line, entry: { name, raw: rest } })
    else if (rest !== '' && !rest.startsWith('#')) found.push({ line, entry: undefined })
    for (let next = text.indexOf('\n', at); next >= 0 && next <= end; next = text.indexOf('\n', next + 1))
      line++
    at = end + 1
  }
  return found
}

/** The closing quote of a value that begins at `start`, which may be on a later line; else `start`. */
function lastOfValue(text: string, start: number): number {
  const quote = text.charAt(start)
  const closing = /["'`]/.test(quote) ? text.indexOf(quote, start + 1) : -1
  return Math.max(start, closing)
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function strayLines(text: string): number[] {
  return linesIn(text).flatMap(({ line, entry }) => (entry ? [] : [line]))
}

function entriesIn(text: string): { line: number; name: string; raw: string }[] {
  return linesIn(text).flatMap(({ line, entry }) => (entry ? [{ line, ...entry }] : []))
}
