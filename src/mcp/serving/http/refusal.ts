import type { Principal } from '../../../access/principal.ts'

/** A response that is an error of JSON-RPC without a request that it belongs to. */
export function refusal(status: number, message: string, code = -32_000): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status })
}

/** The token is good, but what it asks for needs another role. Source: RFC 6750, section 3.1. */
export function insufficientScope(role: Principal['role']): Response {
  const response = refusal(403, `Forbidden: this needs a token with the role ${role}`)
  response.headers.set('www-authenticate', `Bearer error="insufficient_scope", scope="${role}"`)
  return response
}
