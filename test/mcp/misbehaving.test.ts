import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import { connect } from '../../src/mcp/connect.ts'
import type { Connection, Fault } from '../../src/mcp/connection.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'

type Answer = (res: ServerResponse, message: { id?: number; method: string; params?: unknown }) => void
type Methods = Record<string, Answer>

const json = (res: ServerResponse, id: unknown, result: unknown) =>
  res
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id, result }))

/** A legacy server written by hand, so that it can be wrong in every way. */
async function handmade(methods: Methods): Promise<string> {
  const started = await rawServer(async (req, res) => {
    const message = JSON.parse(await bodyOf(req))
    const answer = methods[message.method]
    if (answer) return answer(res, message)
    if (message.method === 'initialize')
      return json(res, message.id, {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'handmade', version: '1' },
      })
    if (message.id === undefined) return res.writeHead(202).end()
    res.writeHead(400).end()
  })
  closing(started)
  return started.url
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of req) text += part
  return text || '{}'
}

async function connected(methods: Methods): Promise<Connection> {
  const connection = await connect(endpointOf({ url: await handmade(methods) }))
  closing(connection)
  return connection
}

const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => Promise.reject(new Error('no fault came')),
    error => error,
  )

const list = (tools: unknown[], nextCursor?: string) => ({
  'tools/list': (res: ServerResponse, { id }: { id?: number }) => json(res, id, { tools, nextCursor }),
})

const calling = async (answer: Answer): Promise<Connection> => connected({ 'tools/call': answer })
const call = (connection: Connection, deadline = 5_000) => connection.call('x', {}, { deadline })
const stream = (res: ServerResponse) => res.writeHead(200, { 'content-type': 'text/event-stream' })

describe('a tool list', () => {
  it('is used without malformed and duplicate tools, which are reported with a reason', async () => {
    const good = { name: 'good', inputSchema: { type: 'object' } }
    const connection = await connected(
      list([
        good,
        { name: 'bad', inputSchema: { type: 'array' } },
        { inputSchema: {} },
        7,
        good,
        { name: { toString: 1 }, inputSchema: { type: 'object' } },
      ]),
    )
    const listing = await connection.listTools()
    expect(listing.tools.map(tool => tool.name)).toEqual(['good'])
    expect(listing.quarantined.map(({ name, reason }) => `${name} | ${reason}`)).toEqual([
      'bad | inputSchema.type must be "object"',
      '(unnamed) | name is missing',
      '(unnamed) | the tool must be an object',
      'good | duplicate name',
      '(unnamed) | name must be a string',
    ])
  })

  it('is read page by page, up to 64 pages', async () => {
    let pages = 0
    const endless: Answer = (res, { id }) => {
      pages++
      json(res, id, {
        tools: [{ name: `t${pages}`, inputSchema: { type: 'object' } }],
        nextCursor: `c${pages}`,
      })
    }
    const connection = await connected({ 'tools/list': endless })
    const fault = await faultOf(connection.listTools())
    expect([fault.kind, fault.message, pages]).toEqual([
      'too_large',
      'the server lists more than 64 pages of tools',
      64,
    ])
  })

  it('that never ends, is too long or too large fails with its cause', async () => {
    const circle = await connected(list([], 'same'))
    expect((await faultOf(circle.listTools())).message).toContain('page cursor repeats')
    const many = Array.from({ length: 2_001 }, (_, i) => ({ name: `t${i}`, inputSchema: { type: 'object' } }))
    const long = await connected(list(many))
    expect((await faultOf(long.listTools())).message).toBe('the server lists more than 2,000 tools')
    const heavy = await connected(list([{ name: 'x'.repeat(9 * 1024 * 1024) }]))
    expect((await faultOf(heavy.listTools())).kind).toBe('too_large')
  })

  it('of a server without tools is empty', async () => {
    const connection = await connected({
      'tools/list': (res, { id }) =>
        res
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } })),
    })
    expect(await connection.listTools()).toMatchObject({ tools: [], quarantined: [] })
  })
})

describe('a server that repeats a credential', () => {
  it('shows no part of it, even where its words are cut', async () => {
    hideSecret('credential-that-is-cut-9f8e7d')
    const words = `${'x'.repeat(60)} credential-that-is-cut-9f8e7d ${'x'.repeat(188)} credential-that-is-cut-9f8e7d`
    const connection = await connected({
      ...list([{ name: words }]),
      'tools/call': (res, { id }) =>
        res
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -1, message: words } })),
    })
    const { quarantined } = await connection.listTools()
    expect(quarantined[0]?.name).not.toContain('credential')
    expect((await faultOf(call(connection))).message).not.toContain('credential')
  })
})

describe('a call', () => {
  it('fails at once when its stream ends without the response', async () => {
    const connection = await calling(res => stream(res).end(': nothing\n\n'))
    const fault = await faultOf(call(connection))
    expect([fault.kind, fault.message]).toEqual(['closed', 'the stream ended before the response'])
  })

  it('fails when its stream is reset in the middle', async () => {
    const connection = await calling(res => {
      stream(res).write('data: {"jsonrpc"')
      setImmediate(() => res.destroy())
    })
    expect((await faultOf(call(connection))).kind).toBe('closed')
  })

  it('fails when the JSON response is reset in the middle', async () => {
    const connection = await calling(res => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '900' }).write('{"jsonrpc"')
      setImmediate(() => res.destroy())
    })
    expect((await faultOf(call(connection))).kind).toBe('closed')
  })

  it('does not fill the memory with an endless line', async () => {
    let sent = 0
    const connection = await calling(res => {
      stream(res).write('data: ')
      const part = 'x'.repeat(64 * 1024)
      const more = () => {
        if (res.destroyed || sent > 200 * 1024 * 1024) return
        sent += part.length
        if (res.write(part)) setImmediate(more)
        else res.once('drain', more)
      }
      more()
    })
    const fault = await faultOf(call(connection, 20_000))
    expect([fault.kind, fault.message]).toEqual(['too_large', 'the response is larger than 8.0 MB'])
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  it('times out when nothing answers', async () => {
    const connection = await calling(() => {})
    expect((await faultOf(call(connection, 50))).kind).toBe('timeout')
  })

  it.each([
    [
      'a web page',
      200,
      'text/html',
      '<title>Sign in</title>',
      'not_mcp',
      'not MCP (HTTP 200): web page "Sign in"',
    ],
    ['429', 429, 'application/json', '{"error":"slow down"}', 'server', 'rate limited (HTTP 429): slow down'],
    ['407', 407, 'text/plain', '', 'proxy', 'the proxy requires authentication (HTTP 407)'],
    ['a redirect', 302, 'text/html', '', 'not_mcp', 'redirects'],
    ['401', 401, 'text/plain', 'missing bearer token', 'unauthorized', 'missing bearer token'],
    ['403 of the Host check', 403, 'text/plain', 'forbidden: host not allowed', 'host_not_allowed', 'Host'],
    ['another 403', 403, 'text/plain', 'no', 'forbidden', '403'],
    ['a gateway fault', 502, 'text/html', '<html>bad</html>', 'server', 'HTTP 502'],
    ['garbage', 200, 'application/json', '{{{', 'not_mcp', 'not a JSON-RPC message'],
    ['another protocol', 200, 'application/json', '{"ok":true}', 'not_mcp', 'not a JSON-RPC message'],
    ['404', 404, 'text/plain', 'no such page', 'not_mcp', 'HTTP 404'],
  ])('that meets %s reports that', async (_name, status, type, body, kind, words) => {
    const connection = await calling(res => res.writeHead(status, { 'content-type': type }).end(body))
    const fault = await faultOf(call(connection))
    expect(fault.kind).toBe(kind)
    expect(fault.message).toContain(words)
  })

  it('distinguishes a JSON-RPC error from a broken connection', async () => {
    const error = { code: -32602, message: 'no such argument' }
    const connection = await calling((res, { id }) =>
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, error })),
    )
    const fault = await faultOf(call(connection))
    expect([fault.kind, fault.message]).toEqual(['protocol', 'no such argument (JSON-RPC -32602)'])
  })

  it('accepts null text and unknown content, and names content that is not text', async () => {
    const content = [
      { type: 'text', text: null },
      { type: 'image', mimeType: 'image/png', data: 'A'.repeat(4096) },
      { type: 'hologram', depth: 3 },
      { type: 'text', text: 'end' },
    ]
    const connection = await calling((res, { id }) => json(res, id, { content }))
    const { text } = await call(connection)
    expect(text).toBe('[image image/png, 3.0 KB: not shown]\n{"type":"hologram","depth":3}\nend')
  })
})

describe('connecting', () => {
  it('to an SSE server that answers in the response to a message works', async () => {
    const started = await rawServer(async (req, res) => {
      if (req.method === 'GET') return stream(res).write('event: endpoint\ndata: /messages\n\n')
      const { id, method } = JSON.parse(await bodyOf(req))
      if (id === undefined) return res.writeHead(202).end()
      const hello = {
        protocolVersion: '2024-11-05',
        capabilities: {},
        serverInfo: { name: 'h', version: '1' },
      }
      return json(res, id, method === 'initialize' ? hello : { content: [{ type: 'text', text: 'fine' }] })
    })
    closing(started)
    const url = `http://127.0.0.1:${started.port}/sse`
    const connection = await connect(endpointOf({ url }, { transport: 'sse' }))
    closing(connection)
    expect((await call(connection)).text).toBe('fine')
  })

  it('to an SSE server behind a proxy that strips a prefix names the endpoint that the server announced', async () => {
    const started = await rawServer((req, res) => {
      req.resume()
      if (req.method !== 'GET') return res.writeHead(404).end('404 page not found')
      return stream(res).write('event: endpoint\ndata: /messages?session_id=1\n\n')
    })
    closing(started)
    const fault = await faultOf(connect(endpointOf({ url: `http://127.0.0.1:${started.port}/prefix/sse` })))
    expect(fault.message).toBe(
      `the server announced http://127.0.0.1:${started.port}/messages as its message endpoint, but rejects messages there: not found (HTTP 404)`,
    )
    expect(fault.remedy).toContain('check the path prefix of the proxy in front of it')
  })

  it.each([
    ['a server that never answers', () => {}, 'timeout'],
    ['a reset', (res: ServerResponse) => res.destroy(), 'closed'],
    [
      'a web page',
      (res: ServerResponse) => res.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'not_mcp',
    ],
    ['404', (res: ServerResponse) => res.writeHead(404).end(), 'not_mcp'],
    ['503', (res: ServerResponse) => res.writeHead(503).end(), 'server'],
    [
      'a redirect',
      (res: ServerResponse) => res.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      'not_mcp',
    ],
  ])('to %s ends within its deadline with the cause', async (_name, answer, kind) => {
    for (const path of ['/mcp', '/sse']) {
      const started = await rawServer((req, res) => {
        req.resume()
        answer(res)
      })
      closing(started)
      const endpoint = endpointOf(
        { url: `http://127.0.0.1:${started.port}${path}` },
        { deadlines: { connect: 300, probe: 500, call: 500 } },
      )
      expect((await faultOf(connect(endpoint))).kind).toBe(kind)
    }
  })
})
