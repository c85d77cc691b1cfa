// Both eras on one port, with the SDK's checks of Host, Origin and headers: what the fixture and the front of the stdio door
// share.

import { randomUUID } from 'node:crypto'
import { createAdaptorServer } from '@hono/node-server'
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isInitializeRequest,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  McpServer,
  originValidationResponse,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'

interface BothEras {
  /** A server for one request of the newer era. Without a handler for `method`, the SDK answers with HTTP 404, as it must. */
  modern(method: unknown): Server
  /** Connects a new session of the older era. */
  connect(transport: WebStandardStreamableHTTPServerTransport): Promise<void>
  onClosed?(transport: WebStandardStreamableHTTPServerTransport): void
  /** The input schema of a tool, whose arguments may have to be repeated in headers. */
  schemaOf(tool: string): object | undefined
}

/** Says `listening` when the port is open. Returns what tells clients of the newer era that lists have changed. */
export function listenInBothEras(port: number, { modern, connect, onClosed, schemaOf }: BothEras) {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const handler = createMcpHandler(
    ({ authInfo }) => withHeaderCheck(modern(authInfo?.extra?.method), schemaOf),
    { legacy: 'reject' },
  )

  async function answer(request: Request): Promise<Response> {
    const refused =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins())
    if (refused) return refused
    const raw = request.method === 'POST' ? await request.text() : ''
    const body = raw === '' ? undefined : JSON.parse(raw)
    if (!(await isLegacyRequest(request, body))) {
      const authInfo = { token: '', clientId: '', scopes: [], extra: { method: body?.method } }
      return handler.fetch(request, { parsedBody: body, authInfo })
    }
    const id = request.headers.get('mcp-session-id')
    const session = sessions.get(id ?? '')
    if (session) return session.handleRequest(request, { parsedBody: body })
    if (!isInitializeRequest(body)) return new Response(null, { status: id === null ? 400 : 404 })
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => void sessions.set(id, transport),
      onsessionclosed(id) {
        sessions.delete(id)
        onClosed?.(transport)
      },
    })
    await connect(transport)
    return transport.handleRequest(request, { parsedBody: body })
  }

  createAdaptorServer({ fetch: answer }).listen(port, '127.0.0.1', () => console.log('listening'))
  return handler.notify
}

/** The SDK compares headers with arguments only for its own kind of server, which it asks for the schema. */
function withHeaderCheck(server: Server, schemaOf: BothEras['schemaOf']): McpServer {
  const checked = new McpServer({ name: 'checked', version: '1' })
  return Object.assign(checked, { server, toolInputSchemaJson: schemaOf })
}
