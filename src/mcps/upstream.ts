// HTTP to the system behind: deadline, cancel, byte cap, and a short reason for whatever goes wrong.
// Nothing here puts a URL's credentials, a header or a stack into an error.
import { SupportError } from '../base/errors.ts'
import { oneLine } from '../base/text/words.ts'

export interface Ask {
  method?: 'GET' | 'POST' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  /** Text as it is, anything else as JSON. */
  body?: unknown
  signal: AbortSignal
}

export interface Reply {
  status: number
  headers: Headers
  text: string
}

const DEADLINE_MS = 10_000
const MOST_BYTES = 32 * 1024 * 1024

/**
 * One exchange with `system` (its name for people). Any status is a reply; a SupportError says
 * why none came. A redirect is a reply too: following one could carry credentials elsewhere.
 */
export async function ask(system: string, request: Ask, deadlineMs = DEADLINE_MS): Promise<Reply> {
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    const response = await fetch(request.url, {
      method: request.method ?? 'GET',
      headers: { accept: 'application/json', ...contentType(request.body), ...request.headers },
      ...(request.body === undefined ? {} : { body: textOf(request.body) }),
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, deadline]),
    })
    return { status: response.status, headers: response.headers, text: await readCapped(system, response) }
  } catch (error) {
    if (error instanceof SupportError) throw error
    if (request.signal.aborted) throw new SupportError('interrupted', `${system}: the call was cancelled`)
    if (deadline.aborted)
      throw new SupportError('deadline', `${system} did not answer within ${deadlineMs / 1000} seconds`)
    throw new SupportError('failed', `${system} cannot be reached: ${networkReason(error)}`)
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
      throw new SupportError('failed', `${system} answered with more than ${MOST_BYTES / 1024 / 1024} MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The parsed body of a reply that succeeded, undefined where it is empty; otherwise a SupportError. */
export function jsonOf(system: string, reply: Reply): unknown {
  if (reply.status < 200 || reply.status > 299) throw new SupportError('failed', refusalText(system, reply))
  if (reply.text.trim() === '') return undefined
  try {
    return JSON.parse(reply.text)
  } catch {
    const type = reply.headers.get('content-type')?.split(';')[0] ?? 'no content type'
    throw new SupportError('failed', `${system} did not answer with JSON (${type}): is its URL right?`)
  }
}

function refusalText(system: string, { status, headers, text }: Reply): string {
  if (status === 401) return `${system} refused the credentials (401)`
  if (status === 403) return `${system} does not allow this with these credentials (403)${said(text)}`
  if (status >= 300 && status < 400)
    return `${system} redirects (${status})${target(headers)}: is its URL right?`
  if (status === 404) return `${system} does not know this (404)${said(text)}`
  return `${system} answered ${status}${said(text)}`
}

function target(headers: Headers): string {
  const location = headers.get('location')
  const url = location && URL.canParse(location) ? new URL(location) : undefined
  return url ? ` to ${url.origin}` : ''
}

/** The reason in an error's body: a JSON string, a `message` or `error`, or short plain text. */
function said(text: string): string {
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

const NETWORK_REASONS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'no route to its host',
  ENETUNREACH: 'no route to its network',
  ETIMEDOUT: 'its host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'its host does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted (ca_file?)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain is not trusted (ca_file?)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted (ca_file?)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted (ca_file?)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
}

function networkReason(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: string; errors?: { code?: unknown }[] } }
  const code = String(cause?.code ?? cause?.errors?.[0]?.code ?? '')
  return NETWORK_REASONS[code] ?? (code || oneLine(cause?.message ?? 'unknown reason', 100))
}
