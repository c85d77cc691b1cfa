import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Connection } from '../../src/mcp/connection.ts'
import { probe } from '../../src/mcp/probe.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer, type TestServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

interface Message {
  id?: unknown
  method: string
  params?: { _meta?: { progressToken?: unknown } }
}
type Answer = (res: ServerResponse, message: Message, req: IncomingMessage) => unknown

const json = (res: ServerResponse, message: Message, result: unknown, headers = {}) =>
  res
    .writeHead(200, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))

const HELLO = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'x', version: '1' },
}
const TOOLS = { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }
const FINE = { content: [{ type: 'text', text: 'fine' }] }

interface Seen {
  method: string | undefined
  rpc: string | undefined
  session: string | string[] | undefined
}

/** A legacy server at /mcp that follows the specification, except for `methods`. `http` answers first. */
async function legacyServer(
  methods: Record<string, Answer>,
  http?: (req: IncomingMessage, res: ServerResponse) => unknown,
): Promise<TestServer & { seen: Seen[] }> {
  const seen: Seen[] = []
  const server = await rawServer(async (req, res) => {
    let body = ''
    for await (const part of req) body += part
    const message: Message | undefined = body ? JSON.parse(body) : undefined
    seen.push({ method: req.method, rpc: message?.method, session: req.headers['mcp-session-id'] })
    if (http?.(req, res)) return
    if (!message) return res.writeHead(req.method === 'DELETE' ? 204 : 405).end()
    const answer = methods[message.method]
    if (answer) return answer(res, message, req)
    if (message.method === 'initialize') return json(res, message, HELLO, { 'mcp-session-id': 's1' })
    if (message.method === 'tools/list') return json(res, message, TOOLS)
    if (message.method === 'tools/call') return json(res, message, FINE)
    return res.writeHead(message.id === undefined ? 202 : 400).end()
  })
  closing(server)
  return { ...server, seen }
}

async function connected(server: TestServer, more = {}): Promise<Connection> {
  const connection = await connect(endpointOf(server, more))
  closing(connection)
  return connection
}

describe("a server's hello", () => {
  it.each([
    [
      'an experimental capability that is not an object',
      { capabilities: { tools: {}, experimental: { hello: true } } },
    ],
    ['a capability that is true', { capabilities: { tools: true, logging: true } }],
    ['capabilities that are null', { capabilities: null }],
    ['no capabilities', { capabilities: undefined }],
    ['instructions that are not text', { instructions: 7 }],
    ['no name', { serverInfo: {} }],
    ['no serverInfo', { serverInfo: undefined }],
    ['a version that is a number', { serverInfo: { name: 'x', version: 2 } }],
    [
      'a website that is not a URL',
      { serverInfo: { name: 'x', version: '1', websiteUrl: 7, icons: 'none' } },
    ],
  ])('with %s is used without it', async (_what, more) => {
    const server = await legacyServer({
      initialize: (res, message) => json(res, message, { ...HELLO, ...more }),
    })
    const connection = await connected(server)
    expect((await connection.listTools()).tools.map(one => one.name)).toEqual(['echo'])
    expect(await connection.call('echo', {}, {})).toEqual({ text: 'fine', isError: false })
  })

  it('with an invalid protocol version is reported in a sentence', async () => {
    const hello = { ...HELLO, protocolVersion: 7 }
    const server = await legacyServer({ initialize: (res, message) => json(res, message, hello) })
    const { state, reason } = await probe(endpointOf(server))
    expect([state, reason]).toEqual([
      'unhealthy',
      'the answer to initialize is malformed: protocolVersion must be a string',
    ])
  })
})

describe('one unreadable tool', () => {
  it.each([3_000, 20_000])('of %i levels costs only itself', async levels => {
    const deep = `${'{"properties":{"a":'.repeat(levels)}{}${'}}'.repeat(levels)}`
    const body = (id: unknown) =>
      `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":[{"name":"deep","inputSchema":{"type":"object","properties":{"x":${deep}}}},{"name":"echo","inputSchema":{"type":"object"}}]}}`
    const server = await legacyServer({
      'tools/list': (res, { id }) => res.writeHead(200, { 'content-type': 'application/json' }).end(body(id)),
    })
    const { tools, quarantined } = await (await connected(server)).listTools()
    expect(tools.map(one => one.name)).toEqual(['echo'])
    expect(quarantined).toEqual([{ name: 'deep', reason: 'its schema is nested deeper than 100 levels' }])
  })
})

describe('a redirect', () => {
  const redirecting = (status: number, location: string) =>
    legacyServer({}, (req, res) => req.url === '/mcp' && res.writeHead(status, { location }).end())

  it.each([301, 302, 307, 308])(
    '%i to another path of the same origin is followed, and remembered',
    async status => {
      const server = await redirecting(status, '/mcp/')
      const connection = await connected(server)
      await connection.listTools()
      expect((await connection.call('echo', {}, {})).text).toBe('fine')
    },
  )

  it('to another origin is never followed, and its target is named', async () => {
    const thief = await legacyServer({})
    const server = await redirecting(307, `${thief.url}?next=1`)
    const found = await probe(endpointOf(server, { token: 'own-token' }))
    expect(found.reason).toBe(`the server redirects to another origin, ${thief.url} (HTTP 307)`)
    expect(found.hint).toBe('set "url" to that address, if it is right')
    expect(thief.seen).toEqual([])
  })

  it('in circles ends', async () => {
    const server = await legacyServer({}, (req, res) =>
      res.writeHead(307, { location: req.url === '/mcp' ? '/mcp/' : '/mcp' }).end(),
    )
    expect((await probe(endpointOf(server))).reason).toContain('redirects in a loop')
  })
})

describe('the transport "auto"', () => {
  it.each([400, 404, 405])('falls back to SSE at the same address after a %i', async status => {
    let stream: ServerResponse | undefined
    const server = await rawServer(async (req, res) => {
      let body = ''
      for await (const part of req) body += part
      if (req.method === 'GET') {
        stream = res.writeHead(200, { 'content-type': 'text/event-stream' })
        return stream.write('event: endpoint\ndata: /messages?session=1\n\n')
      }
      if (req.url === '/mcp') return res.writeHead(status).end()
      const { id, method } = JSON.parse(body)
      const results: Record<string, unknown> = { initialize: HELLO, 'tools/list': TOOLS }
      if (id !== undefined)
        stream?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: results[method] })}\n\n`)
      return res.writeHead(202).end()
    })
    closing(server)
    const connection = await connected(server, { transport: 'auto' })
    expect(connection.transport).toBe('sse')
    expect((await connection.listTools()).tools).toHaveLength(1)
  })

  it.each([401, 403, 500])('does not after a %i', async status => {
    const gets: string[] = []
    const server = await legacyServer({}, (req, res) => {
      if (req.method === 'GET') gets.push(req.url ?? '')
      return res.writeHead(status).end('no')
    })
    await connect(endpointOf(server, { transport: 'auto' })).catch(() => {})
    expect(gets).toEqual([])
  })
})

describe('the end of a call', () => {
  it('is later than its time limit while the server reports progress', async () => {
    const server = await legacyServer({
      'tools/call': (res, message) => {
        const token = message.params?._meta?.progressToken
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        let sent = 0
        const timer = setInterval(() => {
          if (++sent < 8) {
            const params = { progressToken: token, progress: sent }
            return res.write(
              `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params })}\n\n`,
            )
          }
          clearInterval(timer)
          return res.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: FINE })}\n\n`)
        }, 100)
      },
    })
    const connection = await connected(server)
    expect(await connection.call('echo', {}, { deadline: 400 })).toMatchObject({ text: 'fine' })
  })

  it('sends its cancel before the session is closed', async () => {
    const server = await legacyServer({ 'tools/call': () => {} })
    const connection = await connect(endpointOf(server))
    const abort = new AbortController()
    const call = connection.call('echo', {}, { signal: abort.signal }).catch(() => {})
    await until('the call reached the server', () => server.seen.some(one => one.rpc === 'tools/call'))
    abort.abort()
    await connection.close()
    await call
    const after = server.seen.slice(server.seen.findIndex(one => one.rpc === 'tools/call') + 1)
    expect(after.map(one => one.rpc ?? one.method)).toEqual(['notifications/cancelled', 'DELETE'])
  })
})

describe('a session whose id came in the headers', () => {
  it('is closed, although its hello never came whole', async () => {
    const server = await legacyServer({
      initialize: res =>
        res
          .writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 's7' })
          .write(': wait\n\n'),
    })
    const deadlines = { connect: 150, probe: 200, call: 200 }
    await connect(endpointOf(server, { deadlines })).catch(() => {})
    await until('the session was closed', () =>
      server.seen.some(one => one.method === 'DELETE' && one.session === 's7'),
    )
  })
})

describe('a result', () => {
  const resultOf = async (result: object): Promise<string> => {
    const server = await legacyServer({ 'tools/call': (res, message) => json(res, message, result) })
    return (await (await connected(server)).call('echo', {}, {})).text
  }
  const text = (words: string) => ({ type: 'text', text: words })
  const rows = { rows: [{ host: 'a' }, { host: 'b' }] }

  it.each([
    [
      'beside a summary',
      { content: [text('2 rows')], structuredContent: rows },
      `2 rows\n${JSON.stringify(rows)}`,
    ],
    [
      'only once if the text has the same data',
      { content: [text(JSON.stringify(rows, null, 2))], structuredContent: rows },
      JSON.stringify(rows, null, 2),
    ],
    ['alone', { structuredContent: rows }, JSON.stringify(rows)],
    ['that is a list', { content: [text('two')], structuredContent: [1, 2] }, 'two\n[1,2]'],
    ['beside another number', { content: [text('7')], structuredContent: { n: 8 } }, '7\n{"n":8}'],
  ])('carries structured content %s', async (_what, result, expected) => {
    expect(await resultOf(result)).toBe(expected)
  })

  it.each([
    ['empty', { content: [] }],
    ['null, as Go writes an empty list', { content: null }],
    ['missing beside structured content that is null', { structuredContent: null }],
  ])('takes content that is %s', async (_what, result) => {
    expect(await resultOf(result)).toBe('')
  })

  it('shows text in blobs, and names links and binaries', async () => {
    const blob = Buffer.from('a,b\n1,2').toString('base64')
    const content = [
      { type: 'resource', resource: { uri: 'file:///x.csv', mimeType: 'text/csv', blob } },
      {
        type: 'resource',
        resource: { uri: 'file:///x.json', mimeType: 'application/vnd.api+json', blob: 'e30=' },
      },
      { type: 'resource', resource: { uri: 'file:///x.pdf', mimeType: 'application/pdf', blob } },
      { type: 'resource_link', uri: 'https://x.example/1', name: 'one', description: 'the first' },
    ]
    expect(await resultOf({ content })).toBe(
      'a,b\n1,2\n{}\n[resource file:///x.pdf, application/pdf, 7 bytes: not shown]\n[link one, https://x.example/1, the first]',
    )
  })
})

describe('redirects of several addresses', () => {
  it('are counted for each request, not for the whole connection', async () => {
    const moved = new Set<string>()
    let streams = 0
    let stream: ServerResponse | undefined
    const server = await rawServer(async (req, res) => {
      let body = ''
      for await (const part of req) body += part
      const url = req.url ?? ''
      // Each address redirects twice: to /a/…, and from there to /b/….
      if (!url.startsWith('/b/')) {
        moved.add(url)
        return res
          .writeHead(307, { location: url.startsWith('/a/') ? `/b/${url.slice(3)}` : `/a${url}` })
          .end()
      }
      if (req.method === 'GET') {
        streams++
        stream = res.writeHead(200, { 'content-type': 'text/event-stream' })
        return stream.write('event: endpoint\ndata: /messages?session=1\n\n')
      }
      const { id, method } = JSON.parse(body)
      const results: Record<string, unknown> = { initialize: HELLO, 'tools/list': TOOLS }
      if (id !== undefined)
        stream?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: results[method] })}\n\n`)
      return res.writeHead(202).end()
    })
    closing(server)
    const url = server.url.replace('/mcp', '/sse')
    const connection = await connect(endpointOf({ url }))
    closing(connection)
    expect((await connection.listTools()).tools).toHaveLength(1)
    expect([streams, moved.size]).toEqual([1, 4])
  })
})

describe('the probe of a server with odd answers', () => {
  const rpcError =
    (message: string): Answer =>
    (res, { id }) =>
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_603, message } }))

  it.each<[string, Record<string, Answer>, string]>([
    [
      'an unknown version',
      { initialize: (res, message) => json(res, message, { ...HELLO, protocolVersion: '1999-01-01' }) },
      'the server speaks MCP 1999-01-01, which supportmax does not know',
    ],
    [
      'an error without words',
      { 'tools/list': rpcError('') },
      'an error without a message (JSON-RPC -32603)',
    ],
    [
      'no tools',
      { 'tools/list': (res, message) => json(res, message, { tools: [] }) },
      'connected, but the server lists no tools',
    ],
  ])('tells %s in words, with a hint that fits an external server', async (_, methods, reason) => {
    const server = await legacyServer(methods)
    expect(await probe(endpointOf(server, { image: undefined }))).toMatchObject({
      state: 'unhealthy',
      reason,
      hint: "check the server's own logs",
    })
  })

  it('does not doubt the path of a server that finds our headers too large', async () => {
    const server = await legacyServer({}, (_, res) => res.writeHead(431).end())
    expect(await probe(endpointOf(server, { image: undefined }))).toMatchObject({
      reason: 'the request headers are too large (HTTP 431)',
      hint: 'check the length of the credential and of "headers"',
    })
  })
})
