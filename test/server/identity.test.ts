// Machines at a customer's door, with tokens of a real authorization server.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, it } from 'vitest'
import { openTokens } from '../../src/access/tokens/tokens.ts'
import { DEFAULT_SCOPES } from '../../src/config/settings/identity.ts'
import { startAuthorizationServer } from '../helpers/authorization-server.ts'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

const read: ToolSketch = { name: 'read', annotations: { readOnlyHint: true }, run: () => 'read' }
const write: ToolSketch = { name: 'write', run: () => 'written' }
const MACHINE = {
  client_id: 'machine',
  client_secret: 'secret-of-the-machine',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
}

async function world() {
  const upstream = closing(await startServer({ kind: 'legacy', tools: [read, write] }))
  const provider = closing(
    await startAuthorizationServer({}, { clients: [MACHINE], jwtScopes: Object.values(DEFAULT_SCOPES) }),
  )
  const mcp_servers = [{ name: 'wiki', url: upstream.url, trust_hints: true }]
  const customers = ['Acme', 'Beta'].map(name => ({ name, access: 'read-write', mcp_servers }))
  const config = { customers, gateway: { identity: { issuer: provider.issuer } } }
  const served = await serving(config)
  const tokenFor = async (customer: string, scope: string) => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      resource: served.url(customer),
    })
    const authorization = `Basic ${Buffer.from('machine:secret-of-the-machine').toString('base64')}`
    const response = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      body,
      headers: { authorization },
    })
    return ((await response.json()) as { access_token: string }).access_token
  }
  const status = async (customer: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(served.url(customer), { method: 'POST', headers, body: '{}' })
    return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '' }
  }
  return { served, config, customers, provider, tokenFor, status, upstream }
}

it('a machine gets the tools of its role, at the door that its token is for', async () => {
  const { served, tokenFor, status, upstream } = await world()
  const reader = await served.client('acme', { token: await tokenFor('acme', 'supportmax:read') })
  expect((await reader.listTools()).tools.map(one => one.name)).toEqual(['wiki__read'])
  const { content } = await reader.callTool({ name: 'wiki__read', arguments: {} })
  expect(content).toEqual([{ type: 'text', text: 'read' }])
  const writer = await served.client('acme', { token: await tokenFor('acme', 'supportmax:write') })
  expect((await writer.listTools()).tools.map(one => one.name)).toContain('wiki__write')
  expect((await status('beta', await tokenFor('acme', 'supportmax:write'))).status).toBe(401)
  expect(upstream.authorizations.filter(one => one !== undefined)).toEqual([])
})

it('a refusal names the metadata of the door, which name the provider', async () => {
  const { served, status } = await world()
  const { status: code, challenge } = await status('acme')
  const [, address = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
  expect([code, address]).toEqual([
    401,
    `http://127.0.0.1:${served.port}/.well-known/oauth-protected-resource/customers/acme/mcp`,
  ])
  const metadata = await (await fetch(address)).json()
  expect(metadata).toMatchObject({
    resource: served.url('acme'),
    scopes_supported: ['supportmax:read', 'supportmax:write'],
  })
  // Nobody learns from it which customers there are.
  const other = await fetch(address.replace('acme', 'nobody'))
  expect([other.status, Object.keys((await other.json()) as object)]).toEqual([
    200,
    Object.keys(metadata as object),
  ])
  expect((await status('nobody')).challenge.replace('nobody', 'acme')).toBe(challenge)
})

it('our own tokens still open the doors, and the provider is gone as soon as the configuration is without it', async () => {
  const { served, customers, tokenFor, status } = await world()
  const own = await served.client('acme')
  expect((await own.listTools()).tools).toHaveLength(1)
  const token = await tokenFor('acme', 'supportmax:read')
  expect((await status('acme', token)).status).not.toBe(401)
  served.configure({ customers })
  await until('the provider is gone', async () => (await status('acme', token)).status === 401)
  expect((await status('acme', token)).challenge).toBe('Bearer')
})

it('a session is not there for a token of the same machine with another role, also in a batch', async () => {
  const { served, tokenFor, upstream } = await world()
  const headersOf = async (scope: string) => ({
    authorization: `Bearer ${await tokenFor('acme', scope)}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  })
  const post = (headers: Record<string, string>, body: unknown) =>
    fetch(served.url('acme'), { method: 'POST', headers, body: JSON.stringify(body) })
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'machine', version: '1' },
  }
  const opened = await post(await headersOf('supportmax:write'), {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params,
  })
  const session = opened.headers.get('mcp-session-id') ?? ''
  await opened.text()
  const reader = { ...(await headersOf('supportmax:read')), 'mcp-session-id': session }
  const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'wiki__read', arguments: {} } }
  for (const body of [call, [call], { ...call, method: 'tools/list', params: {} }])
    expect((await post(reader, body)).status).toBe(404)
  expect(upstream.calls).toEqual([])
})

const MODERN = '2026-07-28'
const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

/** Opens the stream of notices of a client of the newer era; comes back when it has begun. */
async function listen(url: string, token: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const headers = { 'mcp-protocol-version': MODERN, 'mcp-method': 'subscriptions/listen' }
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const params = { notifications: { toolsListChanged: true }, _meta }
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }),
  })
  expect(response.status).toBe(200)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  return reader
}

/** Resolves when the stream has ended, however. */
async function ended(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<boolean> {
  for (;;) {
    const part = await reader.read().catch(() => undefined)
    if (!part || part.done) return true
  }
}

it('a call that needs another scope is refused with its name, and with where to ask for it', async () => {
  const { served, tokenFor } = await world()
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'wiki__write', arguments: {} } }
  const response = await fetch(served.url('acme'), {
    method: 'POST',
    headers: { ...JSON_HEADERS, authorization: `Bearer ${await tokenFor('acme', 'supportmax:read')}` },
    body: JSON.stringify(call),
  })
  await response.text()
  expect(response.status).toBe(403)
  const challenge = response.headers.get('www-authenticate') ?? ''
  expect(challenge).toContain('error="insufficient_scope"')
  expect(challenge).toContain('scope="supportmax:write"')
  expect(challenge).toMatch(/resource_metadata="[^"]+\/customers\/acme\/mcp"/)
})

it('what a token has opened ends when it expires: streams of both eras, and the session', async () => {
  const { served, provider, tokenFor } = await world()
  provider.settings.seconds = 2
  const token = await tokenFor('acme', 'supportmax:read')
  provider.settings.seconds = 3_600
  const notices = await listen(served.url('acme'), token)
  const authorization = `Bearer ${token}`
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const post = (headers: Record<string, string>, method: string, params: object) =>
    fetch(served.url('acme'), {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
  const opened = await post({ authorization }, 'initialize', params)
  await opened.text()
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  const stream = await fetch(served.url('acme'), {
    headers: { accept: 'text/event-stream', authorization, ...session },
  })
  const messages = (stream.body as ReadableStream<Uint8Array>).getReader()
  expect([await ended(notices), await ended(messages)]).toEqual([true, true])
  const fresh = { authorization: `Bearer ${await tokenFor('acme', 'supportmax:read')}` }
  expect((await post({ ...fresh, ...session }, 'tools/list', {})).status).toBe(404)
})

it('a session stays when its client comes with a newer token', async () => {
  const { served, provider, tokenFor } = await world()
  provider.settings.seconds = 4
  let token = await tokenFor('acme', 'supportmax:read')
  const short = token
  provider.settings.seconds = 3_600
  const longer = await tokenFor('acme', 'supportmax:read')
  const notices = await listen(served.url('acme'), short)
  const transport = new StreamableHTTPClientTransport(new URL(served.url('acme')), {
    authProvider: { token: async () => token },
  })
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
  await client.connect(transport)
  closing(client)
  const { sessionId } = transport
  token = longer
  await client.listTools()
  await ended(notices)
  expect((await client.listTools()).tools).toHaveLength(1)
  expect(transport.sessionId).toBe(sessionId)
})

it('a stream of the newer era ends when its token is revoked', async () => {
  const { served } = await world()
  const token = await served.token('acme')
  const notices = await listen(served.url('acme'), token)
  await openTokens(served.state).revoke(() => true)
  expect(await ended(notices)).toBe(true)
})
