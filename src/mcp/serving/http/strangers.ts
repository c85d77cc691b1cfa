import { localhostAllowedHostnames, validateHostHeader } from '@modelcontextprotocol/server'
import { refusal } from './refusal.ts'

/**
 * Refuses what only a web page would send: another name for this address (DNS rebinding), or the origin of a page that is
 * not among `origins`. Undefined if the request may go on.
 */
export function strangerGate(origins: readonly string[]): (request: Request) => Response | undefined {
  /** The latest one that is right: most requests send it, too, and to check it is to parse a URL. */
  let usual: string | undefined
  return ({ headers }) => {
    const host = headers.get('host') ?? ''
    if (host !== usual && !validateHostHeader(host, localhostAllowedHostnames()).ok)
      return refusal(403, 'Forbidden: the Host header does not name this machine')
    usual = host
    const origin = headers.get('origin')
    // Not the URL of the request, which can name another host than the header.
    if (origin === null || origins.includes(origin) || origin === new URL(`http://${host}`).origin)
      return undefined
    return refusal(403, 'Forbidden: this origin is not allowed')
  }
}
