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
    return limit && isUsedUp(headers, limit) ? (resetOf(text, limit.isTime) ?? []) : []
  })
  return latest(resets)
}

interface Limit {
  /** Its headers with what is left of it, and with whether it still allows requests. */
  remaining: string
  status: string
  /** Whether a number is a time rather than a delay, when it could be both. */
  isTime: boolean
}

/**
 * The limit that a header is the reset of. Sources:
 * - OpenAI: `x-ratelimit-reset-requests: 1s`, `-tokens: 6m0s`, read as Go's durations
 *   (https://developers.openai.com/api/docs/guides/rate-limits, go-openai's ratelimit.go), `12ms`, `-tokens_usage_based: 9ms`
 *   (https://community.openai.com/t/1268905). Groq: the same, `2m59.56s` (https://console.groq.com/docs/rate-limits).
 * - Azure: seconds, `x-ratelimit-reset-tokens: 26`, and without `retry-after` also `x-rate-limit-reset-tokens: 55`
 *   (openai-python#937). `-1` left and `0` until the reset mean nothing (openai-dotnet#838).
 * - Cerebras (inference-docs.cerebras.ai/support/rate-limits), Mistral (promptfoo#10577): seconds,
 *   `x-ratelimit-reset-requests-day`, `-tokens-minute`.
 * - OpenRouter: `X-RateLimit-Reset` in milliseconds since 1970, in the error's body (openclaude#936, everruns#2280). Other
 *   gateways: seconds since 1970, or from now.
 * - LiteLLM: the headers of the server behind it (https://docs.litellm.ai/docs/proxy/response_headers).
 * - draft-ietf-httpapi-ratelimit-headers-06: `ratelimit-reset` in seconds from now.
 * - Anthropic: `anthropic-ratelimit-requests-reset`, `-tokens-`, `-input-tokens-`, `-output-tokens-`: RFC 3339
 *   (https://platform.claude.com/docs/en/api/rate-limits). `-unified-reset`, `-unified-5h-reset`: seconds since 1970, with
 *   `-status: rejected` in place of what is left (CLIProxyAPI#3148, opencode#49653).
 */
function limitOf(name: string): Limit | undefined {
  const [, vendor] = /^(anthropic-ratelimit-.+)-reset$/.exec(name) ?? []
  if (vendor !== undefined)
    return { remaining: `${vendor}-remaining`, status: `${vendor}-status`, isTime: true }
  const [, prefix, rest = ''] = /^(x-ratelimit|x-rate-limit|ratelimit)-reset(-[a-z_-]+)?$/.exec(name) ?? []
  if (prefix === undefined) return undefined
  return { remaining: `${prefix}-remaining${rest}`, status: `${prefix}-status${rest}`, isTime: false }
}

/** A limit that says nothing about itself may be the one that is used up. */
function isUsedUp(headers: Headers, limit: Limit): boolean {
  const remaining = headers.get(limit.remaining)
  if (remaining !== null) return Number.parseFloat(remaining) <= 0
  return !headers.get(limit.status)?.startsWith('allowed')
}

/** Numbers from here on are times: a delay of more than 30 years would make no sense. In seconds, and in milliseconds. */
const FIRST_TIME_S = 1e9
const FIRST_TIME_MS = 1e11

/** Undefined if it is nonsense, or no time to wait for: a limit that is used up is not reset at once. */
function resetOf(text: string, isTime: boolean): RetryHint | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text)
    if (number >= FIRST_TIME_MS) return { at: number }
    if (number >= FIRST_TIME_S) return { at: number * 1_000 }
    return isTime || number === 0 ? undefined : { afterMs: number * 1_000 }
  }
  const delay = goDuration(text)
  if (delay !== undefined) return delay === 0 ? undefined : { afterMs: delay }
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
