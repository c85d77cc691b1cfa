import { ApiError } from '@google/genai'
import { connectionWords, faultBelow, faultIn, kindOfStatus, kindOfThrown, saysOverflow } from '../fault.ts'
import type { PlatformFault, PlatformFaultKind } from '../platform.ts'
import { retryOfDelay } from '../retry-after.ts'
import { type SignIn, signInFault } from './sign-in.ts'

export interface Where {
  platform: string
  /** Set while signing in to Google may be what failed: no answer has arrived yet. */
  signIn?: SignIn | undefined
}

/** What the SDK or Google's sign-in threw, as a fault in one line without secrets. */
export function faultOf(where: Where, error: unknown): PlatformFault {
  const known = faultBelow(error)
  if (known) return known
  const { platform, signIn } = where
  if (isNoModel(error)) return faultIn(platform, 'not_found', `no such model: ${connectionWords(error)}`)
  if (error instanceof ApiError) return refused(where, error)
  return (
    (signIn && signInFault(platform, signIn, error)) ??
    // An error of the sign-in contains tokens.
    faultIn(platform, kindOfBroken(error), connectionWords(error), {
      cause: signIn ? undefined : error,
    })
  )
}

/** The SDK's own check before it sends anything. */
function isNoModel(error: unknown): boolean {
  return error instanceof Error && /^(invalid model parameter|model is required)/.test(error.message)
}

/** The SDK's message for a stream that ends in the middle of an event. */
function kindOfBroken(error: unknown): PlatformFaultKind {
  return /Incomplete JSON segment/.test(String(error)) ? 'truncated' : kindOfThrown(error)
}

function refused({ platform }: Where, error: ApiError): PlatformFault {
  const said = bodyOf(error.message)
  const kind = kindOf(error.status, said)
  const delay = said.details.map(one => retryOfDelay(one.retryDelay)).find(hint => hint !== undefined)
  // When a daily quota is used up, the delay of some seconds is wrong.
  const retry = kind === 'quota' ? undefined : delay
  const words = `${error.status} ${said.message ?? error.message}`
  return faultIn(platform, kind, words, { cause: error, retry })
}

function kindOf(status: number, { code, message = '', details }: GoogleStatus): PlatformFaultKind {
  const reasons = details.flatMap(one => one.reason ?? [])
  if (reasons.includes('API_KEY_INVALID')) return 'auth'
  if (reasons.includes('BILLING_DISABLED')) return 'quota'
  // The message is the same for a per-minute and a per-day limit.
  if (status === 429) return isForLong(details, message) ? 'quota' : 'rate_limit'
  // The key may not be used from here, or not without billing: another platform would succeed.
  if (code === 'FAILED_PRECONDITION') return /billing/i.test(message) ? 'quota' : 'auth'
  // Cancelled by the server, not by us.
  if (code === 'CANCELLED') return 'server'
  const kind = kindOfStatus(status)
  return kind === 'bad_request' && saysOverflow(message) ? 'context_overflow' : kind
}

function isForLong(details: readonly Detail[], message: string): boolean {
  const limits = details.flatMap(one => (one.violations ?? []).map(violation => violation.quotaId ?? ''))
  return limits.some(limit => /PerDay|PerMonth/i.test(limit)) || /credits/i.test(message)
}

/** google.rpc.Status with RetryInfo, QuotaFailure, ErrorInfo: https://cloud.google.com/apis/design/errors */
interface GoogleStatus {
  code: string | undefined
  message: string | undefined
  details: readonly Detail[]
}

interface Detail {
  reason?: string
  retryDelay?: unknown
  violations?: { quotaId?: string }[]
}

/** The SDK passes the body on as text; in a stream it puts its own words in front. */
function bodyOf(text: string): GoogleStatus {
  const { error } = parsed(text.slice(text.search(/[[{]/)))
  const { status, message, details } = (error ?? {}) as {
    status?: string
    message?: string
    details?: unknown
  }
  return { code: status, message, details: Array.isArray(details) ? details : [] }
}

function parsed(text: string): { error?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    // Vertex AI wraps the error in a list where a stream was expected.
    const body: unknown = Array.isArray(value) ? value[0] : value
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}
