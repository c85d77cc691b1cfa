// A real MCP server that accepts only tokens of an authorization server.

import type { AuthorizationServer } from './authorization-server.ts'
import { echo, type ServerOptions, startServer, type TestServer } from './mcp-servers.ts'

export interface ProtectedServer extends TestServer {
  settings: ProtectedSettings
  /** Tokens that were refused, in order. */
  refused: string[]
}

export interface ProtectedSettings {
  /** The authorization servers that it names. */
  issuers: string[]
  /** The resource that its metadata names (default: its own address). */
  resource: string | undefined
  /** Scopes that each request needs. */
  requires: string[]
  /** Scopes that its metadata names. */
  scopes: string[]
  /** Refuses every token. */
  refusesAll: boolean
  metadata: 'served' | 'missing' | 'fails'
}

export async function startProtected(
  authorization: AuthorizationServer,
  kind: ServerOptions['kind'] = 'modern',
  over: Partial<ProtectedSettings> = {},
): Promise<ProtectedServer> {
  const settings: ProtectedSettings = {
    issuers: [authorization.issuer],
    resource: undefined,
    requires: [],
    scopes: ['files:read'],
    refusesAll: false,
    metadata: 'served',
    ...over,
  }
  const refused: string[] = []
  const server = await startServer({
    kind,
    tools: [echo],
    async admit(req, res, url) {
      const resource = settings.resource ?? url
      if (req.url?.startsWith('/.well-known/oauth-protected-resource')) {
        const { issuers: authorization_servers, scopes: scopes_supported, metadata } = settings
        const status = metadata === 'served' ? 200 : metadata === 'missing' ? 404 : 500
        const body = { resource, authorization_servers, scopes_supported }
        res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
        return false
      }
      const [, token = ''] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? []
      const scopes = settings.refusesAll ? undefined : await authorization.scopesOf(token, url)
      const lacking = settings.requires.filter(scope => !scopes?.includes(scope))
      if (scopes && lacking.length === 0) return true
      refused.push(token)
      req.resume()
      const error = scopes ? 'insufficient_scope' : 'invalid_token'
      const scope = scopes ? `, scope="${settings.requires.join(' ')}"` : ''
      const where =
        settings.metadata === 'missing'
          ? ''
          : `, resource_metadata="${new URL(url).origin}/.well-known/oauth-protected-resource${new URL(url).pathname}"`
      const challenge = `Bearer error="${error}"${scope}${where}`
      res.writeHead(scopes ? 403 : 401, { 'www-authenticate': challenge }).end()
      return false
    },
  })
  return { ...server, settings, refused }
}
