// One request and its response, over the endpoint's sockets, with its credential, redirects and causes.

import { seenFailure } from '../../../base/http/sockets/connection-failure.ts'
import { Fault } from '../../connection.ts'
import type { Endpoint, TokenRefusal } from '../../endpoint.ts'
import { failureFault } from '../fault.ts'
import type { Sockets } from '../sockets/proven.ts'
import type { ReplyBody, SocketReply } from '../sockets/send.ts'
import { cappedText } from './capped.ts'
import { createMoves, shownTarget } from './redirect.ts'

interface Outgoing {
  url: URL
  method: string
  /** Without the credential, which is added here. */
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal | null
  /** It may change something, so it is not sent again to where a server redirects it. */
  once: boolean
  /** Its response is a stream of the server's own messages, which may be silent for hours. */
  lasting: boolean
}

export interface Incoming {
  status: number
  headers: ReplyHeaders
  body: ReplyBody
  /** Where the request went in the end. */
  url: URL
}

/** Headers of a response. Building a `Headers` object is slow, and most responses do not need one. */
export interface ReplyHeaders {
  /** @param name in lower case */
  get(name: string): string | null
  all(): Headers
}

/**
 * Sends a request, and follows redirects within its origin. A request that is refused for lack of authorization is sent once
 * more if there is another token. Throws a Fault with the cause.
 */
export type Exchange = (outgoing: Outgoing) => Promise<Incoming>

/** @param wantsToken whether the server gets the endpoint's token */
export function createExchange(sockets: Sockets, endpoint: Endpoint, wantsToken: () => boolean): Exchange {
  const base = new URL(endpoint.url)
  const moves = createMoves()
  return async outgoing => {
    if (outgoing.url.origin !== base.origin)
      throw new Fault('not_mcp', `the server announced an endpoint on another origin: ${outgoing.url.origin}`)
    const signal = outgoing.signal ?? undefined
    let token = wantsToken() ? await tokenOf(endpoint, signal) : undefined
    let renewed = false
    let url = moves.follow(outgoing.url)
    for (let count = 1; ; ) {
      const headers = { ...outgoing.headers, ...endpoint.headers, ...bearer(token) }
      const answer = await send(sockets, { ...outgoing, headers, url }, endpoint)
      const incoming = { status: answer.statusCode, headers: headersIn(answer), body: answer.body, url }
      if (!isRedirect(incoming.status)) {
        const refusal = { token, status: incoming.status, challenge: challengeIn(incoming) }
        if (
          renewed ||
          !isForLackOfToken(refusal) ||
          !(await isRenewed(endpoint, refusal, { signal, answer }))
        )
          return incoming
        await cappedText(answer.body).catch(() => '')
        renewed = true
        token = await tokenOf(endpoint, signal)
        continue
      }
      await cappedText(answer.body).catch(() => '')
      const location = incoming.headers.get('location')
      url = moves.learn(url, { status: incoming.status, location, count: count++ })
      if (outgoing.once)
        throw new Fault(
          'not_mcp',
          `the server redirected the call to ${shownTarget(url)} (HTTP ${incoming.status}); calls are not sent twice`,
          { remedy: 'set "url" to that address, if it is right' },
        )
    }
  }
}

/** Whether there is another token now. */
async function isRenewed(
  { authorizer }: Endpoint,
  refusal: TokenRefusal,
  { signal, answer }: { signal: AbortSignal | undefined; answer: SocketReply },
): Promise<boolean> {
  try {
    return (await authorizer?.renew(refusal, signal)) === true
  } catch (error) {
    // Nobody reads the answer any more, and its socket would stay taken.
    await cappedText(answer.body).catch(() => '')
    throw error
  }
}

async function tokenOf({ authorizer, token }: Endpoint, signal?: AbortSignal): Promise<string | undefined> {
  return authorizer ? authorizer.token(signal) : token
}

function bearer(token: string | undefined): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {}
}

function challengeIn({ headers }: Incoming): string {
  return headers.get('www-authenticate') ?? ''
}

/** Whether the server refused the request before it ran: it says what authorization it wants. */
function isForLackOfToken({ status, challenge }: TokenRefusal): boolean {
  return status === 401 || (status === 403 && /\binsufficient_scope\b/.test(challenge))
}

function send(sockets: Sockets, outgoing: Outgoing, endpoint: Endpoint) {
  const { url, method, headers, body, signal, lasting } = outgoing
  return sockets
    .request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as 'GET',
      headers,
      body,
      signal,
      ...(lasting && { bodyTimeout: 0 }),
    })
    .catch(async error => {
      throw signal?.aborted ? error : await namedFault(error, url, endpoint)
    })
}

async function namedFault(error: unknown, url: URL, { proxy }: Endpoint): Promise<Fault> {
  return error instanceof Fault ? error : failureFault(await seenFailure(error, url, proxy), error)
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304
}

function headersIn({ headers }: SocketReply): ReplyHeaders {
  return {
    get: name => (headers[name] === undefined ? null : String(headers[name])),
    all() {
      const known = new Headers()
      for (const [name, value] of Object.entries(headers))
        if (value !== undefined) known.set(name, String(value))
      return known
    },
  }
}
