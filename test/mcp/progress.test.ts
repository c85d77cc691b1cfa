import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'

const INITIALIZED = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'raw', version: '1' },
}

const event = (message: object) => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`

/** Three reports and the answer, in one piece. */
function answerTo({ id, params }: { id: number; params: { _meta: { progressToken: unknown } } }): string {
  const { progressToken } = params._meta
  const reports = [1, 2, 3].map(progress => ({
    method: 'notifications/progress',
    params: { progressToken, progress },
  }))
  return [...reports, { id, result: { content: [] } }].map(event).join('')
}

/** Over streamable HTTP, or HTTP+SSE. */
async function serverOf(kind: 'http' | 'sse') {
  const stream = new EventEmitter<{ text: [string] }>()
  const server = await rawServer(async (req, res) => {
    if (req.method === 'GET' && kind === 'sse') {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      stream.on('text', text => res.write(text))
      return void res.write('event: endpoint\ndata: /post\n\n')
    }
    if (req.method !== 'POST') return void res.writeHead(405).end()
    let body = ''
    for await (const piece of req) body += piece
    const request = JSON.parse(body)
    const { id, method } = request
    if (method === 'server/discover') return void res.writeHead(400).end()
    const answer =
      method === 'initialize'
        ? event({ id, result: INITIALIZED })
        : method === 'tools/call'
          ? answerTo(request)
          : ''
    if (kind === 'sse' || answer === '') {
      res.writeHead(202).end()
      return void stream.emit('text', answer)
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer)
  })
  closing(server)
  return kind === 'sse' ? server.url.replace(/mcp$/, 'sse') : server.url
}

it.each(['http', 'sse'] as const)(
  'every report of progress that comes in one piece with the answer is heard over %s',
  async kind => {
    const connection = closing(await connect(endpointOf({ url: await serverOf(kind) })))
    const heard: object[] = []
    const call = { name: 'slow', arguments: {} }
    await connection.request('tools/call', call, { onProgress: one => void heard.push(one) })
    expect(heard).toMatchObject([{ progress: 1 }, { progress: 2 }, { progress: 3 }])
  },
)
