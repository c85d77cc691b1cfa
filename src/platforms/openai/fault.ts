import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { retryOfHeaders } from '../../base/http/retry-after.ts'
import { connectionWords, faultBelow, faultIn, kindOfStatus, kindOfThrown, saysOverflow } from '../fault.ts'
import type { PlatformFault, PlatformFaultKind } from '../platform.ts'

/** An error of the SDK as a fault: one line without secrets. */
export function faultOf(platform: string, error: unknown): PlatformFault {
  const known = faultBelow(error)
  if (known) return known
  const detail = {
    cause: error,
    retry: error instanceof APIError ? retryOfHeaders(error.headers) : undefined,
  }
  return faultIn(platform, kindOf(error), connectionWords(error), detail)
}

function kindOf(error: unknown): PlatformFaultKind {
  if (error instanceof APIConnectionTimeoutError) return 'timeout'
  if (error instanceof APIConnectionError) return 'network'
  if (!(error instanceof APIError)) return kindOfThrown(error)
  const codes = [error.code, error.type].map(codeText)
  if (error.status === undefined) return kindOfCode(codes.find(code => code !== undefined))
  const own = codes.map(ownKind).find(kind => kind !== undefined)
  if (own) return own
  const kind = kindOfStatus(error.status)
  // OpenAI-compatible servers have no code for an overflow.
  return kind === 'bad_request' && saysOverflow(error.message) ? 'context_overflow' : kind
}

/** Some servers put a numeric status into these fields. */
function codeText(code: unknown): string | undefined {
  return typeof code === 'string' ? code : undefined
}

/** Codes that are more specific than the status: https://platform.openai.com/docs/guides/error-codes. */
function ownKind(code: string | null | undefined): PlatformFaultKind | undefined {
  if (code === 'context_length_exceeded') return 'context_overflow'
  if (code === 'content_filter' || code === 'content_policy_violation') return 'content_filter'
  if (code?.includes('quota') || code === 'billing_hard_limit_reached') return 'quota'
  if (code === 'model_not_found' || code === 'DeploymentNotFound') return 'not_found'
  return undefined
}

/** For errors that arrive as an event of a stream, after a 200. */
export function kindOfCode(code: string | null | undefined): PlatformFaultKind {
  const own = ownKind(code)
  if (own) return own
  if (code?.includes('rate_limit')) return 'rate_limit'
  if (code?.includes('overloaded')) return 'overloaded'
  if (code?.includes('invalid')) return 'bad_request'
  return 'server'
}
