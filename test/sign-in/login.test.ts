import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import { connect } from '../../src/mcp/connect.ts'
import { browse, startAuthorizationServer } from '../helpers/authorization-server.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'
import { signInWorld, visit } from '../helpers/sign-in.ts'

/** The error of a login: its message and its hint. */
async function refusal(login: Promise<unknown>): Promise<string> {
  const error = await login.then(
    () => new Error('signed in'),
    error => error,
  )
  return error instanceof SupportError ? `${error.message} | ${error.hint}` : String(error)
}

/** The same address with other parameters. */
function withParameters(address: string, change: Record<string, string | undefined>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(change))
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  return url.href
}

describe.each(['modern', 'legacy', 'sse'] as const)('a sign-in to a %s server', kind => {
  it('registers a client, asks for its scopes and its resource, and the server lists its tools', async () => {
    const world = await signInWorld({ kind })
    const { authorization, server, door } = world
    let asked = new URLSearchParams()
    await world.login({
      visit: address => {
        asked = new URL(address).searchParams
        return visit(address)
      },
    })
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      resource: server.url,
      scope: 'files:read offline_access',
    })
    const connection = await connect(endpointOf(server, { authorizer: world.authorizer(), auth: door.auth }))
    expect((await connection.listTools()).tools.map(tool => tool.name)).toEqual(['echo'])
    await connection.close()
    expect(authorization.requests).toEqual(['metadata', 'register', 'authorize', 'code'])
  })
})

describe('a sign-in', () => {
  it('is kept in a file that only its owner can read', async () => {
    const world = await signInWorld()
    const { tokens } = await world.login()
    const file = join(world.folder, 'sign-ins', 'acme.wiki.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(world.folder, 'sign-ins')).mode & 0o777).toBe(0o700)
    expect(readFileSync(file, 'utf8')).toContain(tokens?.access)
  })

  it('asks for the scopes that are configured, in place of those that the server names', async () => {
    const world = await signInWorld({ auth: { scopes: ['files:write'] } })
    expect((await world.login()).tokens?.scope).toBe('files:write')
  })

  it('uses a registered client again, at the same port', async () => {
    const world = await signInWorld()
    const first = await world.login()
    const second = await world.login()
    expect(second.client).toEqual(first.client)
    expect(world.authorization.count('register')).toBe(1)
  })

  it('uses a client that is configured, with its secret', async () => {
    const client = {
      ...{ client_id: 'supportmax', client_secret: 'a secret of the client', application_type: 'native' },
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
    }
    const world = await signInWorld({
      authorization: { registration: 'none' },
      clients: [client],
      auth: { clientId: 'supportmax', clientSecretName: 'WIKI_SECRET' },
    })
    world.door.clientSecret = client.client_secret
    const { client: used } = await world.login()
    expect(used).toMatchObject({ kind: 'configured', id: 'supportmax', secret: undefined })
    expect(readFileSync(join(world.folder, 'sign-ins', 'acme.wiki.json'), 'utf8')).not.toContain(
      'a secret of',
    )
    world.clock.now += 3_600_000
    await world.authorizer().token()
    expect(world.authorization.requests).toEqual(['metadata', 'authorize', 'code', 'refresh'])
  })

  it('uses a client ID metadata document where the authorization server supports that', async () => {
    const url = 'https://app.example/client.json'
    const client = {
      ...{ client_id: url, token_endpoint_auth_method: 'none', application_type: 'native' },
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
    }
    const world = await signInWorld({
      clients: [client],
      discovery: { client_id_metadata_document_supported: true },
      auth: { clientMetadataUrl: url },
    })
    expect((await world.login()).client).toMatchObject({ kind: 'metadata', id: url })
    expect(world.authorization.count('register')).toBe(0)
  })

  it('registers a client where the authorization server does not support such documents', async () => {
    const world = await signInWorld({ auth: { clientMetadataUrl: 'https://app.example/client.json' } })
    expect((await world.login()).client.kind).toBe('registered')
  })

  it.each(['rejects', 'none'] as const)(
    'says what to do if the registration of clients is: %s',
    async registration => {
      const { login, authorization } = await signInWorld({ authorization: { registration } })
      const words = {
        rejects: `: rejected the registration of supportmax as a client: clients must be approved, the request was rejected (HTTP 400)`,
        none: ' does not let clients register themselves',
      }
      expect(await refusal(login())).toBe(
        `acme/wiki: ${authorization.issuer}${words[registration]} | register supportmax there (a native app with the redirect URI http://127.0.0.1/callback), and set "client_id"`,
      )
    },
  )

  it('looks for the authorization server of a server without metadata at its own address (2025-03-26)', async () => {
    const world = await signInWorld({ server: { metadata: 'missing' } })
    // This one has none there either.
    expect(await refusal(world.login())).toContain(
      `${new URL(world.server.url).origin}/: rejected the registration of supportmax as a client`,
    )
    expect(world.authorization.requests).toEqual([])
  })
})

describe('an address that is pasted', () => {
  it('signs in, after wrong ones were refused with a reason', async () => {
    const world = await signInWorld()
    await world.login({
      async *pasted(shown) {
        const right = await browse(await shown)
        yield 'hello'
        yield 'https://login.example/auth?response_type=code&state=x'
        yield withParameters(right, { state: 'other' })
        yield withParameters(right, { code: undefined })
        yield withParameters(right, { code: undefined, error: 'access_denied' })
        yield withParameters(right, { iss: 'https://evil.example' })
        yield `  ${right}  `
      },
    })
    const { issuer } = world.authorization
    expect(world.rejected).toEqual([
      'that address cannot be used: it has no code',
      'that address cannot be used: it is the address to open, not the one that the browser shows at the end',
      'that address cannot be used: it belongs to another sign-in',
      'that address cannot be used: it has no code',
      `that address cannot be used: ${issuer}: access was denied`,
      `that address cannot be used: the answer is from https://evil.example, not from ${issuer}`,
    ])
    expect(world.authorization.count('code')).toBe(1)
  })

  it('can be only its query', async () => {
    const world = await signInWorld()
    await world.login({
      async *pasted(shown) {
        yield new URL(await browse(await shown)).search
      },
    })
    expect(world.rejected).toEqual([])
  })
})

describe('a login is refused', () => {
  it('when the person denies it', async () => {
    const { login, authorization } = await signInWorld({ authorization: { person: 'denies' } })
    expect(await refusal(login())).toContain(
      `acme/wiki: ${authorization.issuer}: access was denied: the person said no | try \`supportmax auth login acme wiki\``,
    )
    expect(authorization.count('code')).toBe(0)
  })

  it.each([
    [
      'belongs to another issuer',
      'https://evil.example',
      'the answer is from https://evil.example, not from',
    ],
    ['is missing, although the server always names it', undefined, 'the answer does not say that it is from'],
  ])('when the issuer in the answer %s (RFC 9207)', async (_, iss, words) => {
    const world = await signInWorld()
    const login = world.login({
      visit: async address => fetch(withParameters(await browse(address), { iss })),
    })
    expect(await refusal(login)).toContain(words)
    expect(world.authorization.count('code')).toBe(0)
  })

  it('never because of a visit with another state, or none', async () => {
    const world = await signInWorld()
    await world.login({
      visit: async (address, redirect) => {
        for (const query of ['?code=x&state=other', '?code=x', '', '?error=access_denied'])
          expect((await fetch(redirect + query)).status).toBe(400)
        expect((await fetch(new URL('/favicon.ico', redirect))).status).toBe(404)
        await visit(address)
      },
    })
    expect(world.authorization.count('code')).toBe(1)
    expect(world.rejected).toHaveLength(4)
  })

  it('when the metadata is that of another resource', async () => {
    const { login, server, authorization } = await signInWorld({
      server: { resource: 'https://other.example/mcp' },
    })
    expect(await refusal(login())).toBe(
      `acme/wiki: the server's metadata describes https://other.example/mcp, not ${server.url} | check "url": it must be the address in the metadata of the server`,
    )
    expect(authorization.requests).toEqual([])
  })

  it('when the metadata of the authorization server is that of another one', async () => {
    const world = await signInWorld({ authorization: { claims: 'https://evil.example' } })
    expect(await refusal(world.login())).toContain(
      `the metadata at ${world.authorization.issuer} belongs to another issuer: https://evil.example | do not sign in there; ask the operator of the server`,
    )
  })

  it('when the metadata of the resource cannot be read, which is not the same as having none', async () => {
    const { login, server } = await signInWorld({ server: { metadata: 'fails' } })
    expect(await refusal(login())).toContain(
      `${new URL(server.url).host}: the metadata of the resource cannot be read (HTTP 500)`,
    )
  })

  it('when the server names another authorization server than before, until the person has logged out', async () => {
    const world = await signInWorld()
    const { issuer } = await world.login()
    const other = closing(await startAuthorizationServer())
    world.server.settings.issuers = [other.issuer]
    expect(await refusal(world.login())).toBe(
      `acme/wiki now names the authorization server ${other.issuer}; you signed in at ${issuer} | if that is right, run \`supportmax auth logout acme wiki\`, then sign in again`,
    )
    expect(other.requests).toEqual([])
  })

  it.each(['http://mcp.example/mcp', 'http://10.0.0.7/mcp'])('over %s, which is not encrypted', async url => {
    const world = await signInWorld()
    Object.assign(world.door, { url, address: url })
    expect(await refusal(world.login())).toContain(`not an https address: ${url}`)
  })

  it('with a clear message when the authorization server does not answer the exchange of the code', async () => {
    const world = await signInWorld()
    world.authorization.settings.token = () => 'fail'
    expect(await refusal(world.login())).toContain(
      `acme/wiki: ${world.authorization.issuer}: unavailable (HTTP 503) | try \`supportmax auth login acme wiki\` again later`,
    )
  })
})
