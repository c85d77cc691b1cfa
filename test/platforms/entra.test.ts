// Azure with Entra ID: real https to a stand-in of the authority and of the deployment, and real programs.

import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { redact } from '../../src/base/redact.ts'
import type { EntraSettings } from '../../src/config/project.ts'
import { DIRECT } from '../../src/platforms/direct-fetch.ts'
import { openAzure } from '../../src/platforms/openai/azure.ts'
import { runTokenCommand } from '../../src/platforms/openai/entra/command.ts'
import { tokenIn } from '../../src/platforms/openai/entra/output.ts'
import { openTokens } from '../../src/platforms/openai/entra/tokens.ts'
import type { VendorPlatform } from '../../src/platforms/platform.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { type Certificates, createCertificates } from '../helpers/certificates.ts'
import { closing } from '../helpers/closing.ts'
import { type Authority, aadsts, startAuthority } from '../helpers/entra.ts'
import { newFolder } from '../helpers/folder.ts'
import { behindTls } from '../helpers/tls-front.ts'
import { until } from '../helpers/until.ts'
import { all } from './vendors.ts'

let certificates: Certificates
let fake: FakePlatforms
let at: FakePlatforms

beforeAll(() => {
  certificates = createCertificates()
})
beforeEach(async () => {
  fake = closing(await startFakePlatforms())
  at = await behindTls(fake, certificates.cert('server'))
})

const SECRET = 'entra-secret-0123456789'
const tokenOf = (count: number) => `access-token-number-${count}`
const issued = (count: number, expires_in = 3_600) => ({
  body: { token_type: 'Bearer', expires_in, access_token: tokenOf(count) },
})

const authorityThat = (answer: Parameters<typeof startAuthority>[1] = issued) =>
  startAuthority(certificates.cert('server'), answer)

function azure(over: {
  entra?: Partial<EntraSettings>
  secret?: string
  authority?: Authority
  tokenCommand?: string[]
  now?: () => number
}): VendorPlatform {
  const { authority, entra, secret = SECRET, tokenCommand, now } = over
  const signIn: EntraSettings = {
    tenant: 'acme.example',
    clientId: 'client-1',
    secretName: 'AZURE_CLIENT_SECRET',
    authority: authority?.url ?? '',
    scope: 'https://cognitiveservices.azure.com/.default',
    ...entra,
  }
  return openAzure({
    name: 'azure',
    endpoint: at.url('azure'),
    apiVersion: '2025-04-01-preview',
    model: 'our-deployment',
    way: { ...DIRECT, pathTo: () => ({ tls: { caFile: certificates.ca }, proxy: undefined }) },
    now,
    ...(tokenCommand ? { apiKey: undefined, tokenCommand } : { apiKey: secret, entra: signIn }),
  })
}

const keys = () => fake.requests('azure').map(one => one.key)
const never = new AbortController().signal

describe('client credentials', () => {
  it('are exchanged for a token, which is sent as a bearer token in place of a key', async () => {
    const authority = await authorityThat()
    const platform = azure({ authority })
    expect((await all(platform)).text).toBe('Hello from azure.')
    expect(authority.asked).toEqual([
      {
        path: '/acme.example/oauth2/v2.0/token',
        form: {
          grant_type: 'client_credentials',
          client_id: 'client-1',
          client_secret: SECRET,
          scope: 'https://cognitiveservices.azure.com/.default',
        },
      },
    ])
    const [request] = fake.requests('azure')
    expect(request?.headers.authorization).toBe(`Bearer ${tokenOf(0)}`)
    expect(request?.headers['api-key']).toBeUndefined()
    expect(redact(`it was ${tokenOf(0)}`)).toBe('it was ‹hidden›')
  })

  it.each(['one\nX-Other: two', 'zwölf', 'a b'])(
    'give no token that fits into no header: %j',
    async token => {
      const authority = await authorityThat(() => ({ body: { access_token: token, expires_in: 3_600 } }))
      const { fault } = await all(azure({ authority }))
      expect([fault?.kind, fault?.message]).toEqual([
        'auth',
        `Entra ID's sign-in at ${new URL(authority.url).host} returned no token: check "authority"`,
      ])
      expect(keys()).toEqual([])
    },
  )

  it('are used once for questions and checks at the same time', async () => {
    const authority = await authorityThat()
    const platform = azure({ authority })
    await Promise.all([...Array.from({ length: 5 }, () => all(platform)), platform.probe(never)])
    expect(authority.asked).toHaveLength(1)
    expect(keys()).toEqual(Array(5).fill(tokenOf(0)))
  })

  it('give a new token shortly before the old one expires', async () => {
    let now = Date.now()
    const authority = await authorityThat()
    const platform = azure({ authority, now: () => now })
    await all(platform)
    now += 3_539_000
    await all(platform)
    now += 2_000
    await all(platform)
    expect(keys()).toEqual([tokenOf(0), tokenOf(0), tokenOf(1)])
  })

  it('give one other token when the vendor rejects the old one with a 401', async () => {
    const authority = await authorityThat()
    const platform = azure({ authority })
    fake.script('azure', [{ fault: 'auth' }, { text: 'now it works' }])
    expect((await all(platform)).text).toBe('now it works')
    expect(keys()).toEqual([tokenOf(0), tokenOf(1)])
    fake.script('azure', [{ fault: 'auth' }])
    expect((await all(platform)).fault?.kind).toBe('auth')
    expect(keys().slice(2)).toEqual([tokenOf(1), tokenOf(2)])
  })

  it.each([
    [
      aadsts(
        7000215,
        'Invalid client secret provided. Ensure the secret being sent is the client secret value.',
      ),
      'AADSTS7000215: Invalid client secret provided: set AZURE_CLIENT_SECRET to the value of the client secret, not to its ID',
    ],
    [
      aadsts(
        7000222,
        "The provided client secret keys for app 'client-1' are expired. Visit the Azure portal.",
      ),
      "AADSTS7000222: The provided client secret keys for app 'client-1' are expired: create a new client secret, and set AZURE_CLIENT_SECRET to its value",
    ],
    [
      aadsts(
        90002,
        "Tenant 'acme.example' not found. Check to make sure you have the correct tenant ID.",
        'invalid_request',
      ),
      `AADSTS90002: Tenant 'acme.example' not found: check "tenant"`,
    ],
    [
      aadsts(
        700016,
        "Application with identifier 'client-1' was not found in the directory 'Acme'. This can happen.",
      ),
      `AADSTS700016: Application with identifier 'client-1' was not found in the directory 'Acme': check "client_id", and whether that application is in this "tenant"`,
    ],
    [
      aadsts(53003, 'Access has been blocked by Conditional Access policies.', 'access_denied'),
      'AADSTS53003: Access has been blocked by Conditional Access policies: check "tenant", "client_id" and AZURE_CLIENT_SECRET',
    ],
  ])('that are rejected name what to check: $body.error_codes', async (answer, words) => {
    const platform = azure({ authority: await authorityThat(() => answer) })
    const { fault } = await all(platform)
    expect([fault?.kind, fault?.message]).toEqual(['auth', `Entra ID rejected the sign-in: ${words}`])
    await expect(platform.probe(never)).rejects.toThrow(words)
    expect(keys()).toEqual([])
  })

  it.each([
    [{ body: {} }, 'auth', /^Entra ID's sign-in at 127\.0\.0\.1:\d+ returned no token: check "authority"$/],
    [{ body: '<html><title>Welcome</title></html>' }, 'auth', /returned no token: check "authority"$/],
    [{ status: 404, body: 'no' }, 'auth', /^Entra ID rejected the sign-in: 404: no: check "tenant"/],
    [{ status: 503, body: {} }, 'overloaded', /^Entra ID rejected the sign-in: 503: /],
    [
      { status: 307, body: '' },
      'network',
      /^Entra ID's sign-in at .*: 307: redirected .*: check "authority"$/,
    ],
  ] as const)('with an answer such as %j fail as %s', async (answer, kind, words) => {
    const { fault } = await all(azure({ authority: await authorityThat(() => answer) }))
    expect([fault?.kind, fault?.message]).toEqual([kind, expect.stringMatching(words)])
  })

  it('are not sent to an authority whose certificate is not trusted', async () => {
    const other = await startAuthority(certificates.cert('other'), issued)
    const { fault } = await all(azure({ authority: other }))
    expect(fault?.message).toContain('its certificate is for another host name')
    expect(other.asked).toEqual([])
  })

  it('that wait for an answer are given up when the question is cancelled', async () => {
    const cancel = new AbortController()
    const authority = await authorityThat(() => {
      cancel.abort()
      return 'hang'
    })
    const { fault } = await all(azure({ authority }), undefined, cancel.signal)
    expect(fault?.kind).toBe('aborted')
  })

  it('belong to one account whatever their secret is, and to another in another tenant', async () => {
    fake.script('azure', [{ text: 'hello', thinking: 'hm' }])
    const authority = await authorityThat()
    const { finish } = await all(azure({ authority }))
    const again = await all(azure({ authority, secret: 'another-secret-1' }))
    const other = await all(azure({ authority, entra: { tenant: 'other.example' } }))
    expect(finish?.carry?.owner).toMatch(/^openai:azure:our-deployment:/)
    expect(again.finish?.carry?.owner).toBe(finish?.carry?.owner)
    expect(other.finish?.carry?.owner).not.toBe(finish?.carry?.owner)
  })
})

const node = (script: string) => [process.execPath, '-e', script]
const run = (command: string[], timeoutMs = 30_000) =>
  runTokenCommand({ platform: 'azure', command, now: Date.now, timeoutMs }, never)

describe('a token command', () => {
  it('is run for a question, and again only when its token expires or is rejected', async () => {
    let now = Date.now()
    const platform = azure({
      tokenCommand: node('console.log("token-of-process-" + process.pid)'),
      now: () => now,
    })
    await all(platform)
    await all(platform)
    now += 240_001
    await all(platform)
    const [first, second, third] = keys()
    expect(first).toMatch(/^token-of-process-\d+$/)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
    expect(redact(`${first}`)).toBe('‹hidden›')
  })

  it('that prints the same token after a 401 is not asked for a third one', async () => {
    fake.script('azure', [{ fault: 'auth' }])
    const { fault } = await all(azure({ tokenCommand: node('console.log("the-only-token")') }))
    expect(fault?.kind).toBe('auth')
    expect(keys()).toEqual(['the-only-token'])
  })

  it('gets its arguments without a shell', async () => {
    const script = 'console.log(Buffer.from(process.argv[1]).toString("hex"))'
    const argument = '$HOME; echo "a b" `id` *'
    const { value } = await run([process.execPath, '-e', script, argument])
    expect(Buffer.from(value, 'hex').toString()).toBe(argument)
  })

  it.each([
    [['/nowhere/az'], 'auth', 'token_command "/nowhere/az" was not found'],
    [['/etc/passwd'], 'auth', 'token_command "/etc/passwd" cannot be run (EACCES)'],
    [
      node(
        'console.log("secret-token-1"); console.error("first\\nPlease run az login"); process.exitCode = 1',
      ),
      'auth',
      'failed (exit code 1): Please run az login',
    ],
    [
      node('console.error(`cannot use ${"secret-token".repeat(4)}.c2lnbmF0dXJl==`); process.exitCode = 1'),
      'auth',
      'failed (exit code 1): cannot use ‹hidden›',
    ],
    [node('process.exitCode = 3'), 'auth', 'failed (exit code 3)'],
    [node('process.kill(process.pid, "SIGKILL")'), 'auth', 'failed (signal SIGKILL)'],
    [node(''), 'auth', 'printed nothing'],
    [node('console.log("secret-token-1 and more")'), 'auth', 'printed something other than a token'],
    [node('console.log("secret-token-1".repeat(50_000))'), 'auth', 'printed more than a token'],
  ])('such as %j fails as %s: %s', async (command, kind, words) => {
    const fault = await run(command).catch(error => error)
    expect(fault.kind).toBe(kind)
    expect(fault.message).toContain(`${words}: ${fault.remedy}`)
    expect(JSON.stringify([fault.message, String(fault.cause)])).not.toContain('secret-token')
  })

  it('that hangs is ended with everything that it has started', async () => {
    const script = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      require('node:fs').writeFileSync(process.argv[1], String(child.pid))
      setInterval(() => {}, 1000)`
    const file = `${newFolder()}/pid`
    const stop = new AbortController()
    const command = [process.execPath, '-e', script, file]
    const running = runTokenCommand({ platform: 'azure', command, now: Date.now }, stop.signal)
    running.catch(() => {})
    await until(
      'the program has started another one',
      () => existsSync(file) && readFileSync(file, 'utf8') !== '',
    )
    stop.abort()
    await expect(running).rejects.toThrow('abort')
    const pid = Number(readFileSync(file, 'utf8'))
    await until('that one has ended', () => !isRunning(pid))
  })

  it('that is late is reported with the time', async () => {
    const fault = await run(node('setInterval(() => {}, 1000)'), 50).catch(error => error)
    expect([fault.kind, fault.message]).toEqual([
      'timeout',
      `token_command ${JSON.stringify(process.execPath)} printed no token within 50 ms: run this program by hand, and sign in`,
    ])
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('what a token command prints', () => {
  const NOW = Date.parse('2026-11-26T12:00:00Z')
  const jwt = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.sig`

  it.each([
    ['token-1\n', 'token-1', 300],
    ['"token-1"', 'token-1', 300],
    [
      '{"accessToken":"token-1","expiresOn":"2026-11-26 13:00:00.000000","expires_on":1795697400}',
      'token-1',
      3_000,
    ],
    ['{"token":"token-1","expiresOn":"2026-11-26T12:10:00Z"}', 'token-1', 600],
    ['{"access_token":"token-1","expires_in":"120"}', 'token-1', 120],
    [jwt(NOW / 1_000 + 90), jwt(NOW / 1_000 + 90), 90],
  ])('such as %s is valid for its time', (text, value, seconds) => {
    expect(tokenIn(text, NOW)).toEqual({ value, expiresAt: NOW + seconds * 1_000 })
  })

  it('in local time is understood, without a time zone', () => {
    const local = new Date(NOW + 600_000)
    const two = (number: number) => String(number).padStart(2, '0')
    const text = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())} ${two(local.getHours())}:${two(local.getMinutes())}:00.000000`
    expect(tokenIn(JSON.stringify({ accessToken: 'token-1', expiresOn: text }), NOW)).toEqual({
      value: 'token-1',
      expiresAt: NOW + 600_000,
    })
  })

  it.each([
    ['', 'printed nothing'],
    ['{}', 'printed something other than a token'],
    ['{"accessToken":1}', 'printed something other than a token'],
    ['{"accessToken', 'printed something other than a token'],
    ['ERROR: not signed in', 'printed something other than a token'],
    [jwt(NOW / 1_000 - 1), 'printed a token that has expired'],
  ])('such as %j is no token', (text, why) => {
    expect(tokenIn(text, NOW)).toBe(why)
  })
})

describe('a token', () => {
  it('that lives for a minute is renewed after half of it', async () => {
    let now = 0
    let count = 0
    const tokens = openTokens(
      async () => ({ value: tokenOf(count++), expiresAt: now + 60_000 }),
      () => now,
    )
    expect(await tokens.get()).toBe(tokenOf(0))
    now = 29_999
    expect(await tokens.get()).toBe(tokenOf(0))
    now = 30_000
    expect(await tokens.get()).toBe(tokenOf(1))
  })

  it('is still fetched for the others when one of those who wait gives up, and no longer when all do', async () => {
    const stopped: boolean[] = []
    const { promise, resolve } = Promise.withResolvers<{ value: string; expiresAt: number }>()
    const tokens = openTokens(signal => {
      signal.addEventListener('abort', () => stopped.push(true))
      return promise
    })
    const [one, two] = [new AbortController(), new AbortController()]
    const [first, second] = [tokens.get(one.signal), tokens.get(two.signal)]
    one.abort()
    await expect(first).rejects.toThrow('abort')
    expect(stopped).toEqual([])
    resolve({ value: tokenOf(7), expiresAt: Date.now() + 3_600_000 })
    expect(await second).toBe(tokenOf(7))
    const third = openTokens(
      signal =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(stopped.push(true)))),
    )
    const lonely = third.get(one.signal)
    await expect(lonely).rejects.toThrow('abort')
    expect(stopped).toEqual([true])
  })

  it('that cannot be fetched is fetched again for the next request', async () => {
    let count = 0
    const tokens = openTokens(async () => {
      if (count++ === 0) throw new Error('not yet')
      return { value: tokenOf(1), expiresAt: Date.now() + 3_600_000 }
    })
    await expect(tokens.get()).rejects.toThrow('not yet')
    expect(await tokens.get()).toBe(tokenOf(1))
  })
})
