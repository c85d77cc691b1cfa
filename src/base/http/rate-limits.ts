import { type RetryHint, retryOfHeaders } from './retry-after.ts'

/**
 * When a request that was refused with a 429 may be sent again: as `retry-after` says, otherwise when the last of the
 * limits that are used up is reset. Undefined if the headers do not say.
 */
export function retryOfLimits(
  headers: Headers | undefined,
  status: number | undefined,
): RetryHint | undefined {
  const told = retryOfHeaders(headers)
  if (told || !headers || status !== 429) return told
  const resets = [...headers].flatMap(([name, text]) => {
    const limit = limitOf(name)
    if (!limit || !isUsedUp(headers.get(limit.remaining))) return []
    return resetOf(text, limit.isTime) ?? []
  })
  return latest(resets)
}

interface Limit {
  /** The header with what is left of this limit. */
  remaining: string
  /** Whether a number is a time rather than a delay, when it could be both. */
  isTime: boolean
}

/**
 * The limit that a header is the reset of. Sources:
 * - `x-ratelimit-reset-requests`, `-tokens`: OpenAI (platform.openai.com/docs/guides/rate-limits), Azure, Groq
 *   (console.groq.com/docs/rate-limits): `1s`, `6m0s`, `2m59.56s`.
 * - `x-ratelimit-reset-requests-day`, `-tokens-minute`: Cerebras (inference-docs.cerebras.ai/support/rate-limits): seconds.
 * - `x-ratelimit-reset`: OpenRouter (openrouter.ai/docs/api-reference/limits), as milliseconds since 1970; gateways, as
 *   seconds since 1970 or as seconds from now.
 * - `ratelimit-reset`: draft-ietf-httpapi-ratelimit-headers-06: seconds from now.
 * - `anthropic-ratelimit-requests-reset`, `-tokens-`, `-input-tokens-`, `-output-tokens-`: RFC 3339
 *   (platform.claude.com/docs/en/api/rate-limits).
 */
function limitOf(name: string): Limit | undefined {
  const [, vendor, kind] = /^(anthropic-ratelimit-(.+))-reset$/.exec(name) ?? []
  if (vendor !== undefined && kind !== undefined) return { remaining: `${vendor}-remaining`, isTime: true }
  const [, prefix, rest = ''] = /^(x-ratelimit|ratelimit)-reset(-[a-z-]+)?$/.exec(name) ?? []
  return prefix === undefined ? undefined : { remaining: `${prefix}-remaining${rest}`, isTime: false }
}

/** A limit without a count may be the one that is used up. */
function isUsedUp(remaining: string | null): boolean {
  return remaining === null || Number.parseFloat(remaining) <= 0
}

/** Numbers from here on are times: a delay of more than 30 years would make no sense. In seconds, and in milliseconds. */
const FIRST_TIME_S = 1e9
const FIRST_TIME_MS = 1e11

function resetOf(text: string, isTime: boolean): RetryHint | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text)
    if (number >= FIRST_TIME_MS) return { at: number }
    if (number >= FIRST_TIME_S) return { at: number * 1_000 }
    return isTime ? undefined : { afterMs: number * 1_000 }
  }
  const delay = goDuration(text)
  if (delay !== undefined) return { afterMs: delay }
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : { at }
}

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** A duration as Go prints it, in milliseconds: `6m0s`, `2m59.56s`, `120ms`. */
function goDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined
  return [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (UNITS[unit] ?? 0),
    0,
  )
}

/** The longest wait; a time and a delay are compared by the clock of this machine. */
function latest(hints: readonly RetryHint[]): RetryHint | undefined {
  const now = Date.now()
  const timeOf = (hint: RetryHint) => ('at' in hint ? hint.at : now + hint.afterMs)
  return hints.toSorted((a, b) => timeOf(b) - timeOf(a))[0]
}
