import { randomUUID } from 'node:crypto'
import type { Pool } from 'undici'
import { Fault } from '../connection.ts'
import type { Endpoint } from '../endpoint.ts'
import { socketFault, statusFault } from './fault.ts'

/**
 * Sends one request with a random token, which our server rejects with 401. Whatever accepts it (a stale process, another
 * customer's server without a token, a web server) is not the server we started, and never gets the real token. For an
 * external server, the request has no token, because it might count failed attempts.
 *
 * @throws Fault `impostor`, or what prevented the request.
 */
export async function verifyIdentity(pool: Pool, endpoint: Endpoint, signal?: AbortSignal): Promise<void> {
  const url = new URL(endpoint.url)
  const post = endpoint.transport !== 'sse'
  const answer = await pool
    .request({
      path: url.pathname + url.search,
      method: post ? 'POST' : 'GET',
      headers: {
        accept: post ? 'application/json, text/event-stream' : 'text/event-stream',
        ...(post ? { 'content-type': 'application/json' } : {}),
        ...(endpoint.image ? { authorization: `Bearer ${randomUUID()}` } : {}),
      },
      body: post ? '{"jsonrpc":"2.0","id":"door","method":"ping"}' : null,
      signal: signal ?? null,
    })
    .catch(error => {
      throw signal?.aborted ? error : socketFault(error, url.host)
    })
  const { statusCode } = answer
  if (statusCode === 401) {
    await answer.body.dump()
    return
  }
  const text = statusCode === 403 || statusCode >= 500 ? await firstText(answer.body) : ''
  answer.body.on('error', () => {}).destroy()
  if (statusCode === 403 || statusCode >= 500) throw statusFault(statusCode, text)
  const type = String(answer.headers['content-type'] ?? '').split(';', 1)[0]
  throw new Fault(
    'impostor',
    `another program is listening at ${url.host}: it answered HTTP ${statusCode}${type ? ` ${type}` : ''} to a request without our token`,
  )
}

async function firstText(body: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const part of body) return Buffer.from(part).toString('utf8').slice(0, 400)
  return ''
}
