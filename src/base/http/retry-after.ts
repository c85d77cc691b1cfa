/** When the other side allows the next request: after a delay, or at a time in milliseconds since 1970. */
export type RetryHint = { afterMs: number } | { at: number }

/**
 * When a rejected request may be sent again, from its headers: `retry-after-ms` (OpenAI, Azure), or `retry-after` in
 * seconds or as a date (RFC 9110, 10.2.3). Undefined if they are missing or invalid.
 */
export function retryOfHeaders(headers: Pick<Headers, 'get'> | undefined): RetryHint | undefined {
  const milliseconds = amount(headers?.get('retry-after-ms'))
  if (milliseconds !== undefined) return { afterMs: milliseconds }
  const text = headers?.get('retry-after')?.trim()
  const seconds = amount(text)
  if (seconds !== undefined) return { afterMs: seconds * 1_000 }
  // Date.parse would read "-5" as a year.
  const at = text && /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : { at }
}

/**
 * The same from a protobuf duration in JSON (`13s`, `0.5s`), as in Google's RetryInfo.retryDelay. Undefined for anything
 * else.
 */
export function retryOfDelay(delay: unknown): RetryHint | undefined {
  const [, digits] = typeof delay === 'string' ? (/^(\d+(?:\.\d+)?)s$/.exec(delay.trim()) ?? []) : []
  return digits === undefined ? undefined : { afterMs: Number(digits) * 1_000 }
}

/** Number('') would be 0, which would mean an immediate retry. */
function amount(text: string | null | undefined): number | undefined {
  const value = text?.trim() ? Number(text) : Number.NaN
  return value >= 0 && Number.isFinite(value) ? value : undefined
}
