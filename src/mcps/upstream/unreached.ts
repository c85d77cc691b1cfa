// Why there was no reply: the system, the proxy on the way, or a certificate.
import { reasonOf } from '../../base/errors.ts'
import { statusWords } from '../../base/http/words.ts'
import { causeCode, networkCause } from '../../base/text/network-words.ts'
import { oneLine } from '../../base/text/words.ts'

/** Completes "cannot reach X: …" for an error of fetch. @param proxy the proxy that the request to `url` had to use */
export function unreachedText(error: unknown, url: URL, proxy: URL | undefined): string {
  const refusal = proxyRefusal(error)
  if (refusal !== undefined) return `the proxy ${proxy?.host ?? ''} refused: ${refusal}`.replace('  ', ' ')
  const words = `${networkText(error)}${certificateHint(error, url)}`
  return proxy !== undefined && isConnecting(error) ? `the proxy ${proxy.host}: ${words}` : words
}

// Node's fetch opens a tunnel for http:// and https:// alike, and reports a refused tunnel only in this message (24.21).
function proxyRefusal(error: unknown): string | undefined {
  const message = errorsOf(error).find(each => /^Proxy response \(\d+\)/.test(each.message))?.message
  const status = /\((\d+)\)/.exec(message ?? '')?.[1]
  return status === undefined ? undefined : statusWords(Number(status))
}

/** Whether it failed before there was a connection. Behind a proxy, only the proxy is looked up and connected to. */
function isConnecting(error: unknown): boolean {
  return errorsOf(error).some(
    ({ syscall, code }) =>
      /^(connect|getaddrinfo)$/.test(syscall ?? '') || /CONNECT_TIMEOUT/.test(code ?? ''),
  )
}

// In TLS 1.3 a missing client certificate shows after the handshake, and fetch loses the alert (Node 24.21).
function certificateHint(error: unknown, url: URL): string {
  const closed = url.protocol === 'https:' && causeCode(error) === 'UND_ERR_SOCKET'
  return closed ? ' (it may require a client certificate)' : ''
}

function networkText(error: unknown): string {
  const code = causeCode(error)
  const cause = networkCause(code)
  if (cause !== undefined)
    return cause.remedy === undefined ? cause.words : `${cause.words} (${cause.remedy})`
  const innermost = errorsOf(error).at(-1)
  if (innermost?.message === 'bad port') return 'web clients refuse to connect to its port (like 6000)'
  return oneLine([code, reasonOf(innermost ?? error)].filter(Boolean).join(': '), 200)
}

/** The error and its causes; of several attempts the first. */
function errorsOf(error: unknown): NodeJS.ErrnoException[] {
  const found: NodeJS.ErrnoException[] = []
  for (let at: unknown = error; at instanceof Error && found.length < 6; at = at.cause) {
    found.push(at)
    if (at instanceof AggregateError) found.push(...errorsOf(at.errors[0]))
  }
  return found
}
