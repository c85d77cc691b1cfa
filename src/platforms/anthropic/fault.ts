import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk'
import { retryOfLimits } from '../../base/http/rate-limits.ts'
import { kindOfError, kindOfStatus } from '../faults/evidence.ts'
import { connectionWords, faultBelow, faultIn, kindOfThrown } from '../faults/fault.ts'
import type { PlatformFault, PlatformFaultKind } from '../platform.ts'

/** An error of the SDK as a fault: one line without secrets. */
export function faultOf(platform: string, error: unknown): PlatformFault {
  const known = faultBelow(error)
  if (known) return known
  const retry = error instanceof APIError ? retryOfLimits(error.headers, error.status) : undefined
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
  const { status, type, errorCode, message } = error
  const kind = KINDS[type ?? ''] ?? (status === undefined ? 'server' : kindOfStatus(status))
  if (kind === 'rate_limit' && errorCode?.includes('spend_limit')) return 'quota'
  const isOpen = kind === 'rejected' || kind === 'not_found'
  return isOpen ? kindOfError(status ?? 400, { words: error.apiMessage ?? message, codes: [] }) : kind
}

/**
 * https://platform.claude.com/docs/en/api/errors: the same types arrive with a status and as an event of a stream. What
 * invalid_request_error means is only in its words.
 */
const KINDS: Record<string, PlatformFaultKind> = {
  invalid_request_error: 'rejected',
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
