import { redact } from './redact.ts'

/**
 * Exit codes, part of the documented interface (docs/commands.md):
 * 0 ok, 1 failed, 2 usage or configuration error, 3 a required program or engine is missing or not responding,
 * 4 denied by policy, 5 no model platform available, 124 timed out, 130 interrupted.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  missing: 3,
  refused: 4,
  'no-platform': 5,
  deadline: 124,
  interrupted: 130,
} as const

export type ErrorCode = Exclude<keyof typeof EXIT, 'ok'>

/** The error class of this program: what happened, which exit code it means, and what to do next. Hides secrets. */
export class SupportError extends Error {
  readonly code: ErrorCode
  /** What to do next: one line that begins with a verb. */
  readonly hint: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(redact(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SupportError'
    this.code = code
    this.hint = options.hint === undefined ? undefined : redact(options.hint)
  }
}

/** One line of text for anything that was thrown, with secrets hidden. */
export function reasonOf(error: unknown): string {
  // Hide secrets before cutting: half of a secret with line breaks would no longer be recognized.
  return redact(textOf(error)).split('\n', 1)[0] ?? ''
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = (error as { code?: unknown }).code
  return error.message || (typeof code === 'string' ? code : error.name)
}
