import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { headersFor, paramHeaders } from '../../src/mcp/wire/listing/param-headers.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'

const region = { type: 'string', 'x-mcp-header': 'Region' }
const schema = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

describe('arguments that a tool wants in headers', () => {
  it('are found at any depth of properties', () => {
    const nested = schema({ place: schema({ region }), count: { type: 'integer', 'x-mcp-header': 'Count' } })
    expect(paramHeaders(nested)).toEqual([
      { path: ['place', 'region'], header: 'Mcp-Param-Region' },
      { path: ['count'], header: 'Mcp-Param-Count' },
    ])
  })

  it('are no declaration in data, or as the name of an argument', () => {
    expect(paramHeaders(schema({ a: { type: 'string', default: region, enum: [region] } }))).toEqual([])
    expect(paramHeaders(schema({ 'x-mcp-header': { type: 'string' } }))).toEqual([])
  })

  it.each([
    ['an empty name', schema({ a: { ...region, 'x-mcp-header': '' } })],
    ['a name with a space', schema({ a: { ...region, 'x-mcp-header': 'My Region' } })],
    ['a name with a line break', schema({ a: { ...region, 'x-mcp-header': 'A\r\nB' } })],
    ['an object', schema({ a: { type: 'object', 'x-mcp-header': 'A' } })],
    ['a number', schema({ a: { type: 'number', 'x-mcp-header': 'A' } })],
    ['two arguments in one header', schema({ a: region, b: { ...region, 'x-mcp-header': 'REGION' } })],
    ['items of an array', schema({ a: { type: 'array', items: region } })],
    ['one of several schemas', schema({}, { anyOf: [schema({ a: region })] })],
    ['the root', { ...schema({}), 'x-mcp-header': 'Root' }],
  ])('are invalid: %s', (_, inputSchema) => {
    expect(paramHeaders(inputSchema)).toEqual({ fault: expect.any(String) })
  })

  it.each([
    ['eu-west-1', 'eu-west-1'],
    ['us west 1', 'us west 1'],
    [42, '42'],
    [false, 'false'],
    ['', '=?base64??='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['Hällo', '=?base64?SMOkbGxv?='],
    ['a\r\nX-Evil: 1', '=?base64?YQ0KWC1FdmlsOiAx?='],
    ['=?base64?eA==?=', '=?base64?PT9iYXNlNjQ/ZUE9PT89?='],
    [null, undefined],
    [undefined, undefined],
    [1.5, undefined],
    [{ a: 1 }, undefined],
  ])('%j is sent as %s', (value, expected) => {
    const declared = [{ path: ['a'], header: 'Mcp-Param-A' }]
    expect(headersFor(declared, { a: value })['Mcp-Param-A']).toBe(expected)
  })
})

it('a call whose headers the server rejects runs once, after a look at the tools', async () => {
  const seen: string[] = []
  const tool = { name: 'find', inputSchema: schema({ region }) }
  const server = closing(
    await rawServer(async (req, res) => {
      let body = ''
      for await (const piece of req) body += piece
      const { id, method } = JSON.parse(body)
      seen.push(`${method} ${req.headers['mcp-param-region'] ?? ''}`.trim())
      const reply = (answer: object, status = 200) =>
        res
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
      const complete = { resultType: 'complete' }
      if (method === 'server/discover')
        return reply({
          result: { ...complete, supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
        })
      if (method === 'tools/list')
        return reply({ result: { ...complete, tools: [tool], ttlMs: 0, cacheScope: 'private' } })
      if (req.headers['mcp-param-region'] === 'eu')
        return reply({ result: { ...complete, content: [{ type: 'text', text: 'found' }] } })
      return reply({ error: { code: -32_020, message: 'Header mismatch' } }, 400)
    }),
  )
  const connection = closing(await connect(endpointOf(server)))
  expect(await connection.call('find', { region: 'eu' }, {})).toMatchObject({ text: 'found' })
  expect(await connection.call('find', { region: 'eu' }, {})).toMatchObject({ text: 'found' })
  expect(seen).toEqual(['server/discover', 'tools/call', 'tools/list', 'tools/call eu', 'tools/call eu'])
})
