import { expect, it } from 'vitest'
import { madeResult } from '../helpers/made-results.ts'
import { noise } from '../helpers/noise.ts'
import {
  BODIES,
  CALL,
  GOOD,
  HEADERS,
  type Header,
  META,
  METHODS,
  PATHS,
  rpc,
} from '../helpers/odd-requests.ts'
import { READ } from '../helpers/passing.ts'
import { rawClient } from '../helpers/raw-client.ts'
import { type RawHttpReply, requestBytes, sendBytes } from '../helpers/raw-http.ts'
import { rawUpstream } from '../helpers/raw-upstream.ts'
import { serving } from '../helpers/serving.ts'

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
    expect(text, shown).not.toMatch(
      /\n\s+at |node_modules|\.[tj]s:\d|TypeError|RangeError|SyntaxError|primitive value/,
    )
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

it('what a client sends never makes another line of the log, or moves the cursor', async () => {
  const { common, modern, bears, post, log, stillAnswers } = await world()
  const name = `x\n00:00:00 acme: forged\r\u001b[2J\u009b2J\u2028 ${'y'.repeat(100_000)}`
  const others = modern.filter(([header]) => header !== 'mcp-name')
  const body = rpc({ id: 1, params: { ...CALL, name, _meta: META } })
  await bears(post, [...common, ...others, ['mcp-name', 'other']], body)
  const [line = ''] = log.filter(one => one.includes('forged'))
  expect(line).toMatch(/^acme: /)
  expect(line).not.toMatch(/[\p{Cc}\u2028]/u)
  expect(line.length).toBeLessThanOrEqual(1_000)
  await stillAnswers()
})
