import type { RetryHint } from './platform.ts'

/**
 * When a refused request may be sent again, by its headers: `retry-after-ms` (OpenAI, Azure), or `retry-after` in
 * seconds or as a date (RFC 9110, 10.2.3). undefined where they do not say, or say nonsense.
 */
export function retryOfHeaders(headers: Headers | undefined): RetryHint | undefined {
  const milliseconds = amount(headers?.get('retry-after-ms'))
  if (milliseconds !== undefined) return { afterMs: milliseconds }
  const text = headers?.get('retry-after')?.trim()
  const seconds = amount(text)
  if (seconds !== undefined) return { afterMs: seconds * 1_000 }
  // Date.parse would take "-5" for a year.
  const at = text && /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : { at }
}

/**
 * The same by a duration as protobuf writes it in JSON (`13s`, `0.5s`): Google's RetryInfo.retryDelay. undefined for
 * anything else.
 */
export function retryOfDelay(delay: unknown): RetryHint | undefined {
  const [, digits] = typeof delay === 'string' ? (/^(\d+(?:\.\d+)?)s$/.exec(delay.trim()) ?? []) : []
  return digits === undefined ? undefined : { afterMs: Number(digits) * 1_000 }
}

/** Number('') would be 0: at once. */
function amount(text: string | null | undefined): number | undefined {
  const value = text?.trim() ? Number(text) : Number.NaN
  return value >= 0 && Number.isFinite(value) ? value : undefined
}
