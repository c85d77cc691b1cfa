// Three transports: streamable HTTP of the modern era (one server per request), of the legacy era (one server per session,
// without an event store), and HTTP+SSE (one server per open stream).
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type NodeIncomingMessageLike,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  isLegacyRequest,
  type McpServer,
  type Server,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server'
import { SSEServerTransport } from '@modelcontextprotocol/server-legacy/sse'
import { REFUSED, SESSION_NOT_FOUND, UNSUPPORTED_VERSION } from '../base/http/rpc-codes.ts'
import { openSessions } from './sessions.ts'

export type MakeServer = () => McpServer | Server
/** `body` is the parsed JSON of a POST. */
type Answerer = (req: IncomingMessage, res: ServerResponse, body: unknown) => Promise<void>

/** `legacy`: only with sessions. */
export type Eras = 'both' | 'legacy'

export interface Transport {
  answer: Answerer
  close(): void
}

const SESSIONS = { most: 100, idleMs: 30 * 60_000, abandonedMs: 60_000 }
const PING_MS = 15_000

/** Streamable HTTP at one path. */
export function streamableHttp(makeServer: MakeServer, eras: Eras): Transport {
  const modern = createMcpHandler(makeServer, { legacy: 'reject' })
  const answerModern = toNodeHandler(modern)
  const legacy = legacySessions(makeServer)
  return {
    async answer(req, res, body) {
      const node = req as NodeIncomingMessageLike // differs only under exactOptionalPropertyTypes
      const request = await toWebRequest(node, body)
      if (await isLegacyRequest(request, body)) return legacy.answer(req, res, body)
      if (eras === 'legacy') return refuseEra(res, body)
      return answerModern(node, res, body)
    },
    close() {
      legacy.close()
      void modern.close()
    },
  }
}

function legacySessions(makeServer: MakeServer): Transport {
  const sessions = openSessions<NodeStreamableHTTPServerTransport>(SESSIONS)
  async function begin(req: IncomingMessage, res: ServerResponse, body: unknown): Promise<void> {
    if ((body as { method?: unknown } | null)?.method !== 'initialize')
      return refuse(res, 400, 'no session: send initialize first')
    if (!sessions.makeRoom()) return refuse(res, 503, 'too many sessions in use')
    const server = makeServer()
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => sessions.add({ id, transport, close: () => void server.close() }, res),
      onsessionclosed: id => sessions.drop(id),
    })
    await server.connect(transport)
    await transport.handleRequest(req, res, body)
    if (transport.sessionId === undefined) await server.close()
  }
  return {
    async answer(req, res, body) {
      const id = req.headers['mcp-session-id']
      if (typeof id !== 'string') return begin(req, res, body)
      const session = sessions.use(id, res, { isStream: req.method === 'GET' })
      if (!session) return refuse(res, 404, 'session not found', SESSION_NOT_FOUND)
      await session.transport.handleRequest(req, res, body)
    },
    close: () => sessions.closeAll(),
  }
}

/** HTTP+SSE at one path: GET opens the stream, POST with its session id sends messages. */
export function httpSse(makeServer: MakeServer): Transport {
  const sessions = openSessions<SSEServerTransport>(SESSIONS)
  async function begin(path: string, res: ServerResponse): Promise<void> {
    if (!sessions.makeRoom()) return refuse(res, 503, 'too many sessions in use')
    const server = makeServer()
    const transport = new SSEServerTransport(path, res)
    const id = transport.sessionId
    const ping = setInterval(() => res.write(': ping\n\n'), PING_MS)
    res.once('close', () => {
      clearInterval(ping)
      sessions.drop(id)
    })
    sessions.add({ id, transport, close: () => void server.close() }, res)
    await server.connect(transport)
  }
  return {
    async answer(req, res, body) {
      const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost')
      if (req.method === 'GET') return begin(pathname, res)
      const id = searchParams.get('sessionId')
      if (req.method !== 'POST' || id === null) return refuse(res, 405, 'open the stream with GET first')
      const session = sessions.use(id, res)
      if (!session) return refuse(res, 404, 'session not found', SESSION_NOT_FOUND)
      await session.transport.handlePostMessage(req, res, body)
    },
    close: () => sessions.closeAll(),
  }
}

/** A client that speaks both eras then begins a session. */
function refuseEra(res: ServerResponse, body: unknown): void {
  const { id = null } = body as { id?: unknown }
  const data = { supported: SUPPORTED_PROTOCOL_VERSIONS }
  const error = { code: UNSUPPORTED_VERSION, message: 'Unsupported protocol version', data }
  res.writeHead(400, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ jsonrpc: '2.0', id, error }))
}

/** Answers with a JSON-RPC error, and closes the connection because the body can still be unread. */
export function refuse(res: ServerResponse, status: number, message: string, code = REFUSED): void {
  if (res.headersSent) return void res.end()
  res.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  res.end(JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }))
}
