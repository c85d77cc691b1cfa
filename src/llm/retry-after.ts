import type { RetryHint } from './platform.ts'

/**
 * When a refused request may be sent again, by its headers: `retry-after-ms` (OpenAI, Azure), or `retry-after` in
 * seconds or as a date (RFC 9110, 10.2.3). undefined where they do not say, or say nonsense.
 */
export function retryOfHeaders(headers: Headers | undefined): RetryHint | undefined {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (milliseconds >= 0) return { afterMs: milliseconds }
  const text = headers?.get('retry-after')?.trim()
  if (!text) return undefined
  const seconds = Number(text)
  if (seconds >= 0) return { afterMs: seconds * 1_000 }
  // Date.parse would take "-5" for a year.
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : { at }
}
