// HTTP to the system behind a server, with timeout, cancellation, a size limit, and reasons for failures in words. Errors
// never contain credentials of a URL, headers or stack traces.

import { SupportError } from '../../base/errors.ts'
import { cappedBody } from '../../base/http/capped-body.ts'
import { bytes as bytesText } from '../../base/text/amounts.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { checkSendable, extraHeaders, type OwnHeader } from './headers.ts'
import { proxyFor } from './proxy.ts'
import { unreachedText } from './unreached.ts'

export interface UpstreamRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  /** Text is sent unchanged, anything else as JSON. */
  body?: unknown
  signal: AbortSignal
}

export interface UpstreamReply {
  url: URL
  status: number
  headers: Headers
  text: string
}

/** A system behind a server, by its name for people. */
export interface Upstream {
  name: string
  /**
   * Sends one request. Every status is a reply; a SupportError says why there is none. Redirects are not followed,
   * because that could carry credentials elsewhere.
   */
  ask(request: UpstreamRequest): Promise<UpstreamReply>
}

export interface UpstreamOptions {
  /** Headers of every request, each with the variable that it comes from. */
  own?: readonly OwnHeader[]
  /** Headers that the requests set themselves. */
  taken?: readonly Omit<OwnHeader, 'value'>[]
  /** Milliseconds. */
  timeout?: number
}

type Env = Record<string, string | undefined>

const MOST_BYTES = 32 * 1024 * 1024

/** The system with the headers of MCP_UPSTREAM_HEADERS. Throws a SupportError when these are not valid. */
export function upstream(name: string, env: Env, options: UpstreamOptions = {}): Upstream {
  const { own = [], taken = [], timeout: timeoutMs = TIMEOUTS.upstream } = options
  const extra = extraHeaders(env, [...own, ...taken])
  const ownHeaders = Object.fromEntries(own.map(header => [header.name, header.value]))
  async function ask(request: UpstreamRequest): Promise<UpstreamReply> {
    for (const header of own) checkSendable(header)
    const timeout = AbortSignal.timeout(timeoutMs)
    const { url, signal } = request
    try {
      const response = await fetch(url, {
        ...parts(request, { ...extra, ...ownHeaders }),
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
      })
      return {
        url,
        status: response.status,
        headers: response.headers,
        text: await readCapped(name, response),
      }
    } catch (error) {
      if (error instanceof SupportError) throw error
      if (signal.aborted) throw new SupportError('interrupted', `${name}: the call was cancelled`)
      const proxy = proxyFor(url, env)
      const through = proxy === undefined ? '' : ` (through the proxy ${proxy.host})`
      if (timeout.aborted)
        throw new SupportError('deadline', `${name} timed out after ${timeoutMs / 1000} s${through}`)
      throw new SupportError('failed', `cannot reach ${name}: ${unreachedText(error, url, proxy)}`)
    }
  }
  return { name, ask }
}

function parts({ method = 'GET', headers, body }: UpstreamRequest, own: Record<string, string>) {
  const json = body !== undefined && typeof body !== 'string'
  return {
    method,
    headers: {
      accept: 'application/json',
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...own,
      ...headers,
    },
    ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as string) }),
  }
}

async function readCapped(system: string, response: Response): Promise<string> {
  const body = await cappedBody(response, MOST_BYTES)
  if (body) return body.toString('utf8')
  throw new SupportError('failed', `${system} returned more than ${bytesText(MOST_BYTES)}`)
}
