import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { endpointOf, rawServer, type TestServer } from '../helpers/mcp-servers.ts'

const HELLO = { protocolVersion: '2024-11-05', capabilities: {}, serverInfo: { name: 's', version: '1' } }

let server: TestServer
afterEach(() => server.close())

/** A server of the SSE transport that redirects calls to another path; the paths at which calls came. */
async function redirecting(status: number): Promise<string[]> {
  const called: string[] = []
  let stream: ServerResponse | undefined
  server = await rawServer(async (req, res) => {
    if (req.method === 'GET') {
      stream = res.writeHead(200, { 'content-type': 'text/event-stream' })
      return stream.write('event: endpoint\ndata: /messages\n\n')
    }
    const { id, method } = JSON.parse(await text(req))
    if (method === 'tools/call') called.push(req.url ?? '')
    if (method === 'tools/call' && req.url === '/messages')
      return res.writeHead(status, { location: '/moved' }).end()
    const result = method === 'initialize' ? HELLO : { content: [{ type: 'text', text: 'done' }] }
    if (id !== undefined)
      stream?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)
    return res.writeHead(202).end()
  })
  return called
}

const opened = () => connect(endpointOf({ url: server.url.replace('/mcp', '/sse') }))

it.each([307, 308])('a read over SSE follows a %i, and a write does not', async status => {
  const called = await redirecting(status)
  const reading = await opened()
  expect((await reading.call('read', {}, { repeatable: true })).text).toBe('done')
  await reading.close()
  expect(called.splice(0)).toEqual(['/messages', '/moved'])
  const writing = await opened()
  await expect(writing.call('write', {}, {})).rejects.toThrow('calls are not sent twice')
  await writing.close()
  expect(called).toEqual(['/messages'])
})
