// JSON with comments, YAML or TOML: what a file is, and its plain value.

import { load } from 'js-yaml'
import { parse } from 'smol-toml'
import { SupportError } from '../../base/errors.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { parseDocument } from '../document/parse.ts'
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
  try {
    return syntax === 'YAML' ? load(text) : parse(text)
  } catch (error) {
    throw new SupportError('usage', `${name}${placeOf(error)}: invalid ${syntax}: ${reasonIn(error)}`, {
      hint: 'correct it there, or check that this is the right file',
      cause: error,
    })
  }
}

function parseJson(name: string, text: string): unknown {
  const { value, findings } = parseDocument(name, text)
  const [broken] = findings.errors
  if (!broken) return value
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
