import { ApiError } from '@google/genai'
import { retryOfDelay } from '../../base/http/retry-after.ts'
import { kindOfError } from '../faults/evidence.ts'
import { connectionWords, faultBelow, faultIn, kindOfThrown } from '../faults/fault.ts'
import type { PlatformFault, PlatformFaultKind } from '../platform.ts'
import { type SignIn, signInFault } from './sign-in.ts'

export interface GoogleCall {
  platform: string
  /** Set before the first answer, when the sign-in to Google may have failed. */
  signIn?: SignIn | undefined
}

/** An error of the SDK or of Google's sign-in as a fault: one line without secrets. */
export function faultOf(from: GoogleCall, error: unknown): PlatformFault {
  const known = faultBelow(error)
  if (known) return known
  const { platform, signIn } = from
  if (isNoModel(error)) return faultIn(platform, 'not_found', `no such model: ${connectionWords(error)}`)
  if (error instanceof ApiError) return refused(from, error)
  return (
    (signIn && signInFault(platform, signIn, error)) ??
    // An error of the sign-in contains tokens, so it must not become the cause.
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

function refused({ platform }: GoogleCall, error: ApiError): PlatformFault {
  const body = bodyOf(error.message)
  const kind = kindOf(error.status, body)
  const delay = body.details.map(one => retryOfDelay(one.retryDelay)).find(hint => hint !== undefined)
  // Google sends a delay of a few seconds even when a daily quota is used up.
  const retry = kind === 'quota' ? undefined : delay
  const words = `${error.status} ${body.message ?? error.message}`
  return faultIn(platform, kind, words, { cause: error, retry })
}

function kindOf(status: number, { code, message = '', details }: GoogleStatus): PlatformFaultKind {
  const reasons = details.flatMap(one => one.reason ?? [])
  if (reasons.includes('API_KEY_INVALID')) return 'auth'
  if (reasons.includes('BILLING_DISABLED')) return 'quota'
  // The message is the same for a per-minute and a per-day limit.
  if (status === 429) return isForLong(details, message) ? 'quota' : 'rate_limit'
  // The key is not allowed from here, or needs billing: another platform could answer.
  if (code === 'FAILED_PRECONDITION') return /billing/i.test(message) ? 'quota' : 'auth'
  // Cancelled by the server rather than by us.
  if (code === 'CANCELLED') return 'server'
  return kindOfError(status, { words: message, codes: code ? [code] : [] })
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

/** The SDK passes the body on as text; in a stream it adds words of its own in front. */
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
    // When a stream was expected, Vertex AI wraps the error in a list.
    const body: unknown = Array.isArray(value) ? value[0] : value
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}
