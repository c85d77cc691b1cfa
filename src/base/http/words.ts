// What the other side of HTTP says when it refuses: its status in words, and its own message.

import { redactedLine } from '../redact.ts'
import { retryOfHeaders } from './retry-after.ts'

/** A response that is not a success. `body` is its text, as far as it was read. */
export interface Refusal {
  status: number
  headers: Pick<Headers, 'get'>
  body: string
}

/**
 * Status codes in words. Sources: RFC 9110, 15; RFC 6585; and for 520 to 530
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/.
 */
const WORDS: Record<number, string> = {
  400: 'the request was rejected',
  401: 'not authorized',
  402: 'payment required',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  406: 'no acceptable content type',
  407: 'the proxy requires authentication',
  408: 'timed out waiting for the request',
  409: 'conflict',
  410: 'gone',
  411: 'content length required',
  412: 'a precondition failed',
  413: 'the request is too large',
  414: 'the address is too long',
  415: 'content type not supported',
  421: 'the request went to the wrong server',
  422: 'the request is not valid',
  423: 'locked',
  426: 'another protocol is required',
  428: 'a precondition is required',
  429: 'rate limited',
  431: 'the request headers are too large',
  451: 'unavailable for legal reasons',
  500: 'internal error',
  501: 'not implemented',
  502: 'bad gateway: the proxy in front got no valid response',
  503: 'unavailable',
  504: 'gateway timeout: the proxy in front got no response',
  507: 'out of storage',
  511: 'the network requires a sign-in',
  520: 'the server behind Cloudflare failed',
  521: 'the server behind Cloudflare is down',
  522: 'the server behind Cloudflare did not respond',
  523: 'the server behind Cloudflare is unreachable',
  524: 'the server behind Cloudflare timed out',
  525: 'the TLS handshake with the server behind Cloudflare failed',
  526: 'the certificate of the server behind Cloudflare is not valid',
  529: 'overloaded',
  530: 'the server behind Cloudflare has no address',
}

const LONGEST = 200
/** Of a page, in characters: its title is near the beginning. */
const LONGEST_HEAD = 64 * 1024

/** `rate limited, try again in 2 s (HTTP 429): too many requests`: the status, then the other side's own words. */
export function refusalWords(refusal: Refusal): string {
  const own = ownWords(refusal)
  const words = statusWords(refusal.status, refusal.headers)
  return own === undefined ? words : `${words}: ${own}`
}

/** `rate limited, try again in 2 s (HTTP 429)`: a status in words, with Retry-After where it was sent. */
export function statusWords(status: number, headers: Refusal['headers'] = new Headers()): string {
  const words = WORDS[status] ?? (status >= 500 ? 'server error' : 'refused')
  return `${words}${retryWords(status, headers)} (HTTP ${status})`
}

/** The other side's own reason in one line, without secrets: from the body, else from WWW-Authenticate. */
export function ownWords({ headers, body }: Pick<Refusal, 'headers' | 'body'>): string | undefined {
  return bodyMessage(body) ?? challengeWords(headers.get('www-authenticate') ?? '')
}

/**
 * The message in a body: of JSON its `message`, `error`, `detail` or the like, at any of the places that APIs use; of a
 * web page its title; of text its first line. Undefined if there is none.
 */
export function bodyMessage(body: string): string | undefined {
  const text = body.trim()
  if (text === '') return undefined
  const words = /^<|^\uFEFF</.test(text) ? markupMessage(text) : (jsonMessage(text) ?? firstLine(text))
  return words === undefined ? undefined : tidy(words)
}

function tidy(text: string): string {
  return redactedLine(text.replace(/[\s\p{Cc}]+/gu, ' '), LONGEST)
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? ''
}

function markupMessage(text: string): string | undefined {
  const head = text.slice(0, LONGEST_HEAD)
  const [, message] = /<message>([^<]+)</i.exec(head) ?? []
  if (message && !/<html/i.test(head)) return message
  // Bounded, because a page may begin a tag again and again.
  const [, title] = /<title[^>]{0,200}>([^<]+)</i.exec(head) ?? []
  return title ? `web page "${title.trim()}"` : 'a web page'
}

function jsonMessage(text: string): string | undefined {
  if (!/^[{["]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return messageIn(value, 0) ?? text
  } catch {
    return undefined
  }
}

/**
 * Where APIs put their messages: OAuth's `error_description` (RFC 6749, 5.2), problem details' `detail` and `title` (RFC 9457),
 * JSON-RPC's and many vendors' `error.message`, lists of `errors`, FastAPI's `detail[].msg`.
 */
const KEYS = [
  'error_description',
  'message',
  'Message',
  'description', // Genesys' sign-in; its `error` is only a code
  'error',
  'errors',
  'detail',
  'msg',
  'reason',
  'title',
]

function messageIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined
  if (typeof value !== 'object' || value === null || depth > 4) return undefined
  const parts = Array.isArray(value)
    ? value.slice(0, 3)
    : KEYS.map(key => (value as Record<string, unknown>)[key])
  for (const part of parts) {
    const message = messageIn(part, depth + 1)
    if (message !== undefined) return message
  }
  return undefined
}

/** WWW-Authenticate (RFC 9110, 11.6.1; RFC 6750, 3): its description or error code, else the scheme it asks for. */
function challengeWords(header: string): string | undefined {
  const parameter = (name: string) => new RegExp(`\\b${name}="([^"]+)"`, 'i').exec(header)?.[1]
  const words = parameter('error_description') ?? parameter('error')
  if (words) return tidy(words)
  const scheme = /^\s*([A-Za-z]+)/.exec(header)?.[1]
  if (!scheme) return undefined
  const realm = parameter('realm')
  return tidy(`it asks for ${scheme} authentication${realm ? ` (realm "${realm}")` : ''}`)
}

function retryWords(status: number, headers: Pick<Headers, 'get'>): string {
  const hint = status === 429 || status === 503 || status === 529 ? retryOfHeaders(headers) : undefined
  if (!hint) return ''
  if ('afterMs' in hint) return hint.afterMs > 0 ? `, try again in ${waitText(hint.afterMs)}` : ''
  return `, try again at ${new Date(hint.at).toISOString().slice(11, 19)} UTC`
}

/** Rounded up: too early would be refused again. */
function waitText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
