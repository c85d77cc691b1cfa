import type { Principal } from '../../../access/principal.ts'
import { REFUSED } from '../../../base/http/rpc-codes.ts'

/** A response that is an error of JSON-RPC; of a request that could not be read, unless `id` is its id. */
export function refusal(
  status: number,
  message: string,
  { code = REFUSED, id = null }: { code?: number; id?: unknown } = {},
): Response {
  return Response.json({ jsonrpc: '2.0', id, error: { code, message } }, { status })
}

/** The token is good, but what it asks for needs another role. Source: RFC 6750, section 3.1. */
export function insufficientScope(role: Principal['role']): Response {
  const response = refusal(403, `Forbidden: this needs a token with the role ${role}`)
  response.headers.set('www-authenticate', `Bearer error="insufficient_scope", scope="${role}"`)
  return response
}
