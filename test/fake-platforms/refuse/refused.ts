import type { Refusal } from '../turn.ts'

/** A refusal as it goes out: an object is JSON, a string is HTML. */
export interface Refused {
  status: number
  headers?: Record<string, string>
  body: object | string
}

export interface Detail {
  model: string
  /** The tool whose fault it is, and its place among those offered. */
  tool: string
  index: number
  offered: number
  most: number
  /** Seconds. */
  retryAfter: number
  /** In place of the usual words. */
  message: string | undefined
  /** Which of the vendor's APIs was asked. */
  path: string
}

/** What a body did wrong, in the vendor's words; `param` where the vendor says it apart. */
export interface Violation {
  message: string
  param?: string | undefined
  code?: string | undefined
  status?: number | undefined
}

export interface Refuse {
  refusal(kind: Refusal, detail: Detail): Refused
  violation(violation: Violation): Refused
}

export const BAD_GATEWAY: Refused = {
  status: 502,
  body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n',
}

/**
 * `retry-after` in whole seconds, as a date (whole seconds, too), or beside it in milliseconds; or nothing but the reset of
 * the limit that is used up, beside that of another one.
 */
export function retryHeaders(kind: Refusal, seconds: number): Record<string, string> {
  if (kind === 'rate-limit-date')
    return { 'retry-after': new Date(Date.now() + seconds * 1_000).toUTCString() }
  if (kind === 'rate-limit-ms')
    return { 'retry-after-ms': String(seconds * 1_000), 'retry-after': String(Math.ceil(seconds)) }
  if (kind === 'rate-limit-reset')
    return {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': `${seconds}s`,
      'x-ratelimit-remaining-tokens': '9000',
      'x-ratelimit-reset-tokens': '6m0s',
    }
  return { 'retry-after': String(Math.ceil(seconds)) }
}
