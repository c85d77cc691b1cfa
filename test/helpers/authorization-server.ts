// A real authorization server, and the browser of a person who allows everything that it asks.

import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider from 'oidc-provider'
import { rawServer } from './mcp-servers.ts'

export interface AuthorizationServer {
  issuer: string
  /** What was asked of it, in order: `register`, `authorize`, `code`, `refresh`, `client`, `revoke`, `metadata`. */
  requests: string[]
  settings: AuthorizationSettings
  /** How often something was asked. */
  count(request: string): number
  /** The scopes of a token that is good for this resource; undefined for any other token. */
  scopesOf(token: string, resource: string): Promise<string[] | undefined>
  /** From now on, no server accepts this access token; its refresh token stays good. */
  endAccess(token: string | undefined): Promise<void>
  close(): Promise<void>
}

export interface AuthorizationSettings {
  /** Lifetime of an access token. */
  seconds: number
  /** What the server does with the next requests to its token endpoint (default: it answers). */
  token: (request: { grant: string }) => 'answer' | 'fail' | 'hang' | 'invalid_grant' | 'invalid_client'
  rotates: boolean
  /** A refresh that does not rotate returns no refresh token. */
  silent: boolean
  /** Leaves out expires_in. */
  timeless: boolean
  registration: 'open' | 'rejects' | 'none'
  revocation: 'open' | 'fails'
  /** The issuer that its metadata name (default: itself). */
  claims: string | undefined
  /** What the person does. */
  person: 'allows' | 'denies'
}

interface AuthorizationOptions {
  clients?: object[]
  port?: number
  discovery?: object
  /** Access tokens are JWTs with these scopes (default: they are opaque). */
  jwtScopes?: readonly string[] | undefined
  /** Of requests for authorization that name none (default: those are granted nothing). Source: RFC 6749, section 3.3. */
  defaultScope?: string | undefined
}

export const SCOPES = ['files:read', 'files:write']

export async function startAuthorizationServer(
  over: Partial<AuthorizationSettings> = {},
  { clients = [], port = 0, discovery = {}, jwtScopes, defaultScope }: AuthorizationOptions = {},
): Promise<AuthorizationServer> {
  const requests: string[] = []
  const settings: AuthorizationSettings = {
    ...{
      seconds: 3_600,
      rotates: true,
      silent: false,
      timeless: false,
      registration: 'open',
      revocation: 'open',
    },
    token: () => 'answer',
    claims: undefined,
    person: 'allows',
    ...over,
  }
  let handle: (req: IncomingMessage, res: ServerResponse) => void = () => {}
  const server = await rawServer((req, res) => handle(req, res), port)
  const issuer = `http://127.0.0.1:${server.port}`
  const provider = providerAt(issuer, { settings, requests, clients, discovery, jwtScopes, defaultScope })
  const callback = provider.callback()
  handle = (req, res) => {
    const path = req.url ?? ''
    if (path.startsWith('/interaction/')) void interact(provider, settings, req, res)
    else if (path === '/reg' && settings.registration === 'rejects') {
      requests.push('register')
      const answer = { error: 'invalid_client_metadata', error_description: 'clients must be approved' }
      res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    } else callback(req, res)
  }
  return {
    issuer,
    requests,
    settings,
    count: request => requests.filter(one => one === request).length,
    async scopesOf(token, resource) {
      const found = await tokenIn(provider, token)
      return found?.isValid && [found.aud].flat().includes(resource)
        ? (found.scope ?? '').split(' ')
        : undefined
    },
    async endAccess(token = '') {
      await (await tokenIn(provider, token))?.destroy()
    },
    close: server.close,
  }
}

/** Of a person or of a client. */
async function tokenIn(provider: Provider, token: string) {
  return (await provider.AccessToken.find(token)) ?? provider.ClientCredentials.find(token)
}

const NAMES: Record<string, string> = {
  '/reg': 'register',
  '/auth': 'authorize',
  '/token/revocation': 'revoke',
  '/.well-known/oauth-authorization-server': 'metadata',
}

interface Parts {
  settings: AuthorizationSettings
  requests: string[]
  clients: object[]
  discovery: object
  jwtScopes: readonly string[] | undefined
  defaultScope: string | undefined
}

function providerAt(
  issuer: string,
  { settings, requests, clients, discovery, jwtScopes, defaultScope }: Parts,
): Provider {
  const provider = new Provider(issuer, {
    clients,
    scopes: ['offline_access'],
    discovery: {
      ...(settings.registration === 'none' ? { registration_endpoint: undefined } : {}),
      ...discovery,
    },
    cookies: { keys: ['test'] },
    jwks: undefined,
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    issueRefreshToken: async () => true,
    rotateRefreshToken: () => settings.rotates,
    clientBasedCORS: () => false,
    ttl: {
      Grant: 86_400,
      Interaction: 600,
      Session: 86_400,
      RefreshToken: 86_400,
      AccessToken: () => settings.seconds,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      registration: { enabled: settings.registration !== 'none' },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, resource: string) => ({
          scope: (jwtScopes ?? SCOPES).join(' '),
          audience: resource,
          accessTokenTTL: settings.seconds,
          accessTokenFormat: jwtScopes ? 'jwt' : 'opaque',
        }),
      },
    },
  })
  provider.use(async (ctx, next) => {
    const name = NAMES[ctx.path]
    if (name) requests.push(name)
    const query = new URLSearchParams(ctx.querystring)
    if (name === 'authorize' && defaultScope !== undefined && !query.has('scope'))
      ctx.querystring = `${query}&scope=${encodeURIComponent(defaultScope)}`
    if (ctx.path === '/token/revocation' && settings.revocation === 'fails') {
      ctx.status = 503
      ctx.body = 'down for maintenance'
      return
    }
    if (name === 'metadata') {
      await next()
      const metadata = ctx.body as Record<string, unknown>
      if (settings.claims !== undefined) ctx.body = { ...metadata, issuer: settings.claims }
      return
    }
    if (ctx.path !== '/token') return next()
    await answerToken(ctx, next, { settings, requests })
  })
  return provider
}

const GRANTS: Record<string, string> = { authorization_code: 'code', client_credentials: 'client' }

type Middleware = Parameters<Provider['use']>[0]

async function answerToken(
  ctx: Parameters<Middleware>[0],
  next: Parameters<Middleware>[1],
  { settings, requests }: Pick<Parts, 'settings' | 'requests'>,
): Promise<void> {
  const outcome = settings.token({ grant: 'any' })
  if (outcome === 'answer') await next()
  const grant = ctx.oidc?.params?.grant_type
  requests.push(GRANTS[String(grant)] ?? 'refresh')
  if (outcome === 'hang') await new Promise(() => {})
  if (outcome === 'fail') {
    ctx.status = 503
    ctx.body = 'down for maintenance'
  }
  if (outcome === 'invalid_client') {
    ctx.status = 401
    ctx.body = { error: 'invalid_client', error_description: 'unknown client' }
  }
  if (outcome === 'invalid_grant') {
    ctx.status = 400
    ctx.body = { error: 'invalid_grant', error_description: 'the grant was revoked' }
  }
  const body = ctx.body as Record<string, unknown>
  if (settings.timeless) delete body.expires_in
  if (settings.silent && grant === 'refresh_token') delete body.refresh_token
}

/** The person signs in and allows, all in one step. */
async function interact(
  provider: Provider,
  { person }: AuthorizationSettings,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(req, res)
  if (person === 'denies')
    return provider.interactionFinished(req, res, {
      error: 'access_denied',
      error_description: 'the person said no',
    })
  const grant = new provider.Grant({ accountId: 'person', clientId: params.client_id })
  const scope = params.scope ?? ''
  if (scope) grant.addOIDCScope(scope)
  if (params.resource) grant.addResourceScope(params.resource, scope || SCOPES.join(' '))
  const grantId = await grant.save()
  await provider.interactionFinished(req, res, { login: { accountId: 'person' }, consent: { grantId } })
}

/**
 * Opens an address as a browser does, with cookies and redirects, up to the address that `stop` accepts (default: the loopback
 * address of a client), which is returned and not opened.
 */
export async function browse(
  address: string,
  stop: (url: URL) => boolean = url => url.pathname === '/callback',
): Promise<string> {
  const cookies = new Map<string, string>()
  let url = new URL(address)
  for (let steps = 0; steps < 20 && !stop(url); steps++) {
    const cookie = [...cookies].map(pair => pair.join('=')).join('; ')
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (!location) throw new Error(`${url.pathname}: ${answer.status} ${(await answer.text()).slice(0, 300)}`)
    url = new URL(location, url)
  }
  return url.href
}
