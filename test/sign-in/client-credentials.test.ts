import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { Fault } from '../../src/mcp/connection.ts'
import { createClientAuthorizer } from '../../src/mcp/sign-in/client/authorizer.ts'
import type { ClientAuth } from '../../src/mcp/sign-in/client/client.ts'
import { startAuthorizationServer } from '../helpers/authorization-server.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, type ServerOptions } from '../helpers/mcp-servers.ts'
import { type ProtectedSettings, startProtected } from '../helpers/protected-server.ts'
import { doorTo } from '../helpers/sign-in-door.ts'

const HOUR = 3_600_000
const SECRET = 'secret-of-the-client'
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const CLIENTS = [
  { client_id: 'by-secret', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_basic' },
  {
    client_id: 'by-key',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: '1' }] },
  },
].map(one => ({ ...one, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }))

const BY_SECRET: ClientAuth = { id: 'by-secret', proof: { secret: SECRET }, scopes: [] }
const BY_KEY: ClientAuth = {
  id: 'by-key',
  proof: { privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), alg: 'ES256' },
  scopes: [],
}

/** An authorization server with two clients, and an MCP server that trusts it. */
async function world(
  client: ClientAuth = BY_SECRET,
  {
    kind = 'modern',
    server: over = {},
  }: { kind?: ServerOptions['kind']; server?: Partial<ProtectedSettings> } = {},
) {
  const authorization = closing(await startAuthorizationServer({}, { clients: CLIENTS }))
  const server = closing(await startProtected(authorization, kind, over))
  const clock = { now: Date.now() }
  const issuers: string[] = []
  const authorizer = createClientAuthorizer({
    door: () => doorTo(server.url),
    client: () => client,
    issuer: { get: () => issuers.at(-1), set: issuer => void issuers.push(issuer) },
    now: () => clock.now,
  })
  return { authorization, server, authorizer, clock, issuers }
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch(error => error)
  return error instanceof Fault
    ? `${error.kind}: ${error.message} | ${error.remedy ?? ''}`
    : `no fault: ${error}`
}

describe.each(['modern', 'legacy', 'sse'] as const)('a %s server', kind => {
  it.each([
    ['a secret', BY_SECRET],
    ['a key', BY_KEY],
  ])('is used by a client with %s, with one token for all its connections', async (_, client) => {
    const { authorization, server, authorizer, issuers } = await world(client, { kind })
    const connections = await Promise.all([1, 2, 3].map(() => connect(endpointOf(server, { authorizer }))))
    const results = await Promise.all(connections.map(one => one.call('echo', { text: 'hi' }, {})))
    await Promise.all(connections.map(one => one.close()))
    expect(results.map(one => one.text)).toEqual(['echo hi', 'echo hi', 'echo hi'])
    expect(authorization.count('client')).toBe(1)
    expect(issuers).toEqual([authorization.issuer])
  })
})

describe('the token of a client', () => {
  it('is replaced a minute before its end, once for parallel requests', async () => {
    const { authorization, authorizer, clock } = await world()
    const first = await authorizer.token()
    clock.now += HOUR - 61_000
    expect(await authorizer.token()).toBe(first)
    clock.now += 2_000
    const later = new Set(await Promise.all([1, 2, 3, 4].map(() => authorizer.token())))
    expect([later.size, later.has(first)]).toEqual([1, false])
    expect(authorization.count('client')).toBe(2)
  })

  it('that still works is used while the authorization server is down', async () => {
    const { authorization, authorizer, clock } = await world()
    const first = await authorizer.token()
    clock.now += HOUR - 30_000
    authorization.settings.token = () => 'fail'
    expect(await authorizer.token()).toBe(first)
    clock.now += 31_000
    expect(await faultOf(authorizer.token())).toBe(
      `server: ${authorization.issuer}: unavailable (HTTP 503) | `,
    )
    authorization.settings.token = () => 'answer'
    expect(await authorizer.token()).not.toBe(first)
  })

  it('that the server refuses is replaced once', async () => {
    const { authorization, server, authorizer } = await world()
    const connection = closing(await connect(endpointOf(server, { authorizer })))
    await authorization.endAccess(await authorizer.token())
    expect(await connection.call('echo', { text: 'a' }, {})).toMatchObject({ text: 'echo a' })
    expect([authorization.count('client'), server.calls.length]).toEqual([2, 1])
    server.settings.refusesAll = true
    expect(await faultOf(connection.call('echo', { text: 'b' }, {}))).toContain('unauthorized: ')
    // Another one would be refused, too.
    expect([authorization.count('client'), server.calls.length]).toEqual([2, 1])
  })

  it('gets the scopes that a call needs', async () => {
    const { authorization, server, authorizer } = await world()
    const connection = closing(await connect(endpointOf(server, { authorizer })))
    server.settings.requires = ['files:write']
    expect(await connection.call('echo', { text: 'a' }, {})).toMatchObject({ text: 'echo a' })
    const scopes = await authorization.scopesOf((await authorizer.token()) ?? '', server.url)
    expect(scopes?.toSorted()).toEqual(['files:read', 'files:write'])
  })
})

describe('the credentials of a client', () => {
  it('that are wrong cause a clear message without the secret', async () => {
    const { authorization, server, authorizer } = await world({
      ...BY_SECRET,
      proof: { secret: 'wrong-secret-1' },
    })
    const fault = await faultOf(connect(endpointOf(server, { authorizer })))
    expect(fault).toMatch(/^unauthorized: http:\/\/127\.0\.0\.1:\d+: invalid_client/)
    expect(fault).not.toContain('wrong-secret-1')
    expect(authorization.count('client')).toBe(1)
  })

  it('may be a key in the form that openssl writes', async () => {
    const sec1 = privateKey.export({ format: 'pem', type: 'sec1' }).toString()
    const { authorizer } = await world({ ...BY_KEY, proof: { privateKey: sec1, alg: 'ES256' } })
    expect(await authorizer.token()).toEqual(expect.any(String))
  })

  it.each([
    ['of another algorithm', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 'RS256'],
    ['that is gone', '', 'ES256'],
  ])('with a key %s are not said to be the fault of the authorization server', async (_, key, alg) => {
    const { authorization, authorizer } = await world({ ...BY_KEY, proof: { privateKey: key, alg } })
    expect(await faultOf(authorizer.token())).toBe(
      `unauthorized: its private key cannot sign with ${alg} | check "private_key_file" and "alg"`,
    )
    expect(authorization.count('client')).toBe(0)
  })

  it('never go to another authorization server that the server names later', async () => {
    const { authorization, server, authorizer, clock } = await world()
    await authorizer.token()
    const other = closing(await startAuthorizationServer({}, { clients: CLIENTS }))
    server.settings.issuers = [other.issuer]
    clock.now += HOUR
    expect(await faultOf(authorizer.token())).toBe(
      `unauthorized: acme/wiki names the authorization server ${other.issuer}; its client is registered at ${authorization.issuer} | if that is right, set "issuer" in its "oauth" to ${other.issuer}`,
    )
    expect(other.requests).toEqual([])
  })

  it('never go to the authorization server of another resource', async () => {
    const { authorization, authorizer } = await world(BY_SECRET, {
      server: { resource: 'https://other.example/mcp' },
    })
    expect(await faultOf(authorizer.token())).toContain(
      "the server's metadata describes https://other.example/mcp",
    )
    expect(authorization.count('client')).toBe(0)
  })
})
