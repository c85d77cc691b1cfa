import { retryOfLimits } from '../../base/http/rate-limits.ts'
import { isRecord, parsedJson } from '../../base/records.ts'
import type { PlatformFault } from '../platform.ts'
import { factsIn, headersOf } from './error-body.ts'
import { kindOfError } from './evidence.ts'
import { CHECK_ADDRESS, faultIn } from './fault.ts'

/** Whether a body begins like JSON, and so not like an event stream. */
export function looksLikeJson(body: string): boolean {
  return /^\s*[[{]/.test(body)
}

/** What JSON in place of an event stream means: an error with HTTP 200, or a server that cannot stream. */
export function jsonInstead(platform: string, body: string): PlatformFault {
  const value = parsedJson(body)
  const facts = factsIn(value)
  if (!facts?.words)
    return faultIn(platform, 'server', 'the response was JSON, not an event stream', {
      remedy: CHECK_ADDRESS,
    })
  const kind = kindOfError(undefined, facts)
  const { error } = isRecord(value) ? value : {}
  const retry = kind === 'rate_limit' ? retryOfLimits(headersOf(error, undefined), 429) : undefined
  return faultIn(platform, kind, facts.words, { cause: new Error(facts.words), retry })
}
