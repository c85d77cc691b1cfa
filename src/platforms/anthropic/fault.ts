import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk'
import { retryOfHeaders } from '../../base/http/retry-after.ts'
import { connectionWords, faultBelow, faultIn, kindOfStatus, kindOfThrown, saysOverflow } from '../fault.ts'
import type { PlatformFault, PlatformFaultKind } from '../platform.ts'

/** An error of the SDK as a fault: one line without secrets. */
export function faultOf(platform: string, error: unknown): PlatformFault {
  const known = faultBelow(error)
  if (known) return known
  const retry = error instanceof APIError ? retryOfHeaders(error.headers) : undefined
  return faultIn(platform, kindOf(error), wordsOf(error), { cause: error, retry })
}

function wordsOf(error: unknown): string {
  if (!(error instanceof APIError) || error.apiMessage === null) return connectionWords(error)
  return [error.status, error.apiMessage].filter(part => part !== undefined).join(' ')
}

function kindOf(error: unknown): PlatformFaultKind {
  if (error instanceof APIConnectionTimeoutError) return 'timeout'
  if (error instanceof APIConnectionError) return 'network'
  if (!(error instanceof APIError)) return kindOfThrown(error)
  const kind = KINDS[error.type ?? ''] ?? (error.status === undefined ? 'server' : kindOfStatus(error.status))
  if (kind === 'rate_limit' && error.errorCode?.includes('spend_limit')) return 'quota'
  return kind === 'bad_request' ? kindOfBadRequest(error.apiMessage ?? '') : kind
}

/** https://platform.claude.com/docs/en/api/errors: the same types arrive with a status and as an event of a stream. */
const KINDS: Record<string, PlatformFaultKind> = {
  invalid_request_error: 'bad_request',
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'quota',
  not_found_error: 'not_found',
  request_too_large: 'context_overflow',
  rate_limit_error: 'rate_limit',
  api_error: 'server',
  timeout_error: 'timeout',
  overloaded_error: 'overloaded',
}

/** One error type covers all of these; only its message shows which of them another platform could answer. */
function kindOfBadRequest(words: string): PlatformFaultKind {
  if (saysOverflow(words)) return 'context_overflow'
  if (/credit balance|spend limit|usage limit/i.test(words)) return 'quota'
  if (/content filter/i.test(words)) return 'content_filter'
  return 'bad_request'
}
