// Machines at a customer's door, with tokens of a real authorization server.

import { expect, it } from 'vitest'
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
  return { served, config, customers, tokenFor, status, upstream }
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
