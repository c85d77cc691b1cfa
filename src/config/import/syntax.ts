// JSON with comments, YAML or TOML: what a file is, and its plain value.

import { load } from 'js-yaml'
import { parse as parseJsonc } from 'jsonc-parser'
import { parse } from 'smol-toml'
import { SupportError } from '../../base/errors.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { CONTROL, parseDocument } from '../document/parse.ts'
import { problemText } from '../document/problems.ts'

type Syntax = 'JSON' | 'YAML' | 'TOML'

/** By its name; by its beginning where the name says nothing, as on standard input. */
function syntaxOf(name: string, text: string): Syntax {
  if (/\.jsonc?$/i.test(name)) return 'JSON'
  if (/\.ya?ml$/i.test(name)) return 'YAML'
  if (/\.toml$/i.test(name)) return 'TOML'
  if (/^\uFEFF?\s*(\{|\/[/*])/.test(text)) return 'JSON'
  if (/^\s*\[+[\w."' -]+\]+\s*(#.*)?$/m.test(text)) return 'TOML'
  return /^[\w"'-]+\s*:(\s|$)/m.test(text) ? 'YAML' : 'JSON'
}

/** The file as a plain value. Throws `usage` with the place of an error. */
export function parseForeign(name: string, text: string): unknown {
  const syntax = syntaxOf(name, text)
  if (syntax === 'JSON') return parseJson(name, text)
  const value = parseOther(name, syntax, text)
  const excess = excessOf(value)
  if (excess !== undefined)
    throw new SupportError('usage', `${name}: ${excess}`, { hint: 'check that this is the right file' })
  return value
}

const MOST_VALUES = 100_000
/** As in JSON. */
const MOST_LEVELS = 32

/** With aliases, a few lines of YAML mean billions of values; with dotted keys, a line of TOML means thousands of levels. */
function excessOf(value: unknown): string | undefined {
  const open = [{ value, level: 0 }]
  let seen = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: one, level } = next
    if (level > MOST_LEVELS) return `is nested deeper than ${MOST_LEVELS} levels`
    if (typeof one !== 'object' || one === null) continue
    for (const inner of Object.values(one)) {
      if (++seen > MOST_VALUES) return `has more than ${MOST_VALUES} values`
      open.push({ value: inner, level: level + 1 })
    }
  }
  return undefined
}

function parseOther(name: string, syntax: 'YAML' | 'TOML', text: string): unknown {
  try {
    return syntax === 'YAML' ? load(text) : parse(text)
  } catch (error) {
    throw new SupportError('usage', `${name}${placeOf(error)}: invalid ${syntax}: ${reasonIn(error)}`, {
      hint: 'correct it there, or check that this is the right file',
      cause: error,
    })
  }
}

/** Unlike ours, another client's file may have values of several lines, such as a private key. */
function parseJson(name: string, text: string): unknown {
  const { findings } = parseDocument(name, text)
  const broken = findings.errors.find(one => one.message !== CONTROL)
  if (!broken) return parseJsonc(text.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true })
  throw new SupportError('usage', problemText({ ...broken, hint: undefined }), { hint: broken.hint })
}

/** The libraries' own errors: a mark with a line from 0, or a line from 1. */
function placeOf(error: unknown): string {
  const { mark, line, column } = error as {
    mark?: { line: number; column: number }
    line?: number
    column?: number
  }
  if (mark) return `:${mark.line + 1}:${mark.column + 1}`
  return line === undefined ? '' : `:${line}:${column ?? 1}`
}

/** Without the lines that they quote: these may hold secrets. */
function reasonIn(error: unknown): string {
  const { reason, message } = error as { reason?: string; message: string }
  const [first = ''] = (reason ?? message).replace(/^Invalid TOML document: /, '').split('\n')
  return cleanLine(first, 120)
}
