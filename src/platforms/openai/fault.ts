import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { retryOfLimits } from '../../base/http/rate-limits.ts'
import { factsIn } from '../faults/error-body.ts'
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
  return faultIn(platform, kind, words, { cause: error, retry: retryOfLimits(headers, status) })
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
