import { localhostAllowedHostnames, validateHostHeader } from '@modelcontextprotocol/server'
import { refusal } from './refusal.ts'

/**
 * Refuses what only a web page would send: another name for this address (DNS rebinding), or the origin of a page that is
 * not among `origins`. Undefined if the request may go on.
 */
export function refuseStranger(request: Request, origins: readonly string[]): Response | undefined {
  const named = request.headers.get('host')
  const host = validateHostHeader(named, localhostAllowedHostnames())
  if (!host.ok) return refusal(403, 'Forbidden: the Host header does not name this machine')
  const origin = request.headers.get('origin')
  // Not the URL of the request, which can name another host than the header.
  if (origin === null || origins.includes(origin) || origin === new URL(`http://${named}`).origin)
    return undefined
  return refusal(403, 'Forbidden: this origin is not allowed')
}
