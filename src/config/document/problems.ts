import { findNodeAtLocation, type Node } from 'jsonc-parser'
import { escapeUnsafe } from '../../base/text/words.ts'

/** Where in the document something is: keys and indexes from the root. */
export type Path = (string | number)[]

/** One error or warning about the configuration or the credentials file. */
export interface Problem {
  file: string
  /** 1-based; undefined (null in JSON) when the file could not be read. */
  line: number | undefined
  column: number | undefined
  /** `customers[0].mcp_servers[1].type`; empty for the whole file. */
  path: string
  message: string
  hint: string | undefined
}

/** Collects problems by their path in the document. */
export interface Reporter {
  error(path: Path, message: string, hint?: string): void
  warn(path: Path, message: string, hint?: string): void
  /** A warning for `config validate` alone: other commands say it where it matters. */
  advise(path: Path, message: string, hint?: string): void
  /** The problem with its place, without collecting it. */
  located(path: Path, message: string, hint?: string): Problem
}

export interface Findings extends Reporter {
  errors: Problem[]
  warnings: Problem[]
  advice: Problem[]
  errorAt(offset: number, message: string, hint: string): void
}

/** A problem with a whole file. */
export function fileProblem(file: string, message: string, hint: string): Problem {
  return { file, line: undefined, column: undefined, path: '', message, hint }
}

/** Collects problems of one document and locates them; a path that does not exist is located at its nearest parent. */
export function createFindings(file: string, text: string, root: Node | undefined): Findings {
  const errors: Problem[] = []
  const warnings: Problem[] = []
  const advice: Problem[] = []
  const problem = (path: Path, message: string, hint?: string): Problem => ({
    file,
    ...position(text, offsetOf(root, path)),
    path: pathText(path),
    message,
    hint,
  })
  return {
    errors,
    warnings,
    advice,
    located: problem,
    error: (path, message, hint) => void errors.push(problem(path, message, hint)),
    warn: (path, message, hint) => void warnings.push(problem(path, message, hint)),
    advise: (path, message, hint) => void advice.push(problem(path, message, hint)),
    errorAt: (offset, message, hint) =>
      void errors.push({ file, ...position(text, offset), path: '', message, hint }),
  }
}

/**
 * `file:line:column: path: message`, and the hint indented on a second line. A file that was not read has no line, and a
 * line of the credentials file no column.
 */
export function problemText(problem: Problem): string {
  const where = [problem.file, problem.line, problem.column].filter(part => part !== undefined).join(':')
  const path = problem.path === '' ? '' : `${problem.path}: `
  return `${where}: ${path}${problem.message}${problem.hint ? `\n  ${problem.hint}` : ''}`
}

/** Line and column (1-based) of an offset. */
function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}

/** By line and column. */
export function inFileOrder(problems: Problem[]): Problem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

function pathText(path: Path): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${keyName(part)}`))
    .join('')
}

function keyName(key: string): string {
  if (/^[\w$-]{1,60}$/.test(key)) return key
  return escapeUnsafe(JSON.stringify(key.length > 60 ? `${key.slice(0, 59)}…` : key))
}

function offsetOf(root: Node | undefined, path: Path): number {
  if (!root) return 0
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length))
    if (!node) continue
    // Point at the key rather than at its value.
    const named = length === path.length && node.parent?.type === 'property' ? node.parent : node
    return named.offset
  }
  return 0
}
