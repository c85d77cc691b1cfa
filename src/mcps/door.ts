// Who may come in: the Host check first, then Origin, then the token, in the order of mcp-grafana, so that
// one client understands the refusals of all servers.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface Door {
  /** Exact values of the Host header, port included, in lower case. */
  allowedHosts: ReadonlySet<string>
  /** Empty = nobody comes in. */
  token: string
}

export interface Refusal {
  status: 401 | 403
  text: string
}

/** Refuses what a browser could be tricked into sending: a foreign Host (DNS rebinding) or any Origin. */
export function refuseForeign(headers: IncomingHttpHeaders, door: Door): Refusal | undefined {
  if (!door.allowedHosts.has((headers.host ?? '').toLowerCase()))
    return { status: 403, text: 'forbidden: host not allowed' }
  if (headers.origin !== undefined) return { status: 403, text: 'forbidden: origin not allowed' }
  return undefined
}

/** Refuses whoever does not bear this very server's token. */
export function refuseStranger(headers: IncomingHttpHeaders, door: Door): Refusal | undefined {
  if (door.token === '') return { status: 401, text: 'unauthorized: this server has no MCP_SERVER_TOKEN' }
  const [scheme, given, ...rest] = (headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !given || rest.length > 0)
    return { status: 401, text: 'unauthorized: missing bearer token' }
  if (!equal(given, door.token)) return { status: 401, text: 'unauthorized: wrong bearer token' }
  return undefined
}

// Hashed first: timingSafeEqual wants equal lengths, and the length is a hint too.
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
