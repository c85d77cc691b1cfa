// What our own servers say when the system behind them, a proxy or a certificate is in the way.
import { createServer } from 'node:http'
import {
  type AddressInfo,
  connect as connectTo,
  createServer as createTcpServer,
  type Server,
} from 'node:net'
import { describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { jsonSystem } from '../helpers/json-system.ts'
import { ownClient } from '../helpers/own-client.ts'
import { freePort } from '../helpers/ports.ts'

async function listening<T extends Server>(server: T): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({ close: () => server.close() })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const refusal = (status: number, body: string, headers: Record<string, string> = {}) => ({
  reply: { status, body, headers },
})

async function told(answer: Parameters<typeof jsonSystem>[0], env: Record<string, string> = {}) {
  const system = await jsonSystem(answer)
  const { client, server } = await ownClient('alertmanager', { ALERTMANAGER_URL: system.url, ...env })
  const { isError, text } = await client.call('get_status')
  expect(isError).toBe(true)
  expect(text).not.toContain('\n')
  return { text, system, log: server.log() }
}

describe('a refusal of the system behind', () => {
  it.each([
    [
      refusal(401, 'no org id', { 'content-type': 'text/plain' }),
      'not authorized (HTTP 401): no org id; set "tenant" (X-Scope-OrgID, the tenant of Mimir or Cortex)',
    ],
    [
      refusal(401, '', { 'www-authenticate': 'Basic realm="ops"' }),
      'not authorized (HTTP 401): it asks for Basic authentication (realm "ops"); no credentials are set',
    ],
    [refusal(403, '{"error":{"message":"role viewer"}}'), 'forbidden (HTTP 403): role viewer'],
    [
      refusal(429, '{"error":"too many"}', { 'retry-after': '2' }),
      'rate limited, try again in 2 s (HTTP 429): too many',
    ],
    [refusal(422, '{"errors":[{"detail":"bad time"}]}'), 'the request is not valid (HTTP 422): bad time'],
    [
      refusal(400, '{"type":"about:blank","title":"Bad","detail":"the filter"}', {
        'content-type': 'application/problem+json',
      }),
      'the request was rejected (HTTP 400): the filter',
    ],
    [
      refusal(502, '<html><head><title>502 Bad Gateway</title></head></html>', {
        'content-type': 'text/html',
      }),
      'bad gateway: the proxy in front got no valid response (HTTP 502): web page "502 Bad Gateway"',
    ],
    [refusal(503, 'upstream down\nmore', {}), 'unavailable (HTTP 503): upstream down'],
    [refusal(500, ''), 'internal error (HTTP 500)'],
    [
      refusal(404, '404 page not found\n', { 'content-type': 'text/plain' }),
      'not found (HTTP 404): 404 page not found; check the path of "alertmanager_url"',
    ],
  ])('%o keeps its cause', async (made, words) => {
    expect((await told(() => made)).text).toBe(`Alertmanager: ${words}`)
  })

  it.each([
    ['https://sso.example/login?state=secret', ' to https://sso.example'],
    ['/am/login?state=secret', ' to /am/login'],
    ['', ''],
  ])('by a redirect to "%s" names the target without its query', async (location, target) => {
    const { text } = await told(() => refusal(302, '', location ? { location } : {}))
    expect(text).toBe(`Alertmanager redirected (HTTP 302)${target}: check its URL`)
  })

  it('by a web page with status 200 has the title of the page', async () => {
    const html = '<!doctype html><title>Sign in to Corp</title>'
    const { text } = await told(() => refusal(200, html, { 'content-type': 'text/html; charset=utf-8' }))
    expect(text).toBe('Alertmanager did not return JSON (web page "Sign in to Corp"): check its URL')
  })

  it('never shows a credential that the other side repeats', async () => {
    const token = 'canary-token-0815'
    const { text, log } = await told(({ headers }) => refusal(401, `bad: ${headers.authorization}`), {
      ALERTMANAGER_TOKEN: token,
    })
    expect(text).toBe('Alertmanager: not authorized (HTTP 401): bad: Bearer ‹hidden›')
    expect(log).not.toContain(token)
  })
})

describe('extra headers of MCP_UPSTREAM_HEADERS', () => {
  it('are sent with every request, and their values are hidden, except a tenant', async () => {
    const headers = {
      'X-Scope-OrgID': 'team-production',
      'CF-Access-Client-Secret': 'canary-cf-secret',
      'X-Number': 7,
    }
    const { text, system, log } = await told(
      ({ headers: seen }) => refusal(403, `${seen['x-scope-orgid']} with ${seen['cf-access-client-secret']}`),
      { MCP_UPSTREAM_HEADERS: JSON.stringify(headers), ALERTMANAGER_TOKEN: 'a-token-of-am' },
    )
    expect(system.asked[0]?.headers).toMatchObject({
      'x-scope-orgid': 'team-production',
      'cf-access-client-secret': 'canary-cf-secret',
      'x-number': '7',
      authorization: 'Bearer a-token-of-am',
    })
    expect(text).toBe('Alertmanager: forbidden (HTTP 403): team-production with ‹hidden›')
    expect(log).not.toContain('canary')
  })

  it('are sent to Genesys Cloud at sign-in and after', async () => {
    const system = await jsonSystem(({ path }) =>
      path === '/oauth/token' ? { access_token: 'token-of-the-test' } : { name: 'Org' },
    )
    const { client } = await ownClient('genesys', {
      GENESYS_REGION: 'mypurecloud.de',
      GENESYS_CLIENT_ID: 'a-client',
      GENESYS_CLIENT_SECRET: 'a-client-secret',
      GENESYS_LOGIN_URL: system.url,
      GENESYS_API_URL: system.url,
      MCP_UPSTREAM_HEADERS: '{"X-Gate":"open-sesame"}',
    })
    expect((await client.call('get_organization')).isError).toBe(false)
    expect(system.asked.map(({ path, headers }) => [path, headers['x-gate']])).toEqual([
      ['/oauth/token', 'open-sesame'],
      ['/api/v2/organizations/me', 'open-sesame'],
    ])
  })
})

describe('a credential that no header can carry', () => {
  it.each([
    ['ALERTMANAGER_TOKEN', '“good-token”', '“ (U+201C)'],
    ['ALERTMANAGER_TOKEN', 'two\nlines', 'a line break'],
    ['ALERTMANAGER_TOKEN', 'zero\u200bwidth', 'a control character (U+200B)'],
    ['ALERTMANAGER_TOKEN', 'bell\u0007', 'a control character (U+0007)'],
    ['ALERTMANAGER_TENANT', 'team–1', '– (U+2013)'],
  ])('is named: %s', async (name, value, what) => {
    const { text, system } = await told(() => ({}), { [name]: value })
    expect(text).toBe(`${name}: contains ${what}, which no HTTP header can carry`)
    expect(system.asked).toEqual([])
  })

  it('is not a password, which is sent as Base64, nor a token with a line break at its end', async () => {
    const system = await jsonSystem(() => ({ versionInfo: { version: '1' } }))
    for (const env of [
      { ALERTMANAGER_USERNAME: 'jörg', ALERTMANAGER_PASSWORD: '“ä”' },
      { ALERTMANAGER_TOKEN: 'good-token\n' },
    ]) {
      const { client } = await ownClient('alertmanager', {
        ALERTMANAGER_URL: system.url,
        ...(env as Record<string, string>),
      })
      expect((await client.call('get_status')).isError).toBe(false)
    }
    const sent = system.asked.map(({ headers }) => headers.authorization)
    expect(sent).toEqual([`Basic ${Buffer.from('jörg:“ä”').toString('base64')}`, 'Bearer good-token'])
  })
})

describe('a proxy', () => {
  const behind = (proxy: string) => ({
    ALERTMANAGER_URL: 'http://alertmanager.example:9093',
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: `http://ada:canary-password@${proxy}`,
  })
  const toldBehind = async (env: Record<string, string>) => {
    const { client } = await ownClient('alertmanager', env)
    const { text } = await client.call('get_status')
    expect(text).not.toContain('canary')
    return text
  }
  const refusing = (status: number) => {
    const server = createServer()
    server.on('connect', (_req, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
    return listening(server)
  }

  it('that is down is named', async () => {
    const proxy = `127.0.0.1:${await freePort()}`
    expect(await toldBehind(behind(proxy))).toBe(
      `cannot reach Alertmanager: the proxy ${proxy}: connection refused`,
    )
  })

  it.each([
    [407, 'the proxy requires authentication (HTTP 407)'],
    [403, 'forbidden (HTTP 403)'],
    [503, 'unavailable (HTTP 503)'],
  ])('that answers %i is named', async (status, words) => {
    const proxy = await refusing(status)
    expect(await toldBehind(behind(proxy))).toBe(
      `cannot reach Alertmanager: the proxy ${proxy} refused: ${words}`,
    )
  })

  it('is not blamed for what is behind it, and not used for a host of NO_PROXY', async () => {
    const proxy = createServer()
    proxy.on('connect', (_req, socket, head) => {
      const target = connectTo((broken.address() as AddressInfo).port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        target.write(head)
        target.pipe(socket).pipe(target)
      })
      target.on('error', () => socket.destroy())
    })
    const broken = createTcpServer(socket => socket.destroy())
    await listening(broken)
    const address = await listening(proxy)
    expect(await toldBehind(behind(address))).toBe(
      'cannot reach Alertmanager: the other side closed the connection',
    )
    const port = await freePort()
    const direct = {
      ...behind(address),
      ALERTMANAGER_URL: `http://127.0.0.1:${port}`,
      NO_PROXY: 'x.example,127.0.0.1',
    }
    expect(await toldBehind(direct)).toBe('cannot reach Alertmanager: connection refused')
  })
})
