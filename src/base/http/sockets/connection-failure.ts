// Why a request got no answer, in words, for a person who can change the settings of the path.

import { redactedLine } from '../../redact.ts'
import {
  causeCode,
  errorsOf,
  isConnecting,
  type NetworkCause,
  networkCause,
  refusedTunnel,
} from '../../text/network-words.ts'
import { statusWords } from '../words.ts'
import { lookAtHandshake } from './handshake.ts'
import type { HttpProxy } from './sockets.ts'

export interface ConnectionFailure {
  kind: NetworkCause['kind'] | 'proxy' | 'not_http'
  /** With the address that failed: `mcp.acme.example: connection refused`. */
  words: string
  /** Begins with a verb. */
  remedy: string | undefined
  /** Whether it is certain that nothing was sent. */
  isUnsent: boolean
}

/**
 * An error below HTTP in words.
 *
 * @param address what was to be reached, without secrets
 * @param proxy where one is used
 */
export function connectionFailure(error: unknown, address: string, proxy?: HttpProxy): ConnectionFailure {
  const throughProxy = proxy && proxyFailure(error, address, proxy)
  if (throughProxy) return throughProxy
  const code = causeCode(error) ?? ''
  const known = networkCause(code)
  if (known) {
    const { kind, words, remedy } = known
    return { kind, words: `${address}: ${words}`, remedy, isUnsent: isUnsent(error, kind, code) }
  }
  const unknown = { remedy: undefined, isUnsent: false }
  if (errorsOf(error).some(one => one.name === 'HTTPParserError'))
    return { kind: 'not_http', words: `${address}: the response is not valid HTTP`, ...unknown }
  const message = redactedLine((error as Error).message ?? code, 160)
  return { kind: 'closed', words: `${address}: ${message || code}`, ...unknown }
}

/**
 * The same, with what the TLS handshake shows.
 *
 * @param looksAtClosed look at a connection that was only closed, too, which takes up to two seconds
 */
export async function seenFailure(
  error: unknown,
  url: URL,
  proxy?: HttpProxy,
  { looksAtClosed = true } = {},
): Promise<ConnectionFailure> {
  const failure = connectionFailure(error, url.host, proxy)
  // That of the server, not ours.
  const isRejected = /(?<!client )certificate|its CA/.test(failure.words)
  // Behind a proxy, it may have been the proxy that closed it.
  const isClosed = looksAtClosed && failure.kind === 'closed' && !proxy
  if (url.protocol !== 'https:' || !(isRejected || isClosed)) return failure
  const { certificate, alert } = await lookAtHandshake(url, { forAlert: isClosed, proxy })
  if (isRejected && certificate !== undefined)
    return { ...failure, words: `${failure.words} (${certificate})` }
  if (alert !== undefined)
    return connectionFailure(Object.assign(new Error(alert), { code: alert }), url.host)
  // Some servers only close the connection.
  return isClosed ? { ...failure, remedy: MAYBE_CLIENT_CERTIFICATE } : failure
}

const MAYBE_CLIENT_CERTIFICATE =
  'if the server requires a client certificate, set "client_cert_file" and "client_key_file"'

/** Without a connection, or without trust in its certificate, nothing was sent. TLS can also fail later. */
function isUnsent(error: unknown, kind: NetworkCause['kind'], code: string): boolean {
  return isConnecting(error) || (kind === 'unreachable' && !/^E[A-Z]+$|^ERR_SSL_/.test(code))
}

/** The proxy's own failure; undefined for one of the server behind it. */
function proxyFailure(error: unknown, address: string, proxy: HttpProxy): ConnectionFailure | undefined {
  const url = new URL(proxy.url)
  const failure = (words: string, remedy: string): ConnectionFailure => ({
    kind: 'proxy',
    words: `proxy ${url.host}: ${words}`,
    remedy,
    isUnsent: true,
  })
  const status = refusedTunnel(error)
  if (status === 407) return failure(statusWords(407), signInRemedy(proxy))
  if (status !== undefined)
    return failure(`it does not connect to ${address}: ${statusWords(status)}`, addressRemedy(proxy))
  const own = errorsOf(error).find(at => isOf(url, at))
  return (
    own && failure(networkCause(causeCode(own))?.words ?? redactedLine(own.message), addressRemedy(proxy))
  )
}

/** Whether an error has the host or the port of the proxy. */
function isOf(proxy: URL, error: Error): boolean {
  const { hostname, port, address } = error as { hostname?: string; port?: number; address?: string }
  return hostname === proxy.hostname || (address !== undefined && String(port) === portOf(proxy))
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80')
}

function signInRemedy({ variable }: HttpProxy): string {
  return variable === undefined
    ? 'check the credentials in "proxy": http://${USER_NAME}:${PASSWORD}@host:port'
    : `check the user and password in ${variable}: http://user:password@host:port`
}

function addressRemedy({ variable }: HttpProxy): string {
  return variable === undefined
    ? 'check "proxy", or add the host to "no_proxy"'
    : `check ${variable}, or add the host to NO_PROXY`
}
