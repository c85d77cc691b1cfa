import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { retryOfLimits } from '../../base/http/rate-limits.ts'
import { factsIn, headersOf } from '../faults/error-body.ts'
import { kindOfError } from '../faults/evidence.ts'
import { connectionWords, faultBelow, faultIn, kindOfThrown } from '../faults/fault.ts'
import type { PlatformFault, PlatformFaultKind, Usage } from '../platform.ts'

/** An error of the SDK as a fault: one line without secrets. */
export function faultOf(platform: string, error: unknown): PlatformFault {
  const known = faultBelow(error)
  if (known) return known
  if (!(error instanceof APIError) || error instanceof APIConnectionError)
    return faultIn(platform, kindOfUnanswered(error), connectionWords(error), { cause: error })
  const { status, headers } = error
  const facts = factsIn({ error: error.error }) ?? { words: '', codes: [] }
  const words = facts.words ? [status, facts.words].filter(Boolean).join(' ') : error.message
  const kind = kindOfError(status, { ...facts, words: facts.words || error.message })
  // In a stream there is no status.
  const limited = kind === 'rate_limit' ? 429 : status
  const retry = retryOfLimits(headersOf(error.error, headers), limited)
  return faultIn(platform, kind, words, { cause: error, retry })
}

function kindOfUnanswered(error: unknown): PlatformFaultKind {
  if (error instanceof APIConnectionTimeoutError) return 'timeout'
  return error instanceof APIConnectionError ? 'network' : kindOfThrown(error)
}

/** A failure that the SDK treats as an ordinary event of a stream. */
export function faultInStream(
  platform: string,
  code: string | null | undefined,
  message: string,
  usage?: Usage | undefined,
): PlatformFault {
  const kind = kindOfError(undefined, { words: message, codes: code ? [code] : [] })
  return faultIn(platform, kind, message, { usage })
}
