import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { redact } from '../../base/redact.ts'
import { oneLine } from '../../base/words.ts'
import { PlatformFault, type PlatformFaultKind } from '../platform.ts'
import { retryOfHeaders } from '../retry-after.ts'

/** The cause of whatever the SDK threw, in one line without secrets. */
export function faultOf(platform: string, error: unknown): PlatformFault {
  if (error instanceof PlatformFault) return error
  const words = redact(oneLine((error as Error)?.message ?? String(error), 240))
  const retry = error instanceof APIError ? retryOfHeaders(error.headers) : undefined
  return new PlatformFault(platform, kindOf(error), words, { cause: error, retry })
}

function kindOf(error: unknown): PlatformFaultKind {
  if (error instanceof APIConnectionTimeoutError) return 'timeout'
  if (error instanceof APIConnectionError) return 'network'
  if (!(error instanceof APIError)) return 'network'
  const code = error.code ?? error.type
  return error.status === undefined ? kindOfCode(code) : (ownKind(code) ?? kindOfStatus(error.status))
}

function kindOfStatus(status: number): PlatformFaultKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 404) return 'not_found'
  if (status === 408) return 'timeout'
  if (status === 429) return 'rate_limit'
  if (status === 503 || status === 529) return 'overloaded'
  return status >= 500 ? 'server' : 'bad_request'
}

/** Codes that say more than their status: https://platform.openai.com/docs/guides/error-codes. */
function ownKind(code: string | null | undefined): PlatformFaultKind | undefined {
  if (code === 'context_length_exceeded') return 'context_overflow'
  if (code === 'content_filter' || code === 'content_policy_violation') return 'content_filter'
  if (code?.includes('quota')) return 'quota'
  if (code === 'model_not_found' || code === 'DeploymentNotFound') return 'not_found'
  return undefined
}

/** For errors that come as an event of a stream, after a 200. */
export function kindOfCode(code: string | null | undefined): PlatformFaultKind {
  const own = ownKind(code)
  if (own) return own
  if (code?.includes('rate_limit')) return 'rate_limit'
  if (code?.includes('overloaded')) return 'overloaded'
  if (code?.includes('invalid')) return 'bad_request'
  return 'server'
}
