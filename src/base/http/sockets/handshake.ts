import type { Duplex } from 'node:stream'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { redactedLine } from '../../redact.ts'
import { percentDecoded } from '../../text/urls.ts'
import { TIMEOUTS } from '../../timeouts.ts'
import type { HttpProxy } from './sockets.ts'

/** What a TLS handshake shows and an HTTP client hides. */
export interface Handshake {
  /** Whose certificate the server presents: `certificate of "acme.example", issued by "Acme Root", valid until …`. */
  certificate: string | undefined
  /** Code of the alert with which the server then closed the connection. */
  alert: string | undefined
}

/**
 * Opens a TLS connection to see how it fails, without sending anything. Asked only after a connection has failed.
 *
 * @param forAlert wait a moment for an alert after the handshake
 * @param proxy through which to look; it is never bypassed
 */
export async function lookAtHandshake(
  url: URL,
  { forAlert, proxy }: { forAlert: boolean; proxy: HttpProxy | undefined },
): Promise<Handshake> {
  try {
    return await lookAt(url, forAlert, proxy && (await tunnelTo(url, proxy)))
  } catch {
    // The proxy does not let us look.
    return { certificate: undefined, alert: undefined }
  }
}

async function tunnelTo(url: URL, proxy: HttpProxy): Promise<Duplex> {
  const { origin, username, password } = new URL(proxy.url)
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  // Loaded only here: a platform's first failure must not wait for it.
  const { Client } = await import('undici')
  const { statusCode, socket } = await new Client(origin).connect({
    path: `${url.hostname}:${url.port || 443}`,
    headers: username === '' ? {} : { 'proxy-authorization': authorization },
    signal: AbortSignal.timeout(TIMEOUTS.tlsLook),
  })
  if (statusCode === 200) return socket
  socket.destroy()
  throw new Error(`no tunnel (${statusCode})`)
}

function lookAt(url: URL, forAlert: boolean, tunnel: Duplex | undefined): Promise<Handshake> {
  return new Promise(resolve => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const isName = /[a-z]/i.test(host) && !host.includes(':')
    const socket = connect({
      ...(tunnel ? { socket: tunnel } : { host, port: Number(url.port || 443) }),
      ...(isName ? { servername: host } : {}),
      // This only looks: the socket is closed before a byte of a request.
      rejectUnauthorized: false,
    })
    let certificate: string | undefined
    const end = (alert?: string) => {
      socket.destroy()
      tunnel?.destroy()
      resolve({ certificate, alert })
    }
    socket.setTimeout(TIMEOUTS.tlsLook, () => end())
    socket.once('error', error => end((error as { code?: string }).code))
    socket.once('close', () => end())
    socket.once('secureConnect', () => {
      certificate = wordsOf(socket.getPeerCertificate(true))
      if (!forAlert) return end()
      // In TLS 1.3, a server rejects a client after the handshake.
      socket.setTimeout(TIMEOUTS.tlsAlert, () => end())
    })
  })
}

function wordsOf({ subject, issuer, valid_to: end }: Partial<DetailedPeerCertificate>): string | undefined {
  if (!subject) return undefined
  const until = Date.parse(end ?? '')
  const valid = Number.isNaN(until) ? '' : `, valid until ${new Date(until).toISOString().slice(0, 10)}`
  return redactedLine(`certificate of ${nameIn(subject)}, issued by ${nameIn(issuer)}${valid}`)
}

function nameIn(name: Partial<Record<'CN' | 'O', string | string[]>> | undefined): string {
  const text = name?.CN ?? name?.O ?? 'nobody'
  return `"${Array.isArray(text) ? text.join(', ') : text}"`
}
