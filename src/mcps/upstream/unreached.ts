// Why there was no reply: the system, the proxy on the way, or a certificate.
import { reasonOf } from '../../base/errors.ts'
import { statusWords } from '../../base/http/words.ts'
import {
  blockedPort,
  causeCode,
  errorsOf,
  isConnecting,
  networkCause,
  refusedTunnel,
} from '../../base/text/network-words.ts'
import { oneLine } from '../../base/text/words.ts'

/** Completes "cannot reach X: …" for an error of fetch. @param proxy the proxy that the request to `url` had to use */
export function unreachedText(error: unknown, url: URL, proxy: URL | undefined): string {
  const status = refusedTunnel(error)
  if (status !== undefined) return `the proxy${proxy ? ` ${proxy.host}` : ''} refused: ${statusWords(status)}`
  const words = `${networkText(error, url)}${certificateHint(error, url)}`
  return proxy !== undefined && isConnecting(error) ? `the proxy ${proxy.host}: ${words}` : words
}

// In TLS 1.3 a missing client certificate shows after the handshake, and fetch loses the alert (Node 24.21).
function certificateHint(error: unknown, url: URL): string {
  const closed = url.protocol === 'https:' && causeCode(error) === 'UND_ERR_SOCKET'
  return closed ? ' (it may require a client certificate)' : ''
}

function networkText(error: unknown, url: URL): string {
  const code = causeCode(error)
  const cause = networkCause(code)
  if (cause !== undefined)
    return cause.remedy === undefined ? cause.words : `${cause.words} (${cause.remedy})`
  const blocked = blockedPort(error, url)
  if (blocked !== undefined) return blocked
  const innermost = errorsOf(error).at(-1)
  return oneLine([code, reasonOf(innermost ?? error)].filter(Boolean).join(': '), 200)
}
