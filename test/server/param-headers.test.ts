// Arguments that HTTP headers must repeat, at a customer's door.

import { expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'

const work: ToolSketch = {
  name: 'work',
  annotations: { readOnlyHint: true },
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      at: { type: 'object', properties: { floor: { type: 'integer', 'x-mcp-header': 'Floor' } } },
    },
  },
  run: ({ region }) => `worked in ${region}`,
}

async function world() {
  const upstream = closing(await startServer({ kind: 'modern', tools: [work] }))
  const mcp_servers = [{ name: 'alpha', url: upstream.url, trust_hints: true }]
  const served = await serving({ customers: [{ name: 'Acme', mcp_servers }] })
  const authorization = `Bearer ${await served.token('acme')}`
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  }
  /** The text of the result, or the code of the error, of a call by a client with these capabilities. */
  async function call(args: object, headers: Record<string, string>, capabilities: object = {}) {
    const _meta = { ...meta, 'io.modelcontextprotocol/clientCapabilities': capabilities }
    const response = await fetch(served.url('acme'), {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'alpha__work',
        ...headers,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 7,
        method: 'tools/call',
        params: { name: 'alpha__work', arguments: args, _meta },
      }),
    })
    const body = await response.text()
    const answer = JSON.parse(body.replace(/^[\s\S]*?data: /, ''))
    expect(answer.id).toBe(7)
    return answer.error ? [response.status, answer.error.code] : answer.result.content[0].text
  }
  return { served, upstream, call }
}

it('a call whose headers repeat its arguments runs, however they are written', async () => {
  const { call, upstream } = await world()
  expect(await call({ region: 'eu' }, { 'mcp-param-region': 'eu' })).toBe('worked in eu')
  const encoded = `=?base64?${Buffer.from('Zürich').toString('base64')}?=`
  expect(await call({ region: 'Zürich' }, { 'mcp-param-region': encoded })).toBe('worked in Zürich')
  expect(await call({ region: 'ZXU=' }, { 'mcp-param-region': 'ZXU=' })).toBe('worked in ZXU=')
  expect(await call({ region: null }, {})).toBe('worked in null')
  const both = { 'mcp-param-region': 'eu', 'mcp-param-floor': '3.0' }
  expect(await call({ region: 'eu', at: { floor: 3 } }, both)).toBe('worked in eu')
  expect(await call({ region: 'eu' }, { 'mcp-param-region': 'eu' }, { elicitation: {} })).toBe('worked in eu')
  expect(upstream.calls).toHaveLength(6)
})

it('a call whose headers say something else is refused and never sent', async () => {
  const { call, upstream } = await world()
  const refused = [400, -32_020]
  expect(await call({ region: 'eu' }, {})).toEqual(refused)
  expect(await call({ region: 'eu' }, {}, { elicitation: {} })).toEqual(refused)
  expect(await call({ region: 'eu' }, { 'mcp-param-region': 'us' })).toEqual(refused)
  expect(await call({ region: 'eu' }, { 'mcp-param-region': '=?base64?ZXU?=' })).toEqual(refused)
  expect(await call({ region: 'eu' }, { 'mcp-param-region': '=?base64?/w==?=' })).toEqual(refused)
  expect(await call({}, { 'mcp-param-region': 'eu' })).toEqual(refused)
  expect(await call({ region: null }, { 'mcp-param-region': 'null' })).toEqual(refused)
  const both = { 'mcp-param-region': 'eu', 'mcp-param-floor': '4' }
  expect(await call({ region: 'eu', at: { floor: 3 } }, both)).toEqual(refused)
  expect(upstream.calls).toEqual([])
})

it('clients of the older era, which have no such headers, call the same tool', async () => {
  const { served } = await world()
  for (const mode of ['legacy', 'auto'] as const) {
    const client = await served.client('acme', { mode })
    await client.listTools()
    const { content } = await client.callTool({ name: 'alpha__work', arguments: { region: 'eu' } })
    expect(content).toEqual([{ type: 'text', text: 'worked in eu' }])
  }
})
