import { expect, it } from 'vitest'
import { madeResult } from '../helpers/made-results.ts'
import { noise } from '../helpers/noise.ts'
import { READ } from '../helpers/passing.ts'
import { rawClient } from '../helpers/raw-client.ts'
import { type RawHttpReply, requestBytes, sendBytes } from '../helpers/raw-http.ts'
import { rawUpstream } from '../helpers/raw-upstream.ts'
import { serving } from '../helpers/serving.ts'

type Header = [name: string, value: string]

const CALL = { name: 'alpha__made', arguments: {} }

async function world() {
  const { url } = await rawUpstream({
    era: 'legacy',
    lists: { tools: [READ], prompts: [{ name: 'greet' }] },
    answer: () => ({ result: { content: [] } }),
  })
  const served = await serving({
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url, trust_hints: true }] }],
  })
  const token = await served.token('acme')
  const client = await rawClient(served.url('acme'), { era: 'legacy', token })
  const common: Header[] = [
    ['host', `127.0.0.1:${served.port}`],
    ['authorization', `Bearer ${token}`],
    ['content-type', 'application/json'],
    ['accept', 'application/json, text/event-stream'],
  ]
  const inSession: Header[] = [
    ['mcp-session-id', String(client.session)],
    ['mcp-protocol-version', '2025-11-25'],
  ]
  const modern: Header[] = [
    ['mcp-protocol-version', '2026-07-28'],
    ['mcp-method', 'tools/call'],
    ['mcp-name', 'alpha__made'],
  ]
  /** A request line, headers and a body that the server must bear. */
  async function bears(first: string, headers: Header[], body: string | Buffer = ''): Promise<RawHttpReply> {
    const length: Header[] = body.length > 0 ? [['content-length', String(Buffer.byteLength(body))]] : []
    const reply = await sendBytes(served.port, requestBytes(first, [...headers, ...length], body))
    const { status, text } = reply
    const shown = `${first} ${String(body).slice(0, 200)} → ${text.slice(0, 500)}`
    expect(status, shown).not.toBe(500)
    expect(text, shown).not.toMatch(/\n\s+at |node_modules|\.[tj]s:\d|TypeError|RangeError|SyntaxError/)
    return reply
  }
  /** Whether good requests are still answered, and nothing has gone wrong meanwhile. */
  async function stillAnswers() {
    expect((await client.send('tools/call', CALL)).answer.result).toEqual({ content: [] })
    const other = await rawClient(served.url('acme'), { era: 'modern', token })
    expect((await other.send('tools/call', CALL)).answer.result).toMatchObject({ content: [] })
    expect(served.log.filter(line => line.includes('fault'))).toEqual([])
  }
  const post = 'POST /customers/acme/mcp HTTP/1.1'
  return { ...served, token, common, inSession, modern, bears, stillAnswers, post }
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const rpc = (rest: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', ...rest })
const GOOD = rpc({ params: { ...CALL, _meta: META } })
const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000)

const BODIES: string[] = [
  ...[1, 10, 40, GOOD.length - 1].map(length => GOOD.slice(0, length)),
  '{}',
  '[]',
  'null',
  '0',
  '"text"',
  'true',
  ' ',
  '\u0000',
  '\ufeff{}',
  `[${GOOD},${GOOD}]`,
  `[${GOOD},{}]`,
  '[[]]',
  '[null]',
  '[1, ""]',
  `[${Array(10_000).fill('{}').join(',')}]`,
  deep('[', ']'),
  `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  ...[60, 1_000, 5_000, 100_000].map(
    depth =>
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"alpha__made","arguments":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}}`,
  ),
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"alpha__made","arguments":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}}`,
  ...[null, {}, [], true, 1.5, -1, 1e300, '', 'x'.repeat(100_000), '__proto__'].map(id =>
    rpc({ id, params: CALL }),
  ),
  '{"jsonrpc":"2.0","id":99999999999999999999999999,"method":"tools/call","params":{"name":"alpha__made"}}',
  ...[
    null,
    {},
    [],
    1,
    '',
    'constructor',
    '__proto__',
    'toString',
    'x'.repeat(100_000),
    'rpc.discover',
    'a\nb',
  ].map(method => rpc({ method, params: {} })),
  ...[
    'initialize',
    'ping',
    'server/discover',
    'subscriptions/listen',
    'tools/list',
    'prompts/list',
    'prompts/get',
    'resources/read',
    'resources/list',
    'resources/subscribe',
    'completion/complete',
    'logging/setLevel',
    'tasks/get',
    'notifications/cancelled',
    'notifications/initialized',
    'notifications/progress',
    'roots/list',
  ].flatMap(method =>
    [
      undefined,
      null,
      1,
      [],
      {},
      { name: {} },
      { uri: [] },
      { cursor: {} },
      { cursor: 'x' },
      { ref: 1 },
      { _meta: 1 },
      { level: {} },
      { requestId: {} },
      { protocolVersion: 1 },
    ].map(params => rpc({ method, params })),
  ),
  ...[null, 1, [], '', {}, 'constructor', '__proto__', 'hasOwnProperty', 'x'.repeat(100_000), '世界'].map(
    name => rpc({ params: { name, arguments: {} } }),
  ),
  ...[null, 1, [], '', true].map(args => rpc({ params: { ...CALL, arguments: args } })),
  ...[null, 1, [], '', { progressToken: {} }, { progressToken: null }, { progressToken: [] }].map(_meta =>
    rpc({ params: { ...CALL, _meta } }),
  ),
  ...[null, 1, {}, ''].map(task => rpc({ params: { ...CALL, task, _meta: META } })),
  ...[null, 1, {}, '', 'x'].flatMap(state => [
    rpc({ params: { ...CALL, requestState: state, _meta: META } }),
    rpc({ params: { ...CALL, inputResponses: state, _meta: META } }),
  ]),
  ...[null, 1, [], 'x', { elicitation: 1 }, { elicitation: {} }].map(can =>
    rpc({ params: { ...CALL, _meta: { ...META, 'io.modelcontextprotocol/clientCapabilities': can } } }),
  ),
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"alpha__made"}}}',
  '{"__proto__":{"jsonrpc":"2.0"},"id":1,"method":"tools/call","constructor":{"prototype":{"polluted":1}}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"alpha__made","arguments":{"__proto__":{"polluted":1}}}}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"jsonrpc":"2.0","id":1,"error":{}}',
  '{"jsonrpc":"1.0","id":1,"method":"ping"}',
]

it('any body is answered, and never with a fault', async () => {
  const { common, inSession, modern, bears, post, stillAnswers } = await world()
  for (const body of BODIES)
    for (const more of [[], inSession, modern]) await bears(post, [...common, ...more], body)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  await stillAnswers()
}, 120_000)

it('bodies with random errors are answered, and never with a fault', async () => {
  const { common, inSession, modern, bears, post, stillAnswers } = await world()
  const below = noise(11)
  for (let at = 0; at < 400; at++) {
    const good = rpc({ id: at, params: { ...CALL, arguments: madeResult(below), _meta: META } })
    const bytes = Buffer.from(good)
    for (let times = 1 + below(4); times > 0; times--) bytes[below(bytes.length)] = below(256)
    const body = below(3) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
    await bears(post, [...common, ...(below(2) === 0 ? inSession : modern)], body)
  }
  await stillAnswers()
}, 120_000)

const LONG = 'x'.repeat(16_384)

const HEADERS: Header[][] = [
  ...[
    'mcp-session-id',
    'mcp-protocol-version',
    'mcp-method',
    'mcp-name',
    'accept',
    'content-type',
    'last-event-id',
    'origin',
    'authorization',
    'host',
    'content-encoding',
    'transfer-encoding',
    'expect',
    'upgrade',
  ].flatMap(name =>
    [
      '',
      ' ',
      LONG,
      'a, b',
      '\u0001',
      '\u00ff\u00fe',
      '\t\t',
      '../..',
      'null',
      '=?base64?!!?=',
      '__proto__',
      '0',
    ].map((value): Header[] => [[name, value]]),
  ),
  [['bad header', 'x']],
  [['', 'x']],
  [['x\u0000', 'x']],
  ...[
    ['content-length', '-1'],
    ['content-length', '1e9'],
    ['content-length', '0x10'],
    ['content-length', '99999999999'],
  ].map(([name = '', value = '']): Header[] => [[name, value]]),
  Array.from({ length: 3_000 }, (_, at): Header => [`x-${at}`, 'x']),
]

it('any headers are answered, and never with a fault', async () => {
  const { common, inSession, modern, bears, post, stillAnswers } = await world()
  for (const headers of HEADERS)
    for (const more of [[], inSession, modern]) {
      // In place of the good ones, and beside them.
      const names = new Set(headers.map(([name]) => name))
      const others = [...common, ...more].filter(([name]) => !names.has(name))
      await bears(post, [...others, ...headers], GOOD)
      await bears(post, [...common, ...more, ...headers], GOOD)
    }
  for (const without of common)
    await bears(
      post,
      [...common, ...inSession].filter(one => one !== without),
      GOOD,
    )
  await stillAnswers()
}, 120_000)

const PATHS = [
  '/customers/acme/mcp/',
  '//customers/acme/mcp',
  '/customers//acme/mcp',
  '/customers/acme//mcp',
  '/customers/%61cme/mcp',
  '/customers/acme%2fmcp',
  '/customers/acme/mcp%00',
  '/customers/%00/mcp',
  '/customers/%/mcp',
  '/customers/%ff/mcp',
  '/customers/%2e%2e/customers/acme/mcp',
  '/customers/../customers/acme/mcp',
  '/customers/acme/../beta/mcp',
  '/customers/__proto__/mcp',
  '/customers/constructor/mcp',
  '/customers/ACME/mcp',
  '/customers/acme/mcp?x=1',
  '/customers/acme/mcp;x',
  `/customers/${'a'.repeat(8_000)}/mcp`,
  `/${'../'.repeat(1_000)}etc/passwd`,
  '/customers/世界/mcp',
  '/',
  '*',
  '',
  'customers/acme/mcp',
  'http://example.com/customers/acme/mcp',
  'http://[::bad/customers/acme/mcp',
  '/customers/acme/mcp#x',
  '\\customers\\acme\\mcp',
]
const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'QUERY',
  'post',
  'XYZ',
]

it('any path and method are answered, and never with a fault', async () => {
  const { common, inSession, bears, stillAnswers } = await world()
  for (const path of PATHS) {
    await bears(`POST ${path} HTTP/1.1`, common, GOOD)
    await bears(`GET ${path} HTTP/1.1`, [...common, ['accept', 'text/html']])
    await bears(`POST ${path} HTTP/9.9`, common, GOOD)
  }
  for (const method of METHODS) {
    const first = `${method} /customers/acme/mcp HTTP/1.1`
    await bears(first, common, method === 'GET' || method === 'HEAD' ? '' : GOOD)
    // A stream that stays open, or the end of the session.
    if (method !== 'GET' && method !== 'DELETE') await bears(first, [...common, ...inSession])
  }
  await stillAnswers()
}, 120_000)

it('a path names a door only in its one form, and only with a token of that door', async () => {
  const { common, bears, port } = await world()
  const anonymous = common.filter(([name]) => name !== 'authorization')
  for (const path of PATHS)
    for (const method of METHODS) {
      const { status } = await sendBytes(port, requestBytes(`${method} ${path} HTTP/1.1`, anonymous))
      expect([0, 400, 401, 403, 404, 405, 431], `${method} ${path}`).toContain(status)
    }
  expect((await bears('POST /customers/ACME/mcp HTTP/1.1', common, GOOD)).status).toBe(401)
})
