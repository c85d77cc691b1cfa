import { localhostAllowedHostnames, validateHostHeader } from '@modelcontextprotocol/server'
import { refusal } from './refusal.ts'

/**
 * Refuses what only a web page would send: another name for this address (DNS rebinding), or the origin of a page that is
 * not among `origins`. Undefined if the request may go on.
 */
export function refuseStranger(request: Request, origins: readonly string[]): Response | undefined {
  const host = validateHostHeader(request.headers.get('host'), localhostAllowedHostnames())
  if (!host.ok) return refusal(403, 'Forbidden: the Host header does not name this machine')
  const origin = request.headers.get('origin')
  if (origin === null || origins.includes(origin) || origin === new URL(request.url).origin) return undefined
  return refusal(403, 'Forbidden: this origin is not allowed')
}
