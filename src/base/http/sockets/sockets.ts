// Sockets to another host: TLS, client certificate and proxy.

import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { isUnknownCa } from '../../text/network-words.ts'
import { type TlsFiles, type Trust, trustIn } from './trust.ts'

/** How to get to a host from this machine. Holds secrets: never print it. */
export interface NetworkPath {
  tls: TlsFiles
  proxy: HttpProxy | undefined
}

export interface HttpProxy {
  /** May contain user and password. */
  url: string
  /** The hosts that are reached without it, as in NO_PROXY. */
  except: string
  /** The environment variable that it comes from; undefined = the setting "proxy". */
  variable?: string | undefined
}

export interface SocketOptions {
  /** The only origin to connect to (default: any). */
  origin?: string
  /** Of the hosts: `https:` or `http:`. */
  protocol: string
  /** Timeouts in milliseconds; 0 = none. */
  connect: number
  /** Until the headers of a response have arrived. */
  headers: number
  /** Between two pieces of its body. */
  body: number
}

/**
 * Sockets for requests along this path, HTTP/1.1 only. A request is never sent twice.
 *
 * @throws SupportError for a file that cannot be read
 */
export function openSockets(
  { tls, proxy }: NetworkPath,
  { origin, protocol, connect, headers, body }: SocketOptions,
): Dispatcher {
  const trust = trustIn(tls)
  const options = {
    allowH2: false,
    headersTimeout: headers,
    bodyTimeout: body,
    connect: connectorOf(trust, connect),
  }
  if (!proxy) return origin === undefined ? new Agent(options) : new Pool(origin, options)
  const isSecure = /^https:/i.test(proxy.url)
  return new EnvHttpProxyAgent({
    ...options,
    connectTimeout: connect,
    // In a tunnel, a handshake cannot be repeated with more CAs.
    requestTls: protocol === 'https:' ? { secureContext: trust.withSystem() } : {},
    ...(isSecure ? { proxyTls: { secureContext: trustIn({ caFile: tls.caFile }).withSystem() } } : {}),
    // Without this, undici would use its own timeouts for http:// behind a proxy.
    factory: (origin, own) => new Pool(origin, { ...options, ...(own as Pool.Options) }),
    // All three are set, because it would read the environment for those that are not.
    httpProxy: proxy.url,
    httpsProxy: proxy.url,
    noProxy: proxy.except,
  })
}

/** Opens connections; one whose CA is unknown is tried again with the system's CAs. Nothing was sent on it yet. */
export function connectorOf(trust: Trust, timeout: number): buildConnector.connector {
  const plain = buildConnector({ allowH2: false, timeout })
  let usual: buildConnector.connector | undefined
  let withSystem: buildConnector.connector | undefined
  return (options, callback) => {
    if (options.protocol !== 'https:') return plain(options, callback)
    usual ??= buildConnector({ allowH2: false, timeout, secureContext: trust.usual() })
    return usual(options, (...result) => {
      if (result[0] === null || !isUnknownCa(result[0])) return callback(...result)
      withSystem ??= buildConnector({ allowH2: false, timeout, secureContext: trust.withSystem() })
      withSystem(options, callback)
    })
  }
}
