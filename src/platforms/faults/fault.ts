// The common part of all vendors' faults.

import { redact } from '../../base/redact.ts'
import { causeCode, networkCause } from '../../base/text/network-words.ts'
import { oneLine } from '../../base/text/words.ts'
import { type FaultDetail, PlatformFault, type PlatformFaultKind } from '../platform.ts'

const LONGEST = 240

/** The remedy when it is probably the address that is wrong. */
export const CHECK_ADDRESS = 'check base_url or endpoint'

/**
 * A fault with a message of one line: `text`, then the remedy if there is one. Secrets are hidden before it is cut: half a
 * secret would not be recognised.
 */
export function faultIn(
  platform: string,
  kind: PlatformFaultKind,
  text: string,
  detail: FaultDetail = {},
): PlatformFault {
  const remedy = detail.remedy && redact(detail.remedy)
  // The remedy must not be cut off.
  const words = oneLine(redact(withoutPage(text)), LONGEST - (remedy?.length ?? 0))
  return new PlatformFault(platform, kind, remedy ? `${words}: ${remedy}` : words, { ...detail, remedy })
}

/** The message of a fault without its remedy, for where that has a line of its own. */
export function reasonAlone(message: string, remedy: string | undefined): string {
  return remedy === undefined ? message : message.replace(`: ${remedy}`, '')
}

/** An HTML error page is reduced to its title, without the status that it often repeats. */
function withoutPage(text: string): string {
  return text
    .replace(/<(!doctype|html)\b[\s\S]*/i, page => /<title>([^<]*)/i.exec(page)?.[1]?.trim() ?? '')
    .replace(/^(\d{3}) (?=\1\b)/, '')
}

/**
 * The kind of an error without a readable answer: a failed connection, or a stream that is not JSON.
 */
export function kindOfThrown(error: unknown): PlatformFaultKind {
  return error instanceof SyntaxError || isMisread(error) ? 'server' : 'network'
}

/** Whether it is the TypeError of reading an answer of an unexpected shape. fetch and Headers throw the same type. */
function isMisread(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /^Cannot (read|destructure)|is not (iterable|a function)/.test(error.message)
  )
}

/** A failed connection in words, with its code, which fetch hides in the causes: `connection refused (ECONNREFUSED)`. */
export function connectionWords(error: unknown): string {
  // The error's own message is about our code.
  if (isMisread(error)) return 'malformed stream: unexpected shape'
  const text = error instanceof Error ? error.message : String(error)
  const code = causeCode(error)
  const cause = networkCause(code)
  if (cause) return `${cause.words} (${code})`
  return code === undefined || text.includes(code) ? text : `${text.replace(/\.$/, '')} (${code})`
}

/** The error itself or its nearest cause that is a PlatformFault: an SDK wraps errors of its fetch. */
export function faultBelow(error: unknown): PlatformFault | undefined {
  return causesOf(error).find(one => one instanceof PlatformFault)
}

/** The error and its causes, nearest first. */
function causesOf(error: unknown): Error[] {
  const found: Error[] = []
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) found.push(at)
  return found
}
