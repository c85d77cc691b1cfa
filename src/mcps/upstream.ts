// HTTP to the system behind a server, with timeout, cancellation, a size limit, and short reasons for failures. Errors
// never contain credentials of a URL, headers or stack traces.
import { SupportError } from '../base/errors.ts'
import { bytes as bytesText } from '../base/text/amounts.ts'
import { causeCode, networkCause } from '../base/text/network-words.ts'
import { oneLine } from '../base/text/words.ts'
import { TIMEOUTS } from '../base/timeouts.ts'

export interface UpstreamRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  /** Text is sent unchanged, anything else as JSON. */
  body?: unknown
  signal: AbortSignal
}

export interface UpstreamReply {
  status: number
  headers: Headers
  text: string
}

const MOST_BYTES = 32 * 1024 * 1024

/**
 * Sends one request to `system` (its name for people). Every status is a reply; a SupportError says why there is none.
 * Redirects are not followed, because that could carry credentials elsewhere.
 */
export async function ask(
  system: string,
  request: UpstreamRequest,
  timeoutMs: number = TIMEOUTS.upstream,
): Promise<UpstreamReply> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(request.url, {
      method: request.method ?? 'GET',
      headers: { accept: 'application/json', ...contentType(request.body), ...request.headers },
      ...(request.body === undefined ? {} : { body: textOf(request.body) }),
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, timeout]),
    })
    return { status: response.status, headers: response.headers, text: await readCapped(system, response) }
  } catch (error) {
    if (error instanceof SupportError) throw error
    if (request.signal.aborted) throw new SupportError('interrupted', `${system}: the call was cancelled`)
    if (timeout.aborted) throw new SupportError('deadline', `${system} timed out after ${timeoutMs / 1000} s`)
    throw new SupportError('failed', `cannot reach ${system}: ${networkReason(error)}`)
  }
}

function contentType(body: unknown): Record<string, string> {
  return body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

async function readCapped(system: string, response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MOST_BYTES)
      throw new SupportError('failed', `${system} returned more than ${bytesText(MOST_BYTES)}`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The parsed body of a successful reply, undefined when empty. Throws a SupportError otherwise. */
export function jsonOf(system: string, reply: UpstreamReply): unknown {
  if (reply.status < 200 || reply.status > 299) throw new SupportError('failed', refusalText(system, reply))
  if (reply.text.trim() === '') return undefined
  try {
    return JSON.parse(reply.text)
  } catch {
    const type = reply.headers.get('content-type')?.split(';')[0] ?? 'no content type'
    throw new SupportError('failed', `${system} did not return JSON (${type}): check its URL`)
  }
}

function refusalText(system: string, { status, headers, text }: UpstreamReply): string {
  if (status === 401) return `${system} rejected the credentials (401)`
  if (status === 403) return `${system}: these credentials lack permission (403)${quotedReason(text)}`
  if (status >= 300 && status < 400)
    return `${system} redirected (${status})${target(headers)}: check its URL`
  if (status === 404) return `${system}: not found (404)${quotedReason(text)}`
  return `${system} returned ${status}${quotedReason(text)}`
}

function target(headers: Headers): string {
  const location = headers.get('location')
  const url = location && URL.canParse(location) ? new URL(location) : undefined
  return url ? ` to ${url.origin}` : ''
}

/** The reason in an error's body (a JSON string, a `message` or `error`, or plain text), shortened. */
function quotedReason(text: string): string {
  const words = reasonIn(text)
  return words === '' ? '' : `: ${oneLine(words, 200)}`
}

function reasonIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'string') return body
    const { message, error } = (body ?? {}) as { message?: unknown; error?: unknown }
    return [message, error].find(words => typeof words === 'string') ?? ''
  } catch {
    return /^\s*</.test(text) ? '' : text
  }
}

function networkReason(error: unknown): string {
  const code = causeCode(error)
  const cause = networkCause(code)
  if (cause === undefined)
    return code ?? oneLine((error as { cause?: Error }).cause?.message ?? 'unknown reason', 100)
  return cause.remedy === undefined ? cause.words : `${cause.words} (${cause.remedy})`
}
