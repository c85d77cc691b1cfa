// Replies that no HTTP library would send. Each comes after the tool has had its effect.

import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Fault } from '../../src/mcp/connection.ts'
import { socketFault } from '../../src/mcp/wire/fault.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

type Reply = (socket: Socket, id: number, path: string) => void

const http = (status: string, body = '', headers = '') =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
const rpc = (rest: object) => JSON.stringify({ jsonrpc: '2.0', ...rest })
const error = { code: -32_000, message: 'no such queue' }
const HELLO = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'r', version: '1' } }

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server with sessions that is written by hand, byte by byte. `calls` counts what reaches its tool. */
async function rawMcp(reply: Reply): Promise<{ url: string; calls: number }> {
  const seen = { url: '', calls: 0 }
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => {})
    socket.on('data', part => {
      text += part
      const [head = '', ...bodies] = text.split('\r\n\r\n')
      const body = bodies.join('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (bodies.length === 0 || body.length < length) return
      text = ''
      const [, path = ''] = head.split(' ')
      const { id, method } = JSON.parse(body || '{}')
      if (method === 'tools/call') {
        seen.calls++
        reply(socket, id, path)
      } else if (method === 'initialize')
        socket.write(http('200 OK', rpc({ id, result: HELLO }), 'Mcp-Session-Id: s1\r\n'))
      else socket.write(http(id === undefined ? '202 Accepted' : '400 Bad Request'))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  seen.url = `http://127.0.0.1:${(server.address() as { port: number }).port}/mcp`
  return seen
}

async function called(reply: Reply, repeatable = false): Promise<{ calls: number; end: string }> {
  const server = await rawMcp(reply)
  const connection = await connect(endpointOf(server))
  const end = await connection.call('write', {}, { deadline: 5_000, repeatable }).then(
    result => `result: ${result.text}`,
    (fault: Fault) => `${fault.fate}: ${fault.message.replace(/127\.0\.0\.1:\d+/, 'HOST')}`,
  )
  await connection.close()
  return { calls: server.calls, end }
}

const REDIRECTS = [301, 302, 303, 307, 308]
const redirecting =
  (status: number, location: string): Reply =>
  (socket, id, path) =>
    socket.write(
      path === '/mcp'
        ? http(`${status} Moved`, '', `Location: ${location}\r\n`)
        : http('200 OK', rpc({ id, result: { content: [{ type: 'text', text: 'done' }] } })),
    )

const ANSWERED = 'answered: no such queue (JSON-RPC -32000)'

describe('a write is called once, and its answer is found in a 404', () => {
  it.each<[string, (id: number) => string]>([
    ['with the id as text', id => rpc({ id: String(id), error })],
    ['after a byte order mark', id => `\uFEFF${rpc({ id, error })}`],
    ['without "jsonrpc"', id => JSON.stringify({ id, error })],
    ['in a batch', id => `[${rpc({ id, error })}]`],
    ['in one of several lines', id => `${rpc({ method: 'notifications/message' })}\n${rpc({ id, error })}`],
    [
      'in an event of several lines',
      id => `event: message\ndata: {"jsonrpc":"2.0","id":${id},\ndata: "error":${JSON.stringify(error)}}\n\n`,
    ],
  ])('%s', async (_, body) => {
    expect(await called((socket, id) => socket.write(http('404 Not Found', body(id))))).toEqual({
      calls: 1,
      end: ANSWERED,
    })
  })
})

describe('a write is called once, and it is unknown whether it ran', () => {
  const lostWords = 'unknown: the server seems to have lost our session: not found (HTTP 404)'
  it.each<[string, Reply, string]>([
    [
      'when a 404 answers another request',
      socket => socket.write(http('404 Not Found', rpc({ id: 'x', error }))),
      `${lostWords}: no such queue`,
    ],
    [
      'when a 404 has a result for nobody',
      socket => socket.write(http('404 Not Found', rpc({ id: null, result: {} }))),
      `${lostWords}: {"jsonrpc":"2.0","id":null,"result":{}}`,
    ],
    ['when a 404 has no body', socket => socket.write(http('404 Not Found')), lostWords],
    [
      'when a 404 has an error for nobody',
      socket => socket.write(http('404 Not Found', rpc({ id: null, error }))),
      `${lostWords}: no such queue`,
    ],
    [
      'when a 404 is a web page that speaks of sessions',
      socket => socket.write(http('404 Not Found', '<html><body>Your session has ended</body></html>')),
      `${lostWords}: a web page`,
    ],
    ['when the connection is reset', socket => socket.resetAndDestroy(), 'unknown: HOST: connection reset'],
    [
      'when the connection ends',
      socket => socket.end(),
      'unknown: HOST: the other side closed the connection',
    ],
    [
      'when the response is not HTTP',
      socket => socket.write('BANANA\r\n\r\n'),
      'unknown: HOST: the response is not valid HTTP',
    ],
    [
      'when the chunks are garbage',
      socket => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n'),
      'unknown: HOST: the response is not valid HTTP',
    ],
    [
      'when the response is plain text',
      socket => socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ndone'),
      'unknown: the response is text/plain, not JSON or an event stream',
    ],
    [
      'when a 200 has an error for nobody',
      socket => socket.write(http('200 OK', rpc({ id: null, error }))),
      'unknown: no such queue (HTTP 200)',
    ],
    [
      'when the result is malformed',
      (socket, id) => socket.write(http('200 OK', rpc({ id, result: { content: 'done' } }))),
      'unknown: the answer to tools/call is malformed: content must be an array',
    ],
    [
      'when the result has no content',
      (socket, id) => socket.write(http('200 OK', rpc({ id, result: {} }))),
      'unknown: the answer to tools/call is malformed: content is missing',
    ],
    [
      'when an error has no content',
      (socket, id) => socket.write(http('200 OK', rpc({ id, result: { isError: true } }))),
      'unknown: the answer to tools/call is malformed: content is missing',
    ],
  ])('%s', async (_, reply, end) => {
    expect(await called(reply)).toEqual({ calls: 1, end })
  })

  it.each(REDIRECTS)('when a %i redirects it', async status => {
    expect(await called(redirecting(status, '/other'))).toEqual({
      calls: 1,
      end: `unknown: the server redirected the call to http://HOST/other (HTTP ${status}); calls are not sent twice`,
    })
  })
})

describe('a call that our policy trusts as read-only', () => {
  it.each(REDIRECTS)('follows a %i', async status => {
    expect(await called(redirecting(status, '/other'), true)).toEqual({ calls: 2, end: 'result: done' })
  })

  it.each([
    [
      'https://elsewhere.example/mcp',
      1,
      'the server redirects to another origin, https://elsewhere.example/mcp',
    ],
    ['/mcp', 4, 'the server redirects in a loop, last to http://HOST/mcp'],
  ])('does not follow a redirect to %s', async (location, calls, words) => {
    const seen = await called(redirecting(307, location), true)
    expect(seen).toEqual({ calls, end: expect.stringContaining(words) })
  })
})

describe('a 404 about the session proves that a call did not run, and it is called once more', () => {
  it.each([
    ['with plain words', 'Session not found'],
    ['with other JSON', '{"error":"unknown session"}'],
    ['with the error of the SDK', rpc({ id: null, error: { code: -32_001, message: 'Session not found' } })],
    [
      'with an error about the session',
      rpc({ id: 'server-error', error: { code: -32_600, message: 'Unknown sessionId' } }),
    ],
  ])('%s', async (_, body) => {
    const { calls, end } = await called(socket => socket.write(http('404 Not Found', body)))
    expect([calls, end.split(':', 1)[0]]).toEqual([2, 'not_run'])
  })
})

it('a call that is running while another finds the session lost still gets its answer', async () => {
  let answerSlow = () => {}
  let quick = 0
  const server = await rawMcp((socket, id) => {
    const answer = () => socket.write(http('200 OK', rpc({ id, result: { content: [] } })))
    if (server.calls === 1) answerSlow = answer
    else if (++quick === 1) socket.write(http('404 Not Found', 'Session not found'))
    else answer()
  })
  const connection = await connect(endpointOf(server))
  const slow = connection.call('slow', {}, { deadline: 5_000 })
  await until('the slow call arrives', () => server.calls === 1)
  // Time enough to close the lost session, if it were closed now.
  for (let i = 0; i < 20; i++) await connection.call('quick', {}, { deadline: 5_000 })
  answerSlow()
  expect(await slow).toEqual({ text: '', isError: false })
  expect(server.calls).toBe(22)
  await connection.close()
})

describe('an error of a socket', () => {
  it.each([
    ['ECONNREFUSED', 'connect', 'not_run'],
    ['ENOTFOUND', 'getaddrinfo', 'not_run'],
    ['EHOSTUNREACH', 'connect', 'not_run'],
    ['EHOSTUNREACH', 'read', 'unknown'],
    ['ENETUNREACH', 'write', 'unknown'],
    ['ECONNRESET', 'read', 'unknown'],
    ['CERT_HAS_EXPIRED', undefined, 'not_run'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', undefined, 'not_run'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', undefined, 'unknown'],
    ['EPROTO', 'write', 'unknown'],
    ['UND_ERR_CONNECT_TIMEOUT', undefined, 'not_run'],
    ['UND_ERR_HEADERS_TIMEOUT', undefined, 'unknown'],
  ])('%s (%s): the request is %s', (code, syscall, fate) => {
    expect(socketFault(Object.assign(new Error('x'), { code, syscall }), 'mcp.example').fate).toBe(fate)
  })
})
