// What faults have in common, whoever's they are.

import { redact } from '../base/redact.ts'
import { oneLine } from '../base/text/words.ts'
import { type FaultDetail, PlatformFault, type PlatformFaultKind } from './platform.ts'

const LONGEST = 240

/** A fault in one line. Secrets are hidden before anything is cut: half a secret would not be known again. */
export function faultIn(
  platform: string,
  kind: PlatformFaultKind,
  text: string,
  detail: FaultDetail = {},
): PlatformFault {
  return new PlatformFault(platform, kind, oneLine(redact(withoutPage(text)), LONGEST), detail)
}

/** A gateway's page in place of an error is told by its title. */
function withoutPage(text: string): string {
  return text.replace(/<(!doctype|html)\b[\s\S]*/i, page => /<title>([^<]*)/i.exec(page)?.[1]?.trim() ?? '')
}

export function kindOfStatus(status: number): PlatformFaultKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 402) return 'quota'
  if (status === 404) return 'not_found'
  if (status === 408 || status === 504) return 'timeout'
  // The conversation is too long to be taken at all.
  if (status === 413) return 'context_overflow'
  if (status === 429) return 'rate_limit'
  if (status === 503 || status === 529) return 'overloaded'
  return status >= 500 ? 'server' : 'bad_request'
}

/** Of a refused request: whether its text says that the input is longer than the model's window. */
export function saysOverflow(text: string): boolean {
  return /context (length|limit|window)|prompt is too long|input token count|too many (input )?tokens/i.test(
    text,
  )
}

/**
 * What was thrown where no answer came, or none that could be read: a connection that failed, or a stream that holds
 * no JSON.
 */
export function kindOfThrown(error: unknown): PlatformFaultKind {
  return error instanceof SyntaxError || isMisread(error) ? 'server' : 'network'
}

/** What we or an SDK stumble over in an answer of another shape. fetch and headers throw the same type. */
function isMisread(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /^Cannot (read|destructure)|is not (iterable|a function)/.test(error.message)
  )
}

/** A connection's failure with its code, which fetch hides in the causes: `Connection error (ECONNREFUSED)`. */
export function connectionWords(error: unknown): string {
  // Its own words are of our code.
  if (isMisread(error)) return 'malformed stream: not the shape of an answer'
  const text = error instanceof Error ? error.message : String(error)
  const code = codeBelow(error)
  return code === undefined || text.includes(code) ? text : `${text.replace(/\.$/, '')} (${code})`
}

/** The error itself or the nearest of its causes that is a PlatformFault: an SDK wraps what its fetch throws. */
export function faultBelow(error: unknown): PlatformFault | undefined {
  return causesOf(error).find(one => one instanceof PlatformFault)
}

/** The code of an error or of the nearest of its causes that has one. */
export function codeBelow(error: unknown): string | undefined {
  const codes = causesOf(error).map(one => (one as { code?: unknown }).code)
  return codes.find(code => typeof code === 'string')
}

/** The error and what it came from, the nearest first. */
function causesOf(error: unknown): Error[] {
  const found: Error[] = []
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) found.push(at)
  return found
}
