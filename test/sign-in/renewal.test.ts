import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { Fault } from '../../src/mcp/connection.ts'
import { createSignInAuthorizer } from '../../src/mcp/sign-in/authorizer.ts'
import { revoke } from '../../src/mcp/sign-in/refresh.ts'
import { startAuthorizationServer } from '../helpers/authorization-server.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'
import { type SignInWorld, signInWorld } from '../helpers/sign-in.ts'
import { until } from '../helpers/until.ts'

const HOUR = 3_600_000

/** A fault as a person sees it. */
async function faultOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('no fault'),
    error => error,
  )
  return error instanceof Fault ? `${error.kind}: ${error.message} | ${error.remedy}` : String(error)
}

async function signedIn(options?: Parameters<typeof signInWorld>[0]): Promise<SignInWorld> {
  const world = await signInWorld(options)
  await world.login()
  return world
}

/** What was asked of the authorization server since the login. */
function since({ authorization }: SignInWorld): string[] {
  return authorization.requests.slice(authorization.requests.lastIndexOf('code') + 1)
}

const refusal = (token: string | undefined) => ({
  token,
  status: 401,
  challenge: 'Bearer error="invalid_token"',
})
const LOGIN = 'run `supportmax auth login acme wiki`'

describe('an access token', () => {
  it('is used until a minute before its end, and then replaced', async () => {
    const world = await signedIn()
    const authorizer = world.authorizer()
    const first = await authorizer.token()
    world.clock.now += HOUR - 61_000
    expect(await authorizer.token()).toBe(first)
    world.clock.now += 2_000
    expect(await authorizer.token()).not.toBe(first)
    expect(since(world)).toEqual(['refresh'])
  })

  it('of a few seconds is replaced after four fifths of its life', async () => {
    const world = await signedIn({ authorization: { seconds: 10 } })
    const authorizer = world.authorizer()
    world.clock.now += 7_900
    await authorizer.token()
    expect(since(world)).toEqual([])
    world.clock.now += 200
    await authorizer.token()
    expect(since(world)).toEqual(['refresh'])
  })

  it('is replaced once each time in 200 expiries, by one of two connections, and the sign-in lasts', async () => {
    const world = await signedIn()
    const both = [world.authorizer(), world.authorizer()]
    const seen = new Set<string | undefined>()
    for (let expiries = 0; expiries < 200; expiries++) {
      world.clock.now += HOUR
      const [one, other] = await Promise.all(both.map(authorizer => authorizer.token()))
      expect(other).toBe(one)
      seen.add(one)
    }
    expect(seen.size).toBe(200)
    expect(since(world)).toEqual(Array(200).fill('refresh'))
    const connection = await connect(endpointOf(world.server, { authorizer: both[0] }))
    expect((await connection.call('echo', { text: 'still here' }, {})).text).toBe('echo still here')
    await connection.close()
  })

  it('keeps its refresh token when the authorization server returns none', async () => {
    const world = await signedIn({ authorization: { rotates: false, silent: true } })
    const authorizer = world.authorizer()
    for (let expiries = 0; expiries < 3; expiries++) {
      world.clock.now += HOUR
      await authorizer.token()
    }
    expect(since(world)).toEqual(['refresh', 'refresh', 'refresh'])
  })

  it('without a known end is used until the server refuses it', async () => {
    const world = await signedIn({ authorization: { timeless: true } })
    const authorizer = world.authorizer()
    const first = await authorizer.token()
    world.clock.now += 1_000 * HOUR
    expect(await authorizer.token()).toBe(first)
    expect(await authorizer.renew(refusal(first))).toBe(true)
    expect(await authorizer.token()).not.toBe(first)
    expect(since(world)).toEqual(['refresh'])
  })

  it.each([
    ['behind', -5 * HOUR],
    ['ahead', 5 * HOUR],
  ])('is replaced once where the clock is set %s by five hours', async (_, change) => {
    const world = await signedIn()
    const authorizer = world.authorizer()
    world.clock.now += change
    // Set back, the token seems good for longer: the server says that it is not.
    if (change < 0) await authorizer.renew(refusal(await authorizer.token()))
    const token = await authorizer.token()
    expect(await authorizer.token()).toBe(token)
    expect(since(world)).toEqual(['refresh'])
  })

  it('is written before it is used', async () => {
    const world = await signedIn()
    world.clock.now += HOUR
    const token = await world.authorizer().token()
    expect(readFileSync(join(world.folder, 'sign-ins', 'acme.wiki.json'), 'utf8')).toContain(token)
  })

  it('is replaced in time while its connection is idle, and no longer once it is closed', async () => {
    const world = await signedIn({ authorization: { seconds: 1 } })
    const renewals = new Promise<void>(resolve => {
      world.authorization.settings.token = () => {
        if (world.authorization.count('refresh') >= 1) resolve()
        return 'answer'
      }
    })
    // The real clock: what is shown here is the timer.
    const authorizer = createSignInAuthorizer({ store: world.store, door: () => world.door })
    const connection = await connect(endpointOf(world.server, { authorizer }))
    await renewals
    await connection.close()
    const after = world.authorization.count('refresh')
    await authorizer.token().catch(() => {})
    expect(world.authorization.count('refresh') - after).toBeLessThanOrEqual(1)
  })

  it('is replaced in time although the timer fires before its time by the clock', async () => {
    const world = await signedIn({ authorization: { seconds: 1 } })
    const start = Date.now()
    const late = () => start + 0.99 * (Date.now() - start)
    const { store, door } = world
    const authorizer = createSignInAuthorizer({ store, door: () => door, now: late })
    const close = authorizer.opened?.()
    await authorizer.token()
    await until('a renewal', () => world.authorization.count('refresh') >= 1)
    close?.()
  })
})

describe('a token endpoint that fails', () => {
  it('leaves the tokens as they are: the old one is used while it is good, and the next renewal waits', async () => {
    const world = await signedIn()
    const authorizer = world.authorizer()
    const first = await authorizer.token()
    world.authorization.settings.token = () => 'fail'
    world.clock.now += HOUR - 50_000
    expect(await authorizer.token()).toBe(first)
    expect(await authorizer.token()).toBe(first)
    expect(since(world)).toEqual(['refresh'])
    world.clock.now += 50_000
    expect(await faultOf(authorizer.token())).toBe(
      `server: ${world.authorization.issuer}: unavailable (HTTP 503) | undefined`,
    )
    world.authorization.settings.token = () => 'answer'
    expect(await authorizer.token()).not.toBe(first)
  })

  it('that cannot be reached is named', async () => {
    const world = await signedIn()
    await world.authorization.close()
    world.clock.now += HOUR
    const authorizer = world.authorizer()
    const { host } = new URL(world.authorization.issuer)
    expect(await faultOf(authorizer.token())).toMatch(new RegExp(`^(refused|closed): ${host}: `))
    // Nothing is lost.
    world.clock.now -= HOUR
    expect(await authorizer.token()).toMatch(/^[\w-]+$/)
  })
})

describe('a sign-in that has ended', () => {
  it('is reported once with the command, without further requests', async () => {
    const world = await signedIn()
    const authorizer = world.authorizer()
    world.authorization.settings.token = () => 'invalid_grant'
    world.clock.now += HOUR
    const words = `unauthorized: ${world.authorization.issuer} has ended the sign-in: invalid_grant, the grant was revoked | ${LOGIN}`
    expect(await faultOf(authorizer.token())).toBe(words)
    expect(await faultOf(authorizer.token())).toBe(words)
    expect(await faultOf(world.authorizer().token())).toBe(words)
    expect(since(world)).toEqual(['refresh'])
    expect(readFileSync(join(world.folder, 'sign-ins', 'acme.wiki.json'), 'utf8')).not.toContain('"access"')
  })

  it('because the registration is gone registers again at the next login', async () => {
    const world = await signedIn()
    world.authorization.settings.token = () => 'invalid_client'
    world.clock.now += HOUR
    expect(await faultOf(world.authorizer().token())).toBe(
      `unauthorized: ${world.authorization.issuer} has ended the sign-in: invalid_client, unknown client | ${LOGIN}`,
    )
    world.authorization.settings.token = () => 'answer'
    await world.login()
    expect(world.authorization.count('register')).toBe(2)
    expect(await world.authorizer().token()).toMatch(/^[\w-]+$/)
  })

  it('is not one whose client secret is wrong: it goes on with the right one', async () => {
    const client = {
      client_id: 'supportmax',
      client_secret: 'the-right-secret',
      redirect_uris: ['http://127.0.0.1/callback'],
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
    }
    const auth = { clientId: 'supportmax', clientSecretName: 'WIKI_SECRET' }
    const world = await signInWorld({ clients: [client], auth })
    world.door.clientSecret = client.client_secret
    await world.login()
    world.clock.now += HOUR
    world.door.clientSecret = 'the-wrong-secret'
    const fault = await faultOf(world.authorizer().token())
    expect(fault).toMatch(/^unauthorized: http:\S+ rejected the client: invalid_client/)
    expect(fault).toMatch(/check "client_id", and the value of its "client_secret_env"$/)
    expect(fault).not.toContain('the-wrong-secret')
    world.door.clientSecret = client.client_secret
    expect(await world.authorizer().token()).toMatch(/^[\w-]+$/)
  })

  it('because somebody revoked it at the authorization server, is noticed at the next refusal', async () => {
    const world = await signedIn()
    const authorizer = world.authorizer()
    const connection = await connect(endpointOf(world.server, { authorizer, auth: world.door.auth }))
    const signIn = world.store.read(world.door)
    if (signIn) await revoke(signIn, world.door)
    expect(await faultOf(connection.call('echo', { text: 'hi' }, {}))).toMatch(
      /^unauthorized: http:\S+ has ended the sign-in: invalid_grant.* \| run `supportmax auth login acme wiki`$/,
    )
    await connection.close()
    expect(world.server.calls).toEqual([])
    expect(since(world)).toEqual(['revoke', 'refresh'])
  })

  it('continues at once after a new login, in connections that are open', async () => {
    const world = await signedIn()
    const authorizer = world.authorizer()
    const connection = await connect(endpointOf(world.server, { authorizer, auth: world.door.auth }))
    world.authorization.settings.token = () => 'invalid_grant'
    world.clock.now += HOUR
    await expect(connection.call('echo', { text: 'a' }, {})).rejects.toMatchObject({ kind: 'unauthorized' })
    world.authorization.settings.token = () => 'answer'
    await world.login()
    expect((await connection.call('echo', { text: 'b' }, {})).text).toBe('echo b')
    await connection.close()
  })

  it('has no refresh token, and says so at its end', async () => {
    const world = await signedIn()
    const signIn = world.store.read(world.door)
    if (signIn?.tokens) world.store.write({ ...signIn, tokens: { ...signIn.tokens, refresh: undefined } })
    world.clock.now += HOUR
    expect(await faultOf(world.authorizer().token())).toBe(`unauthorized: the sign-in has expired | ${LOGIN}`)
    expect(since(world)).toEqual([])
  })
})

describe.each(['modern', 'legacy', 'sse'] as const)('a %s server that refuses a token', kind => {
  it('gets another one once, and the call runs once', async () => {
    const world = await signedIn({ kind })
    const connection = await connect(endpointOf(world.server, { authorizer: world.authorizer() }))
    await world.authorization.endAccess(world.store.read(world.door)?.tokens?.access)
    expect((await connection.call('echo', { text: 'hi' }, {})).text).toBe('echo hi')
    await connection.close()
    expect(world.server.calls).toEqual(['echo'])
    expect(since(world)).toEqual(['refresh'])
  })

  it('again and again is not asked in a loop', async () => {
    const world = await signedIn({ kind })
    const authorizer = world.authorizer()
    const endpoint = endpointOf(world.server, { authorizer, auth: world.door.auth })
    world.server.settings.refusesAll = true
    for (let tries = 0; tries < 5; tries++)
      await expect(connect(endpoint)).rejects.toMatchObject({ kind: 'unauthorized' })
    expect(since(world)).toEqual(['refresh'])
  })

  it('for lack of a scope gets no other token: the hint says which login has all of them', async () => {
    const world = await signedIn({ kind })
    const authorizer = world.authorizer()
    const connection = await connect(endpointOf(world.server, { authorizer }))
    world.server.settings.requires = ['files:write']
    const words =
      'unauthorized: the server requires scopes that the sign-in does not have: files:write | run `supportmax auth login acme wiki` to request: files:read files:write'
    expect(await faultOf(connection.call('echo', { text: 'hi' }, {}))).toBe(words)
    expect(since(world)).toEqual([])
    const { tokens } = await world.login()
    expect(tokens?.scope?.split(' ').sort()).toEqual(['files:read', 'files:write'])
    expect((await connection.call('echo', { text: 'hi' }, {})).text).toBe('echo hi')
    await connection.close()
  })
})

describe('a refused token', () => {
  it('is not replaced by a login if the sign-in has the scopes that the server asks for', async () => {
    const world = await signedIn()
    const challenge = 'Bearer error="insufficient_scope", scope="files:read"'
    const authorizer = world.authorizer()
    expect(await authorizer.renew({ token: await authorizer.token(), status: 403, challenge })).toBe(false)
    expect(since(world)).toEqual([])
  })

  it('sends no refresh token anywhere if the server names another authorization server now', async () => {
    const world = await signedIn()
    const other = closing(await startAuthorizationServer())
    world.server.settings.issuers = [other.issuer]
    const authorizer = world.authorizer()
    expect(await faultOf(authorizer.renew(refusal(await authorizer.token())))).toBe(
      `unauthorized: acme/wiki now names the authorization server ${other.issuer}; you signed in at ${world.authorization.issuer} | if that is right, run \`supportmax auth logout acme wiki\`, then sign in again`,
    )
    expect(since(world)).toEqual([])
    expect(other.requests).toEqual([])
  })

  it('is not replaced if the server names another resource now', async () => {
    const world = await signedIn()
    const { url } = world.server
    const authorizer = world.authorizer()
    const token = await authorizer.token()
    world.server.settings.resource = new URL('/', url).href
    expect(await faultOf(authorizer.renew(refusal(token)))).toBe(
      `unauthorized: acme/wiki now names the resource ${new URL('/', url).href}; you signed in for ${url} | ${LOGIN}`,
    )
    world.server.settings.resource = 'https://other.example/mcp'
    expect(await faultOf(authorizer.renew(refusal(token)))).toContain(
      `forbidden: the server's metadata describes https://other.example/mcp, not ${url}`,
    )
    expect(since(world)).toEqual([])
  })

  it('is not sent to another address', async () => {
    const world = await signedIn()
    const { url } = world.door
    Object.assign(world.door, { url: 'https://other.example/mcp', address: 'https://other.example/mcp' })
    expect(await faultOf(world.authorizer().token())).toBe(
      `unauthorized: signed in to ${url}, but the address is now https://other.example/mcp | ${LOGIN}`,
    )
  })

  it('is not sent as another client', async () => {
    const world = await signedIn()
    world.door.auth.clientId = 'other'
    expect(await faultOf(world.authorizer().token())).toContain('but "client_id" has changed')
  })
})
