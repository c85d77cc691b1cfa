import { ApiError } from '@google/genai'
import { connectionWords, faultBelow, faultIn, kindOfStatus, kindOfThrown, saysOverflow } from '../fault.ts'
import type { PlatformFault, PlatformFaultKind } from '../platform.ts'
import { retryOfDelay } from '../retry-after.ts'
import { type SignIn, signInFault } from './sign-in.ts'

export interface Where {
  platform: string
  /** Google's credentials had to be used first, and no answer has come yet. */
  signIn?: SignIn | undefined
}

/** The cause of whatever the SDK or Google's sign-in threw, in one line without secrets. */
export function faultOf(where: Where, error: unknown): PlatformFault {
  const told = faultBelow(error)
  if (told) return told
  const { platform, signIn } = where
  if (isNoModel(error)) return faultIn(platform, 'not_found', `no such model: ${connectionWords(error)}`)
  if (error instanceof ApiError) return refused(where, error)
  return (
    (signIn && signInFault(platform, signIn, error)) ??
    // What failed at the sign-in holds its tokens.
    faultIn(platform, kindOfBroken(error), connectionWords(error), {
      cause: signIn ? undefined : error,
    })
  )
}

/** The SDK's own check, before anything is sent. */
function isNoModel(error: unknown): boolean {
  return error instanceof Error && /^(invalid model parameter|model is required)/.test(error.message)
}

/** The SDK's words for a stream that ends within an event. */
function kindOfBroken(error: unknown): PlatformFaultKind {
  return /Incomplete JSON segment/.test(String(error)) ? 'truncated' : kindOfThrown(error)
}

function refused({ platform }: Where, error: ApiError): PlatformFault {
  const said = bodyOf(error.message)
  const kind = kindOf(error.status, said)
  const delay = said.details.map(one => retryOfDelay(one.retryDelay)).find(hint => hint !== undefined)
  // Where the day's quota is used up, the seconds that stand there are a lie.
  const retry = kind === 'quota' ? undefined : delay
  const words = `${error.status} ${said.message ?? error.message}`
  return faultIn(platform, kind, words, { cause: error, retry })
}

function kindOf(status: number, { code, message = '', details }: Said): PlatformFaultKind {
  const reasons = details.flatMap(one => one.reason ?? [])
  if (reasons.includes('API_KEY_INVALID')) return 'auth'
  if (reasons.includes('BILLING_DISABLED')) return 'quota'
  // The text is the same for a minute's limit and a day's.
  if (status === 429) return isForLong(details, message) ? 'quota' : 'rate_limit'
  // A key that may not be used from here, or not without billing: it would succeed elsewhere.
  if (code === 'FAILED_PRECONDITION') return /billing/i.test(message) ? 'quota' : 'auth'
  // It was not we who cancelled.
  if (code === 'CANCELLED') return 'server'
  const kind = kindOfStatus(status)
  return kind === 'bad_request' && saysOverflow(message) ? 'context_overflow' : kind
}

function isForLong(details: readonly Detail[], message: string): boolean {
  const limits = details.flatMap(one => (one.violations ?? []).map(violation => violation.quotaId ?? ''))
  return limits.some(limit => /PerDay|PerMonth/i.test(limit)) || /credits/i.test(message)
}

/** google.rpc.Status with RetryInfo, QuotaFailure, ErrorInfo: https://cloud.google.com/apis/design/errors */
interface Said {
  code: string | undefined
  message: string | undefined
  details: readonly Detail[]
}

interface Detail {
  reason?: string
  retryDelay?: unknown
  violations?: { quotaId?: string }[]
}

/** The SDK gives the body as text, in a stream with words of its own in front. */
function bodyOf(text: string): Said {
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
    // Vertex AI wraps what would have been a stream in a list.
    const body: unknown = Array.isArray(value) ? value[0] : value
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}
