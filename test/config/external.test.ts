import { describe, expect, it } from 'vitest'
import { interpretProject } from '../../src/config/load.ts'
import { credentialNames } from '../../src/config/resolve/shared.ts'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

const documentOf = (server: object, customer: object = {}) => ({
  customers: [{ name: 'Acme', ...customer, mcp_servers: [server] }],
})
const external = (server: object, customer: object = {}) =>
  documentOf({ type: 'grafana', url: 'https://mcp.example/mcp', ...server }, customer)
const managed = (server: object, customer: object = {}) =>
  documentOf(
    { type: 'alertmanager', config: { alertmanager_url: 'https://am.example' }, ...server },
    customer,
  )
const serverOf = (document: object) => {
  const server = projectOf(document).customers[0]?.servers[0]
  if (!server) throw new Error('no server')
  return server
}
const warningsOf = (document: object) =>
  interpretProject('f.json', JSON.stringify(document)).warnings.map(one => `${one.path}: ${one.message}`)
const environmentOf = (document: object) => {
  const none = { ports: new Map<string, number>(), subnets: new Map<string, string>() }
  return composeFile(projectOf(document), { folder: '/', leases: none }).text
}

describe('the transport of a server', () => {
  it.each([
    ['https://mcp.example/mcp', undefined, 'streamable-http'],
    ['https://mcp.example/sse', undefined, 'sse'],
    ['https://mcp.example/acme/sse/', undefined, 'sse'],
    ['https://mcp.example/sse?x=1', undefined, 'sse'],
    ['https://mcp.example/assess', undefined, 'streamable-http'],
    ['https://mcp.example/events', 'sse', 'sse'],
    ['https://mcp.example/sse', 'streamable-http', 'streamable-http'],
    ['https://mcp.example/x', 'auto', 'auto'],
  ])('at %s, with %s, is %s', (url, transport, expected) => {
    expect(serverOf(external({ url, transport })).transport).toBe(expected)
  })

  it('of a server that we start is what we start it with', () => {
    expect(serverOf(managed({ transport: 'sse' })).transport).toBe('sse')
    expect(serverOf(managed({ transport: 'auto' })).transport).toBe('streamable-http')
    expect(errorsOf(managed({ transport: 'stdio' }))[0]).toContain(
      'transport: "stdio" cannot be used with a "type"',
    )
  })
})

describe('a secret in a URL', () => {
  it.each([
    ['https://mcp.example/mcp?api_key=SECRET-9f8e7d', 'the parameter "api_key"', 'api_key=${API_KEY}'],
    [
      'https://mcp.example/mcp?x-api-key=SECRET-9f8e7d',
      'the parameter "x-api-key"',
      'x-api-key=${X_API_KEY}',
    ],
    [
      'https://u:SECRET-9f8e7d@mcp.example/mcp',
      'contains credentials in clear text',
      '${USER_NAME}:${PASSWORD}@',
    ],
    ['https://${USER_NAME}:SECRET-9f8e7d@mcp.example/mcp', 'contains credentials in clear text', 'by name'],
  ])('is refused with the way to write it: %s', (url, message, hint) => {
    const [error] = errorsOf(external({ url }))
    expect(error).toContain(message)
    expect(error).toContain(hint)
    expect(error).not.toContain('9f8e7d')
  })

  it('is refused in the address of a system and of a proxy too', () => {
    const config = { alertmanager_url: 'https://am.example/?token=abc' }
    expect(errorsOf(managed({ config }))[0]).toContain('config.alertmanager_url: contains a secret')
    expect(errorsOf(managed({ proxy: 'http://u:p@proxy:3128' }))[0]).toContain('proxy: contains credentials')
    expect(errorsOf(managed({}, { proxy: 'http://u:p@proxy:3128' }))[0]).toContain(
      'customers[0].proxy: contains',
    )
  })

  it('is suspected in a long random part of the path', () => {
    expect(
      warningsOf(external({ url: 'https://mcp.example/s/0f8fad5b-d9cb-469f-a165-70867728950e/mcp' })),
    ).toEqual([
      'customers[0].mcp_servers[0].url: has a long random part in its path, which looks like a secret',
    ])
  })
})

describe('a credential by name', () => {
  it('can be part of the address, headers and proxy of an external server', () => {
    const server = serverOf(
      external({
        url: 'https://${USER_NAME}:${PASS}@${HOST}:${PORT}/mcp?api_key=${KEY}',
        headers: { 'X-Tenant': 'acme', 'X-Key': 'v1:${HEADER}', 'X-Other_env': 'OTHER' },
        proxy: 'http://${PROXY_USER}:${PROXY_PASS}@proxy.example:3128',
      }),
    )
    expect(server.managed).toBe(false)
    expect(server.url).toBe('https://${USER_NAME}:${PASS}@${HOST}:${PORT}/mcp?api_key=${KEY}')
    expect(server.headers).toEqual({ 'X-Tenant': 'acme', 'X-Key': 'v1:${HEADER}', 'X-Other': '${OTHER}' })
    expect(credentialNames(server).sort()).toEqual(
      'HEADER HOST KEY OTHER PASS PORT PROXY_PASS PROXY_USER USER_NAME'.split(' '),
    )
  })

  it('can be part of the settings, headers and proxy of our own servers, and stays a name in the compose file', () => {
    const document = managed({
      config: { alertmanager_url: 'https://${AM_HOST}/x', tenant: 'costs 5$ ${TENANT}' },
      headers: { 'CF-Access-Client-Secret': '${CF_SECRET}' },
      proxy: 'http://${PROXY_USER}:${PROXY_PASS}@proxy:3128',
      no_proxy: ['.internal'],
    })
    expect(credentialNames(serverOf(document)).sort()).toEqual(
      'AM_HOST CF_SECRET PROXY_PASS PROXY_PASS PROXY_USER PROXY_USER TENANT'.split(' '),
    )
    const text = environmentOf(document)
    expect(text).toContain('ALERTMANAGER_URL: "https://${AM_HOST:-}/x"')
    expect(text).toContain('ALERTMANAGER_TENANT: "costs 5$$ ${TENANT:-}"')
    expect(text).toContain('MCP_UPSTREAM_HEADERS: "{\\"CF-Access-Client-Secret\\":\\"${CF_SECRET:-}\\"}"')
    expect(text).toContain('HTTPS_PROXY: "http://${PROXY_USER:-}:${PROXY_PASS:-}@proxy:3128"')
    expect(text).toContain('NO_PROXY: "localhost,127.0.0.1,mcp-alertmanager-acme,.internal"')
  })
})

describe('headers', () => {
  it.each([
    [{ Host: 'x' }, 'headers.Host: is set by supportmax itself'],
    [{ 'bad name': 'x' }, 'must be the name of an HTTP header'],
    [{ 'X-A': 'snow ☃' }, 'headers.X-A: contains a character that no HTTP header can carry'],
    [{ 'X-A_env': 'lower' }, 'headers.X-A_env: must be the NAME of a credential in capitals'],
    [{ 'X-A': '1', 'x-a_env': 'B' }, 'headers.x-a_env: duplicate header'],
    [{ Authorization: 'Basic ${B}' }, 'headers.Authorization: is also set by "bearer_env"'],
  ])('%j are refused', (headers, message) => {
    expect(errorsOf(external({ headers, bearer_env: 'TOKEN' }))[0]).toContain(message)
  })

  it('with a secret in clear text cause a warning', () => {
    expect(warningsOf(external({ headers: { 'X-Api-Key': 'abcdef123', 'X-Tenant': 'acme-prod' } }))).toEqual([
      'customers[0].mcp_servers[0].headers.X-Api-Key: looks like a secret in clear text',
    ])
  })
})

describe('certificates and timeouts', () => {
  it('come from the server, else from its customer, else from the defaults', () => {
    const defaults = { timeouts: { connect: 3, call: 90 }, proxy: 'http://a:1', no_proxy: ['x'] }
    const server = serverOf({ defaults, ...external({ timeouts: { call: 300 } }, { proxy: 'http://b:2' }) })
    expect(server.timeouts).toEqual({ connect: 3_000, call: 300_000, idle: undefined })
    expect(server.proxy).toEqual({ url: 'http://b:2', except: ['x'] })
  })

  it('of mutual TLS come in pairs, exist, and are for external servers', () => {
    expect(errorsOf(external({ client_cert_file: 'c.pem' }))[0]).toContain(
      'client_cert_file: needs "client_key_file" too',
    )
    expect(errorsOf(external({ client_cert_file: 'c.pem', client_key_file: 'k.pem' })).join()).toMatch(
      /client_cert_file: file not found.*client_key_file: file not found/s,
    )
    expect(errorsOf(managed({ client_cert_file: 'c.pem', client_key_file: 'k.pem' }))[0]).toContain(
      'is only for external servers',
    )
    expect(errorsOf(external({ ca_file: 'ca.pem' }))[0]).toContain('mcp_servers[0].ca_file: file not found')
  })
})

describe('a server without a type', () => {
  const untyped = (server: object) => documentOf(server)

  it('is external, whatever its host looks like', () => {
    expect(serverOf(untyped({ name: 'wiki', url: 'http://intranet/mcp' }))).toMatchObject({
      managed: false,
      type: 'remote',
      system: 'wiki',
      smoke: undefined,
      readOnly: { hints: false, tools: [], patterns: [] },
    })
  })

  it.each([
    [{}, 'mcp_servers[0]: has no "type", "url", "command", "package" or "image"'],
    [{ name: 'x' }, 'mcp_servers[0]: has no "type", "url", "command", "package" or "image"'],
    [{ url: 'https://x.example/mcp' }, 'mcp_servers[0]: has no "name"'],
    [
      { name: 'x', url: 'https://x.example/mcp', managed: true },
      'managed: contradicts the rest of the server',
    ],
    [{ name: 'x', url: 'https://x.example/mcp', config: { a: 1 } }, 'config: needs a "type"'],
  ])('%j is refused in one line', (server, words) => {
    const errors = errorsOf(untyped(server))
    expect(errors).toEqual([expect.stringContaining(words)])
  })
})
