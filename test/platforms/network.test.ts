// The way to a vendor: real TLS, a real proxy, and the real SDKs in between.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { promisify } from 'node:util'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { redact } from '../../src/base/redact.ts'
import { type EnvironmentProxies, readEnvironment } from '../../src/config/env.ts'
import type { PlatformNetwork, PlatformSettings } from '../../src/config/project.ts'
import { DIRECT, directFetch } from '../../src/platforms/direct-fetch.ts'
import { openPlatform } from '../../src/platforms/open.ts'
import type { PlatformFault } from '../../src/platforms/platform.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { type Certificates, createCertificates } from '../helpers/certificates.ts'
import { closing } from '../helpers/closing.ts'
import { FOUR, type One, settingsOf } from '../helpers/coordinated.ts'
import { aPlatform } from '../helpers/platforms.ts'
import { startProxy } from '../helpers/proxy.ts'
import { behindTls } from '../helpers/tls-front.ts'
import { all, credentialsFile } from './vendors.ts'

let certificates: Certificates
let fake: FakePlatforms

beforeAll(() => {
  certificates = createCertificates()
})
beforeEach(async () => {
  fake = closing(await startFakePlatforms())
})

type Name = One | 'google_vertex' | 'ollama'
const ALL: Name[] = [...(Object.keys(FOUR) as One[]), 'google_vertex', 'ollama']
const INSTANCE: Record<Name, string> = { ...FOUR, google_vertex: 'vertex', ollama: 'openai' }

function settings(at: FakePlatforms, name: Name, network: PlatformNetwork): PlatformSettings {
  if (name === 'ollama')
    return aPlatform(name, { kind: 'openai', baseUrl: at.url('openai'), dialect: 'completions', network })
  if (name !== 'google_vertex') return settingsOf(at, name, { network })
  const vertex = { projectId: 'p1', location: 'europe-west4', credentialsFile: credentialsFile(at) }
  const model = { models: ['gemini-3.5-flash'], apiKeyName: undefined }
  return aPlatform(name, { kind: name, baseUrl: at.url('vertex'), vertex, network, ...model })
}

interface More {
  secrets?: Record<string, string>
  proxies?: EnvironmentProxies
}

/** The text of an answer, or the words of the fault. */
async function asked(at: FakePlatforms, name: Name, network: PlatformNetwork, more: More = {}) {
  const secretOf = (one: string) => more.secrets?.[one] ?? 'key-1'
  try {
    const own = settings(at, name, network)
    const platform = await openPlatform(own, secretOf, own.models[0], undefined, more.proxies)
    const { text, fault } = await all(platform)
    return fault ? `${fault.kind}: ${fault.message}` : text
  } catch (error) {
    return `${(error as PlatformFault).kind}: ${(error as Error).message}`
  }
}

const overTls = (name: 'server' | 'other' | 'expired' = 'server', options: object = {}) =>
  behindTls(fake, certificates.cert(name), options)
/** The same fake platforms under another name of this machine, or one that only a proxy knows. */
const under = (host: string): FakePlatforms => ({
  ...fake,
  url: name => fake.url(name).replace('127.0.0.1', host),
})
const proxiesOf = (variables: Record<string, string>) =>
  readEnvironment({ HOME: '/nowhere', ...variables }).proxies
const answerOf = (name: Name) => `Hello from ${INSTANCE[name]}.`

describe.each(ALL)('%s', name => {
  it('is trusted by ca_file, and without it, its certificate and the setting are named', async () => {
    const at = await overTls()
    expect(await asked(at, name, {})).toMatch(
      /^network: 127\.0\.0\.1:\d+: its certificate is from a CA that is not trusted \(certificate of "mcp.acme.example", issued by "Private CA", valid until \d{4}-\d\d-\d\d\): set "ca_file" to the PEM file of the CA that issued it$/,
    )
    expect(fake.requests(INSTANCE[name])).toEqual([])
    expect(await asked(at, name, { caFile: certificates.ca })).toBe(answerOf(name))
  })

  it('is reached through its proxy alone', async () => {
    const proxy = await startProxy({ credentials: 'us er:p:w' })
    const at = await overTls()
    const network = {
      caFile: certificates.ca,
      proxy: `http://\${PROXY_USER}:\${PROXY_PASSWORD}@127.0.0.1:${proxy.port}`,
    }
    const secrets = { PROXY_USER: 'us%20er', PROXY_PASSWORD: 'p%3Aw' }
    expect(await asked(at, name, network, { secrets })).toBe(answerOf(name))
    const { host } = new URL(at.url(INSTANCE[name]))
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${host}`]))
  })

  it('is looked for behind the proxy of the environment, which knows hosts that we do not', async () => {
    const proxy = await startProxy()
    const at = await overTls('server', { host: 'localhost.vendor.example' })
    const proxies = proxiesOf({ HTTPS_PROXY: `127.0.0.1:${proxy.port}`, HTTP_PROXY: 'http://127.0.0.1:1' })
    const words = await asked(at, name, { caFile: certificates.ca }, { proxies })
    expect(words).toContain('its certificate is for another host name (certificate of "mcp.acme.example"')
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${new URL(at.url('openai')).host}`]))
  })

  it('is reached without a proxy where no_proxy or NO_PROXY lists it', async () => {
    const at = under('0.0.0.0')
    const proxies = proxiesOf({ http_proxy: 'http://127.0.0.1:1', NO_PROXY: '0.0.0.0' })
    expect(await asked(at, name, {}, { proxies })).toBe(answerOf(name))
    const behind = { https: undefined, http: proxies.http, except: 'other.example' }
    expect(await asked(at, name, { noProxy: ['0.0.0.0'] }, { proxies: behind })).toBe(answerOf(name))
    const own = { proxy: 'http://127.0.0.1:1', noProxy: ['127.0.0.1'] }
    expect(await asked(fake, name, own)).toBe(answerOf(name))
  })

  it('is reached without the proxy of the environment on this machine, but not without its own', async () => {
    const proxies = proxiesOf({ HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' })
    for (const host of ['127.0.0.1', 'localhost'])
      expect(await asked(under(host), name, {}, { proxies })).toBe(answerOf(name))
    const own = { proxy: 'http://127.0.0.1:1' }
    expect(await asked(fake, name, own)).toContain('network: proxy 127.0.0.1:1: connection refused')
  })

  it('gets our client certificate where it requires one', async () => {
    const ca = readFileSync(certificates.ca)
    const at = await overTls('server', { requestCert: true, rejectUnauthorized: true, ca })
    expect(await asked(at, name, { caFile: certificates.ca })).toMatch(
      /^network: 127\.0\.0\.1:\d+: it requires a client certificate: set "client_cert_file" and "client_key_file"$/,
    )
    const { cert, key } = certificates.cert('client')
    const clientCertificate = { certFile: cert, keyFile: key }
    expect(await asked(at, name, { caFile: certificates.ca, clientCertificate })).toBe(answerOf(name))
  })

  it('is asked over http through a proxy, and an answer of any length comes back', async () => {
    const proxy = await startProxy()
    fake.script(INSTANCE[name], [{ text: 'word '.repeat(2_000) }])
    expect(await asked(fake, name, { proxy: proxy.url })).toBe('word '.repeat(2_000))
    expect(proxy.seen.length).toBeGreaterThan(0)
  })
})

describe('a proxy that lets nothing through', () => {
  it.each([
    [
      { credentials: 'a:b' },
      'the proxy requires authentication (HTTP 407): check the credentials in "proxy"',
    ],
    [
      { refuse: 403 },
      'it does not connect to 127.0.0.1:PORT: forbidden (HTTP 403): check "proxy", or add the host',
    ],
  ])('is named with the setting: %j', async (options, words) => {
    const proxy = await startProxy(options)
    const at = await overTls()
    for (const name of ALL) {
      const { port } = new URL(at.url('openai'))
      const told = await asked(at, name, { caFile: certificates.ca, proxy: proxy.url })
      expect(told).toContain(`network: proxy 127.0.0.1:${proxy.port}: ${words.replace('PORT', port)}`)
    }
  })

  it('is named when it is down, with the variable that names it', async () => {
    const at = await overTls()
    expect(await asked(at, 'openai', { proxy: 'http://127.0.0.1:1' })).toBe(
      'network: proxy 127.0.0.1:1: connection refused: check "proxy", or add the host to "no_proxy"',
    )
    const proxies = proxiesOf({ HTTPS_PROXY: 'http://127.0.0.1:1' })
    const far = await overTls('server', { host: 'vendor.example' })
    expect(await asked(far, 'openai', {}, { proxies })).toBe(
      'network: proxy 127.0.0.1:1: connection refused: check HTTPS_PROXY, or add the host to NO_PROXY',
    )
  })

  it('and repeats our credentials shows nothing of them', async () => {
    const proxies = proxiesOf({ HTTP_PROXY: 'http://canary-user:canary-word@127.0.0.1:1' })
    const secrets = { WORD: 'canary-other' }
    await asked(under('vendor.example'), 'openai', {}, { proxies })
    await asked(fake, 'openai', { proxy: 'http://canary-user:${WORD}@127.0.0.1:1' }, { secrets })
    for (const pair of ['canary-user:canary-word', 'canary-user:canary-other'])
      expect(redact(`${pair} ${Buffer.from(pair).toString('base64')}`)).toMatch(/^‹hidden› ‹hidden›.?=?=?$/)
  })

  it('cannot be used when its URL is not one', async () => {
    const told = (variables: Record<string, string>) =>
      asked(under('vendor.example'), 'openai', {}, { proxies: proxiesOf(variables) })
    expect(await told({ HTTP_PROXY: 'socks5://127.0.0.1:1' })).toBe(
      'network: HTTP_PROXY: unsupported protocol "socks5://": use http://host:port',
    )
    expect(await told({ HTTP_PROXY: 'http://a b' })).toBe(
      'network: HTTP_PROXY is not a URL: use http://host:port',
    )
    const secrets = { PORT: 'x' }
    expect(await asked(fake, 'openai', { proxy: 'http://127.0.0.1:${PORT}' }, { secrets })).toBe(
      'network: "proxy" is not a URL: use http://host:port',
    )
  })
})

describe('a certificate', () => {
  it.each([
    ['expired', /its certificate has expired \(.*\): install a valid certificate on that server$/],
    [
      'other',
      /its certificate is for another host name \(certificate of "other.example".*\): use a host name/,
    ],
  ] as const)('that is %s is named', async (name, words) => {
    const at = await overTls(name)
    expect(await asked(at, 'anthropic', { caFile: certificates.ca })).toMatch(words)
  })

  it('of our own that does not belong to its key is named with the settings', async () => {
    const clientCertificate = {
      certFile: certificates.cert('client').cert,
      keyFile: certificates.cert('other').key,
    }
    expect(await asked(await overTls(), 'openai', { clientCertificate })).toMatch(
      /: our client certificate does not belong to its key: set "client_key_file" to the key of "client_cert_file"$/,
    )
  })

  it('whose ca_file is gone is reported with the key and the path', async () => {
    expect(await asked(await overTls(), 'openai', { caFile: '/nowhere/ca.pem' })).toBe(
      'network: ca_file: cannot read /nowhere/ca.pem (ENOENT): fix the path in "ca_file"',
    )
  })
})

const program = new URL('../fixtures/asked-server.ts', import.meta.url).pathname

/** What a process of its own says, and whether it has loaded undici. */
async function askedElsewhere(url: string, variables: Record<string, string> = {}, first = '') {
  const env = { PATH: process.env.PATH, ...variables }
  const { stdout } = await promisify(execFile)(process.execPath, [program, url, first], { env })
  return JSON.parse(stdout) as [words: string, isLoaded: boolean]
}

describe('the CAs of this machine', () => {
  it.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])('are trusted: %s', async variable => {
    const at = await overTls()
    const [answer] = await askedElsewhere(at.url('openai'), { [variable]: certificates.ca })
    expect(answer).toBe(answerOf('ollama'))
    const [words] = await askedElsewhere(at.url('openai'))
    expect(words).toContain('from a CA that is not trusted (certificate of')
  })
})

describe('the fetch of Node', () => {
  it('is enough for a server that needs neither a proxy nor certificates', async () => {
    expect(await askedElsewhere(fake.url('openai'))).toEqual([answerOf('ollama'), false])
  })

  it('is not needed when undici was loaded before', async () => {
    expect(await askedElsewhere(fake.url('openai'), {}, 'undici-first')).toEqual([answerOf('ollama'), true])
    const at = await overTls()
    const variables = { SSL_CERT_FILE: certificates.ca }
    expect(await askedElsewhere(at.url('openai'), variables, 'undici-first')).toEqual([
      answerOf('ollama'),
      true,
    ])
  })
})

describe('the proxies of the environment', () => {
  it.each([
    [
      { HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2' },
      { https: { url: 'http://b:2', variable: 'https_proxy' } },
    ],
    [{ HTTP_PROXY: 'a:1' }, { http: { url: 'http://a:1', variable: 'HTTP_PROXY' } }],
    [{ http_proxy: '', HTTP_PROXY: '' }, {}],
    [{ NO_PROXY: 'a', no_proxy: 'b' }, { except: 'b' }],
  ])('%j are %j', (variables, proxies) => {
    expect(proxiesOf(variables as Record<string, string>)).toEqual(proxies)
  })
})

it.each([...(Object.keys(FOUR) as One[]), 'ollama' as const])(
  '%s that cannot be reached is named with its address',
  async name => {
    const gone = await startFakePlatforms()
    const { host } = new URL(gone.url(INSTANCE[name]))
    await gone.close()
    expect(await asked(gone, name, {})).toBe(`network: ${host}: connection refused`)
  },
)

it('a server that does not speak HTTP is named with its address', async () => {
  const server = createTcpServer(socket => {
    socket.on('error', () => {})
    socket.end('SSH-2.0-OpenSSH_9.6\r\n')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const platform = await openPlatform(aPlatform('mine', { baseUrl: `http://${host}/v1` }), () => 'key-1')
  expect((await all(platform)).fault?.message).toBe(
    `${host}: the response is not valid HTTP: check base_url or endpoint`,
  )
})

it('a request that ends with a 421 is not sent again', async () => {
  let count = 0
  const server = createServer((req, res) => {
    count++
    req.resume()
    res.writeHead(421).end('{"error":{"message":"misdirected"}}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const proxy = await startProxy()
  for (const network of [{}, { proxy: proxy.url }]) {
    const own = aPlatform('mine', { baseUrl: `http://${host}/v1`, network })
    const { fault } = await all(await openPlatform(own, () => 'key-1'))
    expect([fault?.kind, fault?.message]).toEqual([
      'rejected',
      `${host}: the request went to the wrong server (HTTP 421): check base_url or endpoint`,
    ])
  }
  expect(count).toBe(2)
})

it('a request that the server may have received is not sent again', async () => {
  const seen: (number | undefined)[] = []
  const server = createServer((req, res) => {
    seen.push(req.socket.remotePort)
    // The second request comes over the same connection, which was kept open.
    req.resume().on('end', () => (seen.length === 2 ? res.destroy() : res.end('{}')))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const fetch = directFetch('mine', DIRECT)
  const send = () =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, { method: 'POST', body: '{}' })
  expect(await (await send()).text()).toBe('{}')
  // undici learns that the connection is free after the end of the body.
  await new Promise(resolve => setImmediate(resolve))
  await expect(send()).rejects.toThrow('fetch failed')
  expect(seen).toHaveLength(2)
  expect(seen[1]).toBe(seen[0])
})
