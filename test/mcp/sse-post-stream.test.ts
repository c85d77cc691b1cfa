// Servers of the SSE transport that answer a message in the body of its own POST.
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Connection, Fault } from '../../src/mcp/connection.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'

type Answer = (
  res: ServerResponse,
  answer: { id: unknown; result: object },
  longLived: ServerResponse,
) => unknown

const eventOf = (message: object) =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`
const stream = (res: ServerResponse, status = 200) =>
  res.writeHead(status, { 'content-type': 'text/event-stream' })
const progress = { method: 'notifications/progress', params: { progressToken: 0, progress: 1 } }
const result = { content: [{ type: 'text', text: 'näh' }] }

/** A connection to a server that answers the handshake in event streams of its POSTs, and calls as a test says. */
async function connected(answerCall: Answer): Promise<Connection> {
  let longLived: ServerResponse
  const server = await rawServer(async (req, res) => {
    if (req.method === 'GET') {
      longLived = stream(res)
      return longLived.write('event: endpoint\ndata: /messages\n\n')
    }
    let body = ''
    for await (const part of req) body += part
    const { id, method } = JSON.parse(body)
    if (id === undefined) return stream(res, 202).end()
    if (method === 'tools/call') return answerCall(res, { id, result }, longLived)
    const serverInfo = { name: 'x', version: '1' }
    const hello = { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo }
    return stream(res).end(eventOf({ id, result: hello }))
  })
  closing(server)
  return closing(await connect(endpointOf({ url: server.url.replace('/mcp', '/sse') })))
}

const bytesOf = (text: string) => [...Buffer.from(text)].map(byte => Buffer.from([byte]))

describe('an answer in the event stream of the POST itself', () => {
  it.each<[string, Answer]>([
    ['alone', (res, answer) => stream(res).end(eventOf(answer))],
    ['after a notification', (res, answer) => stream(res).end(eventOf(progress) + eventOf(answer))],
    ['with HTTP 202', (res, answer) => stream(res, 202).end(eventOf(answer))],
    ['with CRLF', (res, answer) => stream(res).end(eventOf(answer).replaceAll('\n', '\r\n'))],
    ['with its id as text', (res, answer) => stream(res).end(eventOf({ ...answer, id: String(answer.id) }))],
    ['without the empty line at its end', (res, answer) => stream(res).end(eventOf(answer).trimEnd())],
    ['in a stream that stays open', (res, answer) => stream(res).write(eventOf(answer))],
    [
      'byte by byte',
      (res, answer) => {
        stream(res)
        for (const byte of bytesOf(eventOf(answer))) res.write(byte)
        res.end()
      },
    ],
  ])('is read: %s', async (_, answerCall) => {
    const connection = await connected(answerCall)
    expect(await connection.call('x', {}, { deadline: 5_000 })).toEqual({ text: 'näh', isError: false })
  })

  it('may come over the long-lived stream instead', async () => {
    const connection = await connected((res, answer, longLived) => {
      stream(res).end()
      longLived.write(eventOf(answer))
    })
    expect(await connection.call('x', {}, { deadline: 5_000 })).toMatchObject({ text: 'näh' })
  })

  it.each<[string, Answer, Partial<Fault>]>([
    [
      'breaks',
      res => stream(res).write('event: mess', () => res.destroy()),
      { kind: 'closed', fate: 'unknown' },
    ],
    ['is too large', res => stream(res).end(`data: ${'x'.repeat(9 * 1024 * 1024)}`), { kind: 'too_large' }],
    [
      'is an error',
      (res, { id }) => stream(res).end(eventOf({ id, error: { code: -32_602, message: 'no such tool' } })),
      { kind: 'protocol', message: 'no such tool (JSON-RPC -32602)', fate: 'answered' },
    ],
  ])('fails the call when it %s', async (_, answerCall, fault) => {
    const connection = await connected(answerCall)
    await expect(connection.call('x', {}, { deadline: 5_000 })).rejects.toMatchObject(fault)
  })
})
