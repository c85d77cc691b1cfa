import { reasonOf, SupportError } from '../base/errors.ts'
import { asTyped } from '../base/package-root.ts'
import { redact } from '../base/redact.ts'
import { clean } from '../base/text/terminal-text.ts'
import { type Problem, problemText } from '../config/document/problems.ts'
import type { Layout } from './print/printer.ts'
import { wrappedProse } from './print/prose.ts'

/** What went wrong, and what to do about it; an empty hint is none. */
export interface Explained {
  message: string
  hint?: string | undefined
}

const BUG = 'this is a bug in supportmax: please report it with the command you typed'

/** The terminal that a text is for. */
type TextLayout = Pick<Layout, 'width' | 'command'>

/**
 * An error as every command prints it: `supportmax: <message>`, then its hint on a line of its own. A message that
 * starts with its place in a file (`file:line:column: …`) gets no prefix. Long lines are wrapped at the terminal's
 * width; without a terminal they stay whole. Any error other than a SupportError is reported as a bug. Commands in
 * backticks are shown as they are typed here. Control sequences are removed: many errors quote a server or a platform.
 */
export function errorText(error: Explained | Error, layout: TextLayout): string {
  const { message, hint } = isInternal(error) ? { message: reasonOf(error), hint: BUG } : error
  const isLocated = /^\S.*?:\d+:\d+: /.test(message)
  const text = isLocated ? message : `supportmax: ${message}`
  return explainedText({ message: clean(text), hint: clean(hint ?? '') }, layout)
}

/**
 * The same without `supportmax:`, for lines that begin with what they are about. Keeps control sequences, because callers
 * style the message: clean what comes from outside first.
 */
export function explainedText({ message, hint = '' }: Explained, { width, command }: TextLayout): string {
  // Before it is wrapped: a secret that is broken over two lines would not be recognised.
  const text = asTyped(redact(hint === '' ? message : `${message}\n  ${hint}`), command)
  if (width === undefined) return text
  return text
    .split('\n')
    .map(line => wrappedProse(line, width, { hang: line.startsWith(' ') ? 2 : 4 }))
    .join('\n')
}

/** A problem of the configuration as `file:line:column: path: what is wrong`, with its hint. */
export function locatedProblem(problem: Problem): Explained {
  return { message: problemText({ ...problem, hint: undefined }), hint: problem.hint }
}

function isInternal(error: Explained | Error): error is Error {
  return error instanceof Error && !(error instanceof SupportError)
}
