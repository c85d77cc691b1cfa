// JWTs of an identity provider at a customer's door: what opens it, and what never does.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { doorMetadata, doorMetadataUrl } from '../../src/access/jwt/metadata.ts'
import { jwtVerifier } from '../../src/access/jwt/verify.ts'
import { DEFAULT_SCOPES, type IdentitySettings } from '../../src/config/settings/identity.ts'
import { principalByJwt } from '../../src/mcp/identity/gate.ts'
import { startAuthorizationServer } from '../helpers/authorization-server.ts'
import { closing } from '../helpers/closing.ts'

const DOOR = new URL('http://127.0.0.1:7777/customers/acme/mcp')
const OTHER = new URL('http://127.0.0.1:7777/customers/beta/mcp')

interface Key {
  kid: string
  pair: Awaited<ReturnType<typeof generateKeyPair>>
}

const newKey = async (kid: string, alg = 'RS256'): Promise<Key> => ({
  kid,
  pair: await generateKeyPair(alg, { extractable: true }),
})

let first: Key
let second: Key
beforeAll(async () => {
  ;[first, second] = [await newKey('first'), await newKey('second')]
})

/** A provider that publishes these keys, and counts how often it is asked. */
async function provider(keys: () => Key[]) {
  const state = { asked: 0, status: 200 }
  const server = createServer(async (req, res) => {
    const { port } = server.address() as AddressInfo
    const issuer = `http://127.0.0.1:${port}`
    if (req.url === '/jwks') {
      state.asked++
      const all = await Promise.all(
        keys().map(async ({ kid, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid })),
      )
      res.writeHead(state.status).end(JSON.stringify({ keys: all }))
    } else if (req.url === '/.well-known/openid-configuration')
      res.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }))
    else res.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({ close: () => new Promise(resolve => server.close(resolve)) })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { issuer, state, settings: { issuer, ...DEFAULT_SCOPES } }
}

let settings: IdentitySettings
let state: { asked: number; status: number }
let published: Key[]

beforeEach(async () => {
  published = [first]
  ;({ settings, state } = await provider(() => published))
})

const inMinutes = (minutes: number) => Math.floor(Date.now() / 1_000) + minutes * 60

function token(claims: JWTPayload = {}, header: object = {}, key: Key = first): Promise<string> {
  const all = {
    iss: settings.issuer,
    aud: DOOR.href,
    sub: 'person-1',
    exp: inMinutes(5),
    scope: 'supportmax:read',
    ...claims,
  }
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return new SignJWT(kept)
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.pair.privateKey)
}

const request = (text: string | undefined) =>
  new Request(DOOR, { headers: text === undefined ? {} : { authorization: `Bearer ${text}` } })

async function ask(text: string | undefined, door = DOOR, verifier = jwtVerifier(settings)) {
  const found = await principalByJwt(request(text), door, verifier)
  return found instanceof Response
    ? {
        status: found.status,
        challenge: found.headers.get('www-authenticate') ?? '',
        body: await found.text(),
      }
    : found
}

describe('a JWT', () => {
  it.each([
    ['supportmax:read', 'read-only'],
    ['openid supportmax:read', 'read-only'],
    ['supportmax:write', 'read-write'],
    ['supportmax:read supportmax:write', 'read-write'],
  ])('with the scopes "%s" gives the role %s', async (scope, role) => {
    expect(await ask(await token({ scope }))).toMatchObject({ role })
  })

  it('names its subject by a hash, which is the same in each token', async () => {
    const exp = inMinutes(9)
    const one = await ask(await token({ client_id: 'ci', exp }))
    expect(one).toEqual({
      id: expect.stringMatching(/^subject:[0-9a-f]{32}$/),
      name: 'ci',
      role: 'read-only',
      expires: exp * 1_000,
    })
    expect(await ask(await token({ client_id: 'ci', exp, nbf: 1 }))).toEqual(one)
    expect(await ask(await token({ client_id: 'ci', exp, sub: 'person-2' }))).not.toEqual(one)
  })

  it.each([
    ['scp as a text', { scope: undefined, scp: 'supportmax:read' }, {}],
    ['scp as a list', { scope: undefined, scp: ['supportmax:write'] }, {}],
    ['several audiences', { aud: ['https://other.example', DOOR.href] }, {}],
    ['the type JWT', {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['a clock that is 20 seconds ahead', { nbf: Math.floor(Date.now() / 1_000) + 20 }, {}],
  ])('is accepted with %s', async (_, claims, header) => {
    expect(await ask(await token(claims, header))).toHaveProperty('id')
  })

  it.each([
    ["another door's audience", { aud: OTHER.href }, {}],
    ['an audience that begins like this door', { aud: `${DOOR.href}/x` }, {}],
    ['the audience of the whole server', { aud: 'http://127.0.0.1:7777/' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['another issuer', { iss: 'https://evil.example' }, {}],
    ['the issuer with a slash', { iss: 'SLASH' }, {}],
    ['no issuer', { iss: undefined }, {}],
    ['no expiry', { exp: undefined }, {}],
    ['an expiry in the past', { exp: inMinutes(-1) }, {}],
    ['a beginning in the future', { nbf: inMinutes(5) }, {}],
    ['no subject', { sub: undefined }, {}],
    ['an empty subject', { sub: '' }, {}],
    ['a key that it is bound to', { cnf: { jkt: 'x' } }, {}],
    ['another type', {}, { typ: 'logout+jwt' }],
    ['a critical header that we do not know', {}, { crit: ['x'], x: 1 }],
  ])('is refused with %s', async (_, claims, header) => {
    const iss = claims as { iss?: string }
    const fixed = iss.iss === 'SLASH' ? { iss: `${settings.issuer}/` } : claims
    const text = await token(fixed as JWTPayload, header).catch(() => 'a.b.c')
    expect(await ask(text)).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('error="invalid_token"'),
    })
  })

  it('is refused at every other door', async () => {
    expect(await ask(await token(), OTHER)).toMatchObject({ status: 401 })
  })

  it('is refused if it is signed with a key that is not published, also under the id of one that is', async () => {
    expect(await ask(await token({}, {}, second))).toMatchObject({ status: 401 })
    expect(await ask(await token({}, { kid: 'first' }, second))).toMatchObject({ status: 401 })
  })

  it('may leave out which of several keys has signed it', async () => {
    published = [second, first]
    expect(await ask(await token({}, { kid: undefined }))).toMatchObject({ role: 'read-only' })
    expect(await ask(await token({ exp: inMinutes(-5) }, { kid: undefined }))).toMatchObject({ status: 401 })
    const unknown = await newKey('third')
    expect(await ask(await token({}, { kid: undefined }, unknown))).toMatchObject({ status: 401 })
  })

  it('is refused without a signature, and with the public key as the secret', async () => {
    const [, body = ''] = (await token()).split('.')
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const alg of ['none', 'None', 'NONE']) {
      expect(await ask(`${part({ alg, typ: 'at+jwt' })}.${body}.`)).toMatchObject({ status: 401 })
      expect(await ask(`${part({ alg, kid: 'first' })}.${body}.x`)).toMatchObject({ status: 401 })
    }
    const secret = new TextEncoder().encode(await exportSPKI(first.pair.publicKey))
    const forged = await new SignJWT({
      iss: settings.issuer,
      aud: DOOR.href,
      sub: 'x',
      exp: inMinutes(5),
      scope: 'supportmax:write',
    })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(secret)
    expect(await ask(forged)).toMatchObject({ status: 401 })
  })

  it('does not bring its own key: jwk, jku and x5u are ignored', async () => {
    const jwk = await exportJWK(second.pair.publicKey)
    for (const header of [{ jwk }, { jku: `${settings.issuer}/jwks` }, { x5u: 'http://127.0.0.1:1/' }])
      expect(await ask(await token({}, { ...header, kid: 'mine' }, second))).toMatchObject({ status: 401 })
  })

  it('is not accepted in any of 1,000 changed forms', { timeout: 60_000 }, async () => {
    const good = await token({ scope: 'supportmax:read' })
    const verifier = jwtVerifier(settings)
    const letters = 'abcXYZ019-_.=+/ é\u0000'
    const forms = new Set<string>()
    for (let seed = 1; forms.size < 1_000; seed++) {
      const at = (seed * 37) % good.length
      const letter = letters[(seed * 13) % letters.length] ?? ''
      const form = [
        good.slice(0, at) + letter + good.slice(at + 1),
        good.slice(0, at) + good.slice(at + 1),
        good.slice(0, at) + letter + good.slice(at),
        good.slice(0, at),
        good.slice(at) + good.slice(0, at),
      ][seed % 5] as string
      if (form !== good) forms.add(form)
    }
    for (const form of forms) expect(await verifier.verify(form, DOOR), form).toBeUndefined()
    expect(await verifier.verify(good, DOOR)).toBeDefined()
    // A wrong key id made it ask once more at most.
    expect(state.asked).toBeLessThanOrEqual(2)
  })
})

describe('refusals', () => {
  it('name the metadata of the door, and tell nothing else', async () => {
    const url = 'http://127.0.0.1:7777/.well-known/oauth-protected-resource/customers/acme/mcp'
    for (const text of [undefined, 'x', 'a.b.c', await token({ aud: OTHER.href })])
      expect(await ask(text)).toMatchObject({
        status: 401,
        challenge: expect.stringContaining(`resource_metadata="${url}"`),
      })
    const [none, wrong] = [await ask('a.b.c'), await ask(await token({ aud: OTHER.href }))]
    expect(none).toEqual(wrong)
  })

  it('are 403 for a token of this door without a scope of ours', async () => {
    for (const scope of ['', 'openid', 'supportmax:readx', 'SUPPORTMAX:READ', undefined])
      expect(await ask(await token({ scope }))).toMatchObject({
        status: 403,
        challenge: expect.stringContaining('error="insufficient_scope"'),
      })
  })
})

describe('the keys of the provider', () => {
  it('are fetched once, and asked for again when a new one signs', async () => {
    const verifier = jwtVerifier(settings, { askAgainMs: 0 })
    for (let count = 0; count < 20; count++) expect(await verifier.verify(await token(), DOOR)).toBeDefined()
    expect(state.asked).toBe(1)
    published = [second]
    expect(await verifier.verify(await token({}, {}, second), DOOR)).toBeDefined()
    expect(state.asked).toBe(2)
    expect(await verifier.verify(await token(), DOOR)).toBeUndefined()
  })

  it.each([
    ['one old key', () => [first]],
    ['several old keys', () => [first, second]],
  ])('are asked for again when a new one signs a token that names none, beside %s', async (_, old) => {
    published = old()
    const verifier = jwtVerifier(settings)
    expect(await verifier.verify(await token(), DOOR)).toBeDefined()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    onTestFinished(() => void vi.useRealTimers())
    const third = await newKey('third')
    const unnamed = await token({}, { kid: undefined }, third)
    published = [...old(), third]
    expect(await verifier.verify(unnamed, DOOR)).toBeDefined()
    expect(state.asked).toBe(2)
  })

  it('are asked for again once for many tokens that name no key and that none has signed', async () => {
    published = [first, second]
    const verifier = jwtVerifier(settings)
    expect(await verifier.verify(await token(), DOOR)).toBeDefined()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    onTestFinished(() => void vi.useRealTimers())
    const forged = await token({}, { kid: undefined }, await newKey('third'))
    const all = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(forged, DOOR)))
    for (const one of [...all, await verifier.verify(forged, DOOR)]) expect(one).toBeUndefined()
    // Neither is a token that is only too old, or at the wrong door, a reason.
    vi.setSystemTime(Date.now() + 31_000)
    const unnamed = await token({}, { kid: undefined }, second)
    expect(await verifier.verify(unnamed, OTHER)).toBeUndefined()
    expect(await verifier.verify(unnamed, DOOR)).toBeDefined()
    expect(state.asked).toBe(2)
  })

  it('make the answer 503 for a token that names none and that none has signed, while the provider is away', async () => {
    const verifier = jwtVerifier(settings)
    const known = await token({}, { kid: undefined })
    expect(await verifier.verify(known, DOOR)).toBeDefined()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    onTestFinished(() => void vi.useRealTimers())
    state.status = 500
    const unnamed = await token({}, { kid: undefined }, second)
    for (let count = 0; count < 20; count++)
      expect(await ask(unnamed, DOOR, verifier)).toMatchObject({ status: 503 })
    expect(state.asked).toBe(2)
    expect(await verifier.verify(known, DOOR)).toBeDefined()
  })

  it('are not asked for again for each token with an unknown key', async () => {
    const verifier = jwtVerifier(settings)
    expect(await verifier.verify(await token(), DOOR)).toBeDefined()
    for (let count = 0; count < 50; count++)
      expect(await verifier.verify(await token({}, { kid: `k${count}` }, second), DOOR)).toBeUndefined()
    expect(state.asked).toBe(1)
  })

  it('make the answer 503 while they cannot be had, and are used once they can', async () => {
    const verifier = jwtVerifier(settings, { askAgainMs: 0 })
    state.status = 500
    expect(await ask(await token(), DOOR, verifier)).toMatchObject({ status: 503 })
    state.status = 200
    expect(await ask(await token(), DOOR, verifier)).toHaveProperty('id')
  })

  it('are not asked for at each request while the provider is away', async () => {
    const verifier = jwtVerifier(settings)
    state.status = 500
    for (let count = 0; count < 20; count++)
      expect(await ask(await token(), DOOR, verifier)).toMatchObject({ status: 503 })
    expect(state.asked).toBe(1)
  })

  it('are not asked for at each unknown key while the provider is away, and those that are known are used', async () => {
    const verifier = jwtVerifier(settings)
    const known = await token()
    expect(await verifier.verify(known, DOOR)).toBeDefined()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    onTestFinished(() => void vi.useRealTimers())
    state.status = 500
    for (let count = 0; count < 20; count++)
      expect(await ask(await token({}, { kid: `k${count}` }, second), DOOR, verifier)).toMatchObject({
        status: 503,
      })
    expect(state.asked).toBe(2)
    expect(await verifier.verify(known, DOOR)).toBeDefined()
  })

  it('make the answer 503 if nobody is there', async () => {
    const gone = { ...settings, issuer: 'http://127.0.0.1:9' }
    expect(await ask(await token(), DOOR, jwtVerifier(gone))).toMatchObject({ status: 503 })
  })

  it.each(['http://idp.example', 'ftp://idp.example', 'idp', ''])('do not come from %j', issuer => {
    expect(() => jwtVerifier({ ...settings, issuer })).toThrow(
      'gateway.identity: issuer: must be an https:// address',
    )
    expect(() => jwtVerifier({ ...settings, jwksUrl: issuer })).toThrow('gateway.identity: jwks_url: must be')
  })

  it.each(['http://127.0.0.2:9', 'http://idp.localhost', 'http://[::1]:9'])('may come from %j', issuer => {
    expect(jwtVerifier({ ...settings, issuer })).toHaveProperty('settings.issuer', issuer)
  })
})

it('the metadata of a door follow RFC 9728', () => {
  expect(doorMetadata(DOOR, { issuer: 'https://idp.example/realm', ...DEFAULT_SCOPES })).toEqual({
    resource: DOOR.href,
    authorization_servers: ['https://idp.example/realm'],
    scopes_supported: ['supportmax:read', 'supportmax:write'],
    bearer_methods_supported: ['header'],
    resource_name: 'supportmax',
  })
  expect(doorMetadataUrl(new URL('https://h.example/customers/a/mcp')).href).toBe(
    'https://h.example/.well-known/oauth-protected-resource/customers/a/mcp',
  )
})

it('a machine enters with a token that a real authorization server gave it for this door', async () => {
  const client = {
    client_id: 'machine',
    client_secret: 'secret-of-the-machine',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  }
  const server = closing(
    await startAuthorizationServer({}, { clients: [client], jwtScopes: Object.values(DEFAULT_SCOPES) }),
  )
  const verifier = jwtVerifier({ issuer: server.issuer, ...DEFAULT_SCOPES })
  const tokenFor = async (scope: string) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope, resource: DOOR.href })
    const authorization = `Basic ${Buffer.from('machine:secret-of-the-machine').toString('base64')}`
    const response = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      body,
      headers: { authorization },
    })
    return ((await response.json()) as { access_token: string }).access_token
  }
  const read = await tokenFor('supportmax:read')
  expect(await ask(read, DOOR, verifier)).toMatchObject({ name: 'machine', role: 'read-only' })
  expect(await ask(await tokenFor('supportmax:write'), DOOR, verifier)).toMatchObject({ role: 'read-write' })
  expect(await ask(read, OTHER, verifier)).toMatchObject({ status: 401 })
})
