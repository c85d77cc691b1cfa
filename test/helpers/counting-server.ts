import type { IncomingMessage, ServerResponse } from 'node:http'
import { rawServer, type TestServer } from './mcp-servers.ts'

export const BODIES = {
  none: () => '',
  text: () => 'upstream said no',
  json: () => '{"error":"upstream said no"}',
  answer: (id: unknown) => rpcError(id, 'q must be one of a, b'),
  'answer in a stream': (id: unknown) => `event: message\ndata: ${rpcError(id, 'q must be one of a, b')}\n\n`,
  'answer without id': () => rpcError(null, 'Bad Request'),
  'lost session': () => rpcError(null, 'Bad Request: No valid session ID provided'),
} as const

export type BodyName = keyof typeof BODIES

export interface Refusal {
  status: number
  body: BodyName
  /** Whether the tool has had its effect before the server refuses. */
  effect: 'before' | 'after'
}

/** An MCP server that counts what reaches its tool, and refuses every call the way a test asks for. */
export interface CountingServer extends TestServer {
  refuseWith(refusal: Refusal): void
  /** Since the last refuseWith(): calls received, effects of the tool, and sessions opened. */
  seen(): { calls: number; effects: number; sessions: number }
}

function rpcError(id: unknown, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } })
}

export async function countingServer(era: 'modern' | 'legacy' | 'sse'): Promise<CountingServer> {
  let refusal: Refusal = { status: 400, body: 'none', effect: 'before' }
  let seen = { calls: 0, effects: 0, sessions: 0 }
  let stream: ServerResponse | undefined

  const reply = (res: ServerResponse, message: { id?: unknown; method?: string }, result: unknown) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: message.id, result })
    if (era === 'sse') {
      stream?.write(`event: message\ndata: ${text}\n\n`)
      return res.writeHead(202).end()
    }
    const session =
      era === 'legacy' && message.method === 'initialize' ? { 'mcp-session-id': `s${seen.sessions}` } : {}
    return res.writeHead(200, { 'content-type': 'application/json', ...session }).end(text)
  }

  const results: Record<string, () => unknown> = {
    initialize: () => {
      seen.sessions++
      return {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'c', version: '1' },
      }
    },
    'tools/list': () => ({
      ...(era === 'modern' ? { resultType: 'complete', ttlMs: 0, cacheScope: 'private' } : {}),
      tools: [{ name: 'write', inputSchema: { type: 'object' } }],
    }),
  }
  if (era === 'modern')
    results['server/discover'] = () => ({
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {} },
      serverInfo: { name: 'c', version: '1' },
    })

  const server = await rawServer(async (req, res) => {
    if (req.method === 'GET') {
      if (era !== 'sse') return res.writeHead(405).end()
      stream = res.writeHead(200, { 'content-type': 'text/event-stream' })
      return stream.write('event: endpoint\ndata: /messages?session=1\n\n')
    }
    if (req.method === 'DELETE') return res.writeHead(204).end()
    const message = JSON.parse(await textOf(req))
    if (message.method === 'tools/call') {
      seen.calls++
      if (refusal.effect === 'after') seen.effects++
      const { status, body } = refusal
      const type = body === 'answer in a stream' ? 'text/event-stream' : 'application/json'
      return res
        .writeHead(status, { 'content-type': body === 'text' ? 'text/plain' : type })
        .end(BODIES[body](message.id))
    }
    const result = results[message.method]
    if (result) return reply(res, message, result())
    return res.writeHead(message.id === undefined ? 202 : 400).end()
  })
  return {
    ...server,
    url: era === 'sse' ? server.url.replace('/mcp', '/sse') : server.url,
    refuseWith(next) {
      refusal = next
      seen = { calls: 0, effects: 0, sessions: 0 }
    },
    seen: () => seen,
  }
}

async function textOf(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of req) text += part
  return text || '{}'
}
