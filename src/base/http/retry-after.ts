/** When the other side allows the next request: after a delay, or at a time in milliseconds since 1970. */
export type RetryHint = { afterMs: number } | { at: number }

/**
 * When a rejected request may be sent again, from its headers: `retry-after-ms` (Azure, OpenAI: openai-python#957), or
 * `retry-after` in seconds or as a date (RFC 9110, 10.2.3). Undefined if they are missing or invalid. A date may be past.
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
 * The same from a protobuf duration in JSON (`13s`, `57.238747106s`), as in the RetryInfo of Google's errors
 * (https://protobuf.dev/programming-guides/json, https://cloud.google.com/apis/design/errors). Undefined for anything else.
 */
export function retryOfDelay(delay: unknown): RetryHint | undefined {
  const [, digits] = typeof delay === 'string' ? (/^(\d+(?:\.\d+)?)s$/.exec(delay.trim()) ?? []) : []
  return digits === undefined ? undefined : { afterMs: Number(digits) * 1_000 }
}

/** Digits only: Number() would also read '', 0x10 and 1e9. Fractions are not in the RFC, but SDKs read them. */
function amount(text: string | null | undefined): number | undefined {
  const digits = /^\d+(\.\d+)?$/.exec(text?.trim() ?? '')
  return digits ? Number(digits[0]) : undefined
}
