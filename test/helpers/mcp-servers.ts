// Small real MCP servers of every era and transport, and raw HTTP servers that misbehave.

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { Server as LegacyServer } from '@modelcontextprotocol/sdk/server/index.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CallToolRequestSchema,
  type ElicitResult,
  ElicitResultSchema,
  ListToolsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { createMcpHandler, Server as ModernServer } from '@modelcontextprotocol/server'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import type { TransportKind } from '../../src/config/project.ts'
import type { Deadlines, Endpoint } from '../../src/mcp/endpoint.ts'

export const DEADLINES: Deadlines = {
  connect: TIMEOUTS.probe,
  probe: TIMEOUTS.probe,
  call: TIMEOUTS.toolCall,
}

export interface ToolSketch {
  name: string
  description?: string
  inputSchema?: Record<string, unknown>
  annotations?: { readOnlyHint?: boolean }
  /** Text, a whole result, or a wait for the signal. */
  run(
    args: Record<string, unknown>,
    signal: AbortSignal,
    ask: Ask,
  ): Promise<string | Record<string, unknown>> | string | Record<string, unknown>
}

/** Asks the person at the client, in the older era. Gets the parameters of `elicitation/create`. */
type Ask = (params: Record<string, unknown>) => Promise<ElicitResult>

export interface TestServer {
  url: string
  port: number
  /** Calls that reached a tool, in order. */
  calls: string[]
  /** The Authorization header of each request, in order. */
  authorizations: (string | undefined)[]
  close(): Promise<void>
}

export interface ServerOptions {
  kind: 'modern' | 'legacy' | 'sse'
  tools: ToolSketch[]
  token?: string
  /** Whether a request goes on to the server; otherwise it was answered. */
  admit?(req: IncomingMessage, res: ServerResponse, url: string): Promise<boolean>
  port?: number
  instructions?: string
  /** Capabilities besides tools, and the answers to their methods; undefined is an unknown method. */
  more?: {
    capabilities: Record<string, object>
    answer(method: string, params: Record<string, unknown>): object | undefined
  }
}

export async function startServer(options: ServerOptions): Promise<TestServer> {
  const calls: string[] = []
  const serve = { modern: serveModern, legacy: serveLegacy, sse: serveSse }[options.kind](options, calls)
  const path = options.kind === 'sse' ? '/sse' : '/mcp'
  const started = await rawServer((req, res) => {
    if (options.token && req.headers.authorization !== `Bearer ${options.token}`) {
      req.resume()
      res.writeHead(401, { 'content-type': 'text/plain' }).end('unauthorized: missing or wrong bearer token')
      return
    }
    const url = `http://${req.headers.host}${path}`
    if (!options.admit) serve(req, res)
    else void options.admit(req, res, url).then(admitted => admitted && serve(req, res))
  }, options.port)
  return { ...started, url: `http://127.0.0.1:${started.port}${path}`, calls }
}

/** Any HTTP server on a port of its own; close() breaks what is open. */
export async function rawServer(
  answer: (req: IncomingMessage, res: ServerResponse) => void,
  port = 0,
): Promise<TestServer> {
  const authorizations: (string | undefined)[] = []
  const server: Server = createServer((req, res) => {
    authorizations.push(req.headers.authorization)
    answer(req, res)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const taken = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${taken}/mcp`,
    port: taken,
    calls: [],
    authorizations,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function endpointOf(
  server: Pick<TestServer, 'url'>,
  more: Partial<Endpoint> & { transport?: TransportKind } = {},
): Endpoint {
  return {
    customer: 'acme',
    server: 'tools',
    system: 'Echo',
    url: server.url,
    transport: server.url.endsWith('/sse') ? 'sse' : 'streamable-http',
    token: undefined,
    auth: undefined,
    headers: {},
    tls: {},
    proxy: undefined,
    vouchedUntil: 0,
    smoke: { tool: 'echo', arguments: { text: 'smoke' } },
    image: undefined,
    deadlines: DEADLINES,
    ...more,
  }
}

export const echo: ToolSketch = {
  name: 'echo',
  description: 'Says the text again',
  annotations: { readOnlyHint: true },
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  run: args => `echo ${args.text}`,
}

/** Answers only when it is cancelled; `seen` counts the cancels. */
export function sleeper(seen: { started: number; cancelled: number }): ToolSketch {
  return {
    name: 'sleep',
    description: 'Sleeps until it is cancelled',
    annotations: { readOnlyHint: true },
    run: (_args, signal) =>
      new Promise(resolve => {
        seen.started++
        signal.addEventListener('abort', () => {
          seen.cancelled++
          resolve('woken')
        })
      }),
  }
}

type Serve = (req: IncomingMessage, res: ServerResponse) => void

function serveModern(options: ServerOptions, calls: string[]): Serve {
  const handler = createMcpHandler(() => {
    const capabilities = { tools: {}, ...options.more?.capabilities }
    const { instructions = '' } = options
    const server = new ModernServer({ name: 'modern', version: '1' }, { capabilities, instructions })
    server.fallbackRequestHandler = async request => answered(options, request) as never
    server.setRequestHandler('tools/list', () => ({ tools: listed(options.tools) }) as never)
    server.setRequestHandler(
      'tools/call',
      async (request, ctx) =>
        (await run(
          options.tools,
          calls,
          request.params.name,
          request.params.arguments,
          ctx.mcpReq.signal,
          async () => Promise.reject(new Error('in the newer era, the answer asks')),
        )) as never,
    )
    return server
  })
  return toNodeHandler(handler) as unknown as Serve
}

function legacy(options: ServerOptions, calls: string[]): LegacyServer {
  const capabilities = { tools: {}, ...options.more?.capabilities }
  const { instructions = '' } = options
  const server = new LegacyServer({ name: 'legacy', version: '1' }, { capabilities, instructions })
  server.fallbackRequestHandler = async request => answered(options, request) as never
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed(options.tools) }) as never)
  server.setRequestHandler(
    CallToolRequestSchema,
    async (request, extra) =>
      (await run(options.tools, calls, request.params.name, request.params.arguments, extra.signal, params =>
        extra.sendRequest({ method: 'elicitation/create', params } as never, ElicitResultSchema),
      )) as never,
  )
  return server
}

function serveLegacy(options: ServerOptions, calls: string[]): Serve {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  return async (req, res) => {
    const id = req.headers['mcp-session-id'] as string | undefined
    const known = id === undefined ? undefined : sessions.get(id)
    if (id !== undefined && !known) {
      req.resume()
      res.writeHead(404).end('Session not found')
      return
    }
    if (known) return void known.handleRequest(req, res)
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: session => {
        sessions.set(session, transport)
      },
    })
    await legacy(options, calls).connect(transport as Transport)
    await transport.handleRequest(req, res)
  }
}

function serveSse(options: ServerOptions, calls: string[]): Serve {
  const sessions = new Map<string, SSEServerTransport>()
  return async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://x')
    if (req.method === 'GET' && url.pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', res)
      sessions.set(transport.sessionId, transport)
      await legacy(options, calls).connect(transport)
      return
    }
    const session = sessions.get(url.searchParams.get('sessionId') ?? '')
    if (session) return void session.handlePostMessage(req, res)
    req.resume()
    res.writeHead(404).end('Session not found')
  }
}

function answered({ more }: ServerOptions, request: { method: string; params?: object | undefined }): object {
  const answer = more?.answer(request.method, { ...request.params })
  if (answer) return answer
  throw Object.assign(new Error('Method not found'), { code: -32601 })
}

function listed(tools: ToolSketch[]) {
  return tools.map(({ run: _run, inputSchema, ...tool }) => ({
    ...tool,
    inputSchema: inputSchema ?? { type: 'object' },
  }))
}

async function run(
  tools: ToolSketch[],
  calls: string[],
  name: string,
  args: Record<string, unknown> | undefined,
  signal: AbortSignal,
  ask: Ask,
): Promise<Record<string, unknown>> {
  calls.push(name)
  const tool = tools.find(known => known.name === name)
  if (!tool) return { content: [{ type: 'text', text: `no tool ${name}` }], isError: true }
  const result = await tool.run(args ?? {}, signal, ask)
  return typeof result === 'string' ? { content: [{ type: 'text', text: result }] } : result
}
