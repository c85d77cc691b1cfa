// Requests to authorization servers, over the path of the server's own configuration.

import type { FetchLike } from '@modelcontextprotocol/client'
import { fileStamp } from '../../base/files.ts'
import { cappedBody } from '../../base/http/capped-body.ts'
import { seenFailure } from '../../base/http/sockets/connection-failure.ts'
import { fetchAlong } from '../../base/http/sockets/fetch.ts'
import type { NetworkPath } from '../../base/http/sockets/sockets.ts'
import { redactedLine } from '../../base/redact.ts'
import { bytes, milliseconds } from '../../base/text/amounts.ts'
import { isLoopback, shownUrl } from '../../base/text/urls.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { Fault } from '../connection.ts'
import { failureFault } from '../wire/fault.ts'

const BODILESS = new Set([204, 205, 304])

/** Metadata and tokens are small. */
const MOST_BYTES = 1024 * 1024

/**
 * fetch() for the SDK's functions, which follow redirects only within an origin. Nothing is sent unencrypted, except to this
 * machine. Throws a Fault with the cause.
 */
export function signInFetch(path: NetworkPath, signal?: AbortSignal): FetchLike {
  return async (url, init) => {
    const target = secureUrl(String(url))
    const timeout = AbortSignal.timeout(TIMEOUTS.signInRequest)
    const stop = AbortSignal.any([timeout, ...(signal ? [signal] : [])])
    try {
      const answer = await fetchAlong(path, stampOf(path), target, { ...init, signal: stop })
      const { status, headers } = answer
      const body = BODILESS.has(status) ? null : await cappedBody(answer, MOST_BYTES)
      if (body === undefined)
        throw new Fault('too_large', `${target.host}: the answer is larger than ${bytes(MOST_BYTES)}`)
      return new Response(body, { status, headers })
    } catch (error) {
      signal?.throwIfAborted()
      if (timeout.aborted)
        throw new Fault('timeout', `${target.host}: no answer within ${milliseconds(TIMEOUTS.signInRequest)}`)
      throw error instanceof Fault ? error : failureFault(await seenFailure(error, target, path.proxy), error)
    }
  }
}

/** The address, if what is sent there is encrypted or stays on this machine; otherwise throws a Fault. */
export function secureUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url?.protocol === 'http:' && isLoopback(url.hostname)
  if (url && (url.protocol === 'https:' || isLocal)) return url
  throw new Fault('not_mcp', `not an https address: ${redactedLine(shownUrl(text), 160)}`, {
    remedy: 'ask the operator of the server: signing in works only over https',
  })
}

function stampOf({ tls }: NetworkPath): string {
  const files = [tls.caFile, tls.certFile, tls.keyFile].filter(file => file !== undefined)
  return files.map(fileStamp).join(' ')
}
