// Access checks: first Host, then Origin, then the token. mcp-grafana checks in the same order, so that a client gets the
// same errors from all servers.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface Door {
  /** Exact values of the Host header, port included, in lower case. */
  allowedHosts: ReadonlySet<string>
  /** Empty = every request is rejected. */
  token: string
}

export interface DoorRefusal {
  status: 401 | 403
  text: string
}

/** Rejects what a browser could be tricked into sending: a foreign Host (DNS rebinding) or any Origin. */
export function refuseForeign(headers: IncomingHttpHeaders, door: Door): DoorRefusal | undefined {
  if (!door.allowedHosts.has((headers.host ?? '').toLowerCase()))
    return { status: 403, text: 'forbidden: host not allowed' }
  if (headers.origin !== undefined) return { status: 403, text: 'forbidden: origin not allowed' }
  return undefined
}

/** Rejects requests without this server's token. */
export function refuseStranger(headers: IncomingHttpHeaders, door: Door): DoorRefusal | undefined {
  if (door.token === '') return { status: 401, text: 'unauthorized: this server has no MCP_SERVER_TOKEN' }
  const [scheme, given, ...rest] = (headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !given || rest.length > 0)
    return { status: 401, text: 'unauthorized: missing bearer token' }
  if (!isSameToken(given, door.token)) return { status: 401, text: 'unauthorized: wrong bearer token' }
  return undefined
}

// Hashed first: timingSafeEqual needs equal lengths, and the length must not leak either.
function isSameToken(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
