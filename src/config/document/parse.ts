import {
  createScanner,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { replaceUnsafe } from '../../base/text/words.ts'
import { createFindings, type Findings, type Path } from './problems.ts'

/** The largest configuration that is read, in bytes; 3,000 customers are 3 MB. */
export const LARGEST_CONFIG = 20 * 1_048_576

/**
 * JSON with comments and trailing commas, as plain values without the keys that begin with `_`. Strings and keys are
 * plain text: control characters are reported here and removed.
 */
export interface Document {
  value: unknown
  findings: Findings
}

/** What is wrong with a text that a terminal or the compose file would misread. */
export const CONTROL = 'contains control characters'

const DEEPEST = 32
const JSON_HINT = 'check the commas, quotes and brackets here (comments and trailing commas are allowed)'

/** Never throws: text that cannot be parsed becomes a located error in the findings. */
export function parseDocument(file: string, source: string): Document {
  const text = source.replace(/^\uFEFF/, '')
  const unreadable = refuse(text)
  if (unreadable) {
    const findings = createFindings(file, text, undefined)
    findings.error([], unreadable.message, unreadable.hint)
    return { value: undefined, findings }
  }
  const faults: ParseError[] = []
  const root = parseTree(text, faults, { allowTrailingComma: true })
  const findings = createFindings(file, text, root)
  // Where a bracket is missing, so is every one around it: one error at each place is enough.
  const places = faults.filter(({ offset }, at) => offset !== faults[at - 1]?.offset)
  for (const { offset, error } of places.slice(0, 5))
    findings.errorAt(offset, `invalid JSON: ${wordsOf(printParseErrorCode(error))}`, JSON_HINT)
  return { value: root && faults.length === 0 ? plainValue(root, [], findings) : undefined, findings }
}

function refuse(text: string): { message: string; hint: string } | undefined {
  if (/[\u0000\uFFFD]/.test(text)) return { message: 'is not a text file', hint: 'save it as JSON in UTF-8' }
  if (text.trim() === '') return { message: 'is empty', hint: 'start with {"customers": []}' }
  // The parser recurses, so the depth is measured first.
  if (depth(text) > DEEPEST)
    return {
      message: `is nested deeper than ${DEEPEST} levels`,
      hint: 'flatten it: no setting needs more than six levels',
    }
  return undefined
}

const OPEN = new Set([1, 3]) // SyntaxKind.OpenBraceToken, OpenBracketToken
const CLOSE = new Set([2, 4])
const END = 17

function depth(text: string): number {
  const scanner = createScanner(text, true)
  let now = 0
  let most = 0
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (OPEN.has(token)) most = Math.max(most, ++now)
    else if (CLOSE.has(token)) now--
  }
  return most
}

function wordsOf(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
}

function plainValue(node: Node, path: Path, findings: Findings): unknown {
  if (node.type === 'array')
    return (node.children ?? []).map((child, i) => plainValue(child, [...path, i], findings))
  if (node.type === 'string') return plainText(String(node.value), path, findings)
  if (node.type !== 'object') return getNodeValue(node)
  const entries = new Map<string, unknown>()
  for (const property of node.children ?? []) {
    const [name, value] = property.children ?? []
    const written = String(name?.value)
    if (!value || written.startsWith('_')) continue
    const at = [...path, written]
    const key = plainText(written, at, findings)
    if (entries.has(key)) findings.error(at, 'duplicate key', 'remove one of them')
    entries.set(key, plainValue(value, at, findings))
  }
  return Object.fromEntries(entries)
}

/** One control character in the compose file would stop every customer; on a screen it can fake other text. */
function plainText(text: string, path: Path, findings: Findings): string {
  const kept = replaceUnsafe(text, () => '')
  if (kept !== text) findings.error(path, CONTROL, 'write it as plain text on one line')
  return kept
}
