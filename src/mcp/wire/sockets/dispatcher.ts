// Sockets to one server: TLS, client certificate and proxy of its customer.

import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { buildConnector, type Client, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { Fault } from '../../connection.ts'
import type { Endpoint } from '../../endpoint.ts'
import { openOnce, type Sockets } from './proven.ts'

/** Sockets to an external server. Throws a Fault for a file that cannot be read. */
export function openSockets(endpoint: Endpoint): Sockets {
  const dispatcher = dispatcherOf(endpoint)
  return { request: options => dispatcher.request(options), close: () => dispatcher.destroy() }
}

/** One socket to a server of ours, which is never replaced by another one. */
export function openSocket(endpoint: Endpoint): Client {
  const connector = buildConnector({ allowH2: false, timeout: endpoint.deadlines.connect })
  return openOnce(new URL(endpoint.url).origin, optionsOf(endpoint), connector)
}

function optionsOf({ transport, deadlines }: Endpoint) {
  const idle = deadlines.idle ?? deadlines.call
  return {
    allowH2: false,
    // The stream of the SSE transport may be silent for hours; every call has a deadline of its own.
    bodyTimeout: transport === 'sse' ? 0 : idle,
    headersTimeout: idle,
  }
}

function dispatcherOf(endpoint: Endpoint): Dispatcher {
  const { url, deadlines, proxy } = endpoint
  const { origin, protocol } = new URL(url)
  const tls = protocol === 'https:' ? tlsOf(endpoint) : {}
  const options = optionsOf(endpoint)
  if (!proxy) return new Pool(origin, { ...options, connect: { timeout: deadlines.connect, ...tls } })
  return new EnvHttpProxyAgent({
    ...options,
    connectTimeout: deadlines.connect,
    connect: { timeout: deadlines.connect, ...tls },
    requestTls: tls,
    proxyTls: caOf(endpoint),
    // All three are set, because it would read the environment for those that are not.
    httpProxy: proxy.url,
    httpsProxy: proxy.url,
    noProxy: proxy.except,
  })
}

function tlsOf(endpoint: Endpoint): Record<string, string | string[]> {
  const { certFile, keyFile } = endpoint.tls
  return {
    ...caOf(endpoint),
    ...(certFile ? { cert: pem(certFile, 'client_cert_file') } : {}),
    ...(keyFile ? { key: pem(keyFile, 'client_key_file') } : {}),
  }
}

/** Node's list and the system's, and the customer's file if it has one. */
function caOf({ tls: { caFile } }: Endpoint): { ca: string[] } {
  known ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  return { ca: caFile ? [...known, pem(caFile, 'ca_file')] : known }
}

/** Read once: a system has more than a hundred. */
let known: string[] | undefined

function pem(file: string, key: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = (error as { code?: string }).code ?? 'unreadable'
    throw new Fault('unreachable', `${key}: cannot read ${file} (${reason})`, {
      cause: error,
      remedy: `fix the path in "${key}"`,
    })
  }
}
