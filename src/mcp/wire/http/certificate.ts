import { connect, type DetailedPeerCertificate } from 'node:tls'
import { oneLine } from '../../../base/text/words.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'

/**
 * Whose certificate a server presents, in words: `CN=acme.example, issued by CN=Acme Root, valid until 2026-11-01`. Asked
 * only after a certificate was rejected, without sending anything; undefined if it cannot be had.
 */
export function presentedCertificate(url: URL): Promise<string | undefined> {
  return new Promise(resolve => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const isName = /[a-z]/i.test(host) && !host.includes(':')
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(isName ? { servername: host } : {}),
      // This only looks: the socket is closed before a byte of a request.
      rejectUnauthorized: false,
    })
    const end = (words: string | undefined) => {
      socket.destroy()
      resolve(words)
    }
    socket.setTimeout(TIMEOUTS.certificateLook, () => end(undefined))
    socket.once('error', () => end(undefined))
    socket.once('secureConnect', () => end(wordsOf(socket.getPeerCertificate(true))))
  })
}

function wordsOf({ subject, issuer, valid_to: end }: Partial<DetailedPeerCertificate>): string | undefined {
  if (!subject) return undefined
  const until = Date.parse(end ?? '')
  const valid = Number.isNaN(until) ? '' : `, valid until ${new Date(until).toISOString().slice(0, 10)}`
  return oneLine(`certificate of ${nameIn(subject)}, issued by ${nameIn(issuer)}${valid}`)
}

function nameIn(name: Partial<Record<'CN' | 'O', string | string[]>> | undefined): string {
  const text = name?.CN ?? name?.O ?? 'nobody'
  return `"${Array.isArray(text) ? text.join(', ') : text}"`
}
