import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { redact } from '../../base/redact.ts'
import { oneLine } from '../../base/words.ts'
import { PlatformFault, type PlatformFaultKind } from '../platform.ts'

/** The cause of whatever the SDK threw, in one line without secrets. */
export function faultOf(platform: string, error: unknown): PlatformFault {
  if (error instanceof PlatformFault) return error
  const words = redact(oneLine((error as Error)?.message ?? String(error), 240))
  return new PlatformFault(platform, kindOf(error), words, error)
}

function kindOf(error: unknown): PlatformFaultKind {
  if (error instanceof APIConnectionTimeoutError) return 'timeout'
  if (error instanceof APIConnectionError) return 'network'
  if (!(error instanceof APIError)) return 'network'
  return error.status === undefined ? kindOfCode(error.code ?? error.type) : kindOfStatus(error.status)
}

function kindOfStatus(status: number): PlatformFaultKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 404) return 'not_found'
  if (status === 408) return 'timeout'
  if (status === 429) return 'rate_limit'
  return status >= 500 ? 'server' : 'bad_request'
}

/** For errors that come as an event of a stream, after a 200. */
export function kindOfCode(code: string | null | undefined): PlatformFaultKind {
  if (code?.includes('rate_limit') || code?.includes('quota')) return 'rate_limit'
  if (code?.includes('invalid')) return 'bad_request'
  return 'server'
}
