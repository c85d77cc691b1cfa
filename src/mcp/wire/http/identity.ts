import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { refusalWords } from '../../../base/http/words.ts'
import { Fault } from '../../connection.ts'
import type { Endpoint } from '../../endpoint.ts'
import { socketFault } from '../fault.ts'

/**
 * Sends one request with a random token to a server that we started, which rejects it with 401. Whatever accepts it (a
 * stale process, another customer's server without a token, a web server) is not the server we started, and never gets
 * the real token. External servers are not checked: many of them let everyone list their tools.
 *
 * @throws Fault `impostor`, or what prevented the request.
 */
export async function verifyIdentity(
  dispatcher: Dispatcher,
  endpoint: Endpoint,
  signal?: AbortSignal,
): Promise<void> {
  const url = new URL(endpoint.url)
  const post = endpoint.transport !== 'sse'
  const answer = await dispatcher
    .request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: post ? 'POST' : 'GET',
      headers: {
        accept: post ? 'application/json, text/event-stream' : 'text/event-stream',
        ...(post ? { 'content-type': 'application/json' } : {}),
        authorization: `Bearer ${randomUUID()}`,
      },
      body: post ? '{"jsonrpc":"2.0","id":"door","method":"ping"}' : null,
      signal: signal ?? null,
    })
    .catch(error => {
      throw signal?.aborted ? error : socketFault(error, url.host)
    })
  const { statusCode: status } = answer
  if (status === 401) {
    await answer.body.dump()
    return
  }
  const body = status === 403 || status >= 500 ? await firstText(answer.body) : ''
  answer.body.on('error', () => {}).destroy()
  const words = refusalWords({ status, headers: new Headers(), body })
  if (status === 403 && /\bhost\b/i.test(body))
    throw new Fault('host_not_allowed', `the server rejected our Host header: ${words}`)
  if (status === 403) throw new Fault('forbidden', words)
  if (status >= 500) throw new Fault('server', words)
  const type = String(answer.headers['content-type'] ?? '').split(';', 1)[0]
  throw new Fault(
    'impostor',
    `another program is listening at ${url.host}: it answered HTTP ${status}${type ? ` ${type}` : ''} to a request without our token`,
  )
}

async function firstText(body: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const part of body) return Buffer.from(part).toString('utf8').slice(0, 400)
  return ''
}
