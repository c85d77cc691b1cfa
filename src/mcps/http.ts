// One port for GET /healthz, streamable HTTP and HTTP+SSE, behind the access checks.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { INTERNAL_ERROR, INVALID_REQUEST, PARSE_ERROR } from '../base/http/rpc-codes.ts'
import { type Door, type DoorRefusal, refuseForeign, refuseStranger } from './door.ts'
import { type Log, refusalCounter, withoutRepeats } from './log.ts'
import { type Eras, httpSse, type MakeServer, refuse, streamableHttp, type Transport } from './transports.ts'

export interface HttpSettings {
  address: string
  /** 0 = any free port. */
  port: number
  /** Configured endpoint path; /mcp and /sse are always served too. */
  path: string
  /** Host header values; empty = loopback at the port. */
  allowedHosts: readonly string[]
  token: string
}

export interface Listening {
  port: number
  /** Ends running calls, open streams and connections immediately. */
  close(): Promise<void>
}

interface Answering {
  makeServer: MakeServer
  eras?: Eras
  /** Why no request can be answered yet; undefined once they can. */
  notReady?(): string | undefined
}

type TurnAway = (req: IncomingMessage, res: ServerResponse, refusal: DoorRefusal) => void

const MOST_BODY_BYTES = 1024 * 1024

/** Opens the port. Rejects with Node's error (EADDRINUSE, …) when it cannot. */
export async function listen(
  settings: HttpSettings,
  { makeServer, eras = 'both', notReady = () => undefined }: Answering,
  log: Log,
): Promise<Listening> {
  const transports = [streamableHttp(makeServer, eras), httpSse(makeServer)] as const
  const routes = routesOf(settings.path, ...transports)
  const quiet = withoutRepeats(log)
  const count = refusalCounter(log)
  const turnAway: TurnAway = (req, res, refusal) => {
    // A foreign host is a matter of configuration, a wrong token can be anyone's.
    if (refusal.status === 403) quiet('warn', refusal.text)
    else count(refusal.text)
    sendRefusal(req, res, refusal)
  }
  const door = { allowedHosts: new Set<string>(), token: settings.token }
  const server = createServer({ keepAlive: true, requestTimeout: 30_000, headersTimeout: 10_000 })
  server.maxConnections = 1_000
  server.on('request', (req, res) => {
    answer(req, res, { door, routes, turnAway, notReady }).catch((error: unknown) => {
      quiet('error', `request failed: ${error instanceof Error ? error.message : 'unknown reason'}`)
      refuse(res, 500, 'internal error', INTERNAL_ERROR)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.address, resolve)
  })
  const { port } = server.address() as AddressInfo
  for (const host of hostsOf(settings, port)) door.allowedHosts.add(host.toLowerCase())
  return {
    port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const transport of transports) transport.close()
        server.closeAllConnections()
      }),
  }
}

function hostsOf(settings: HttpSettings, port: number): readonly string[] {
  return settings.allowedHosts.length > 0 ? settings.allowedHosts : [`127.0.0.1:${port}`, `localhost:${port}`]
}

function routesOf(path: string, streamable: Transport, sse: Transport): Map<string, Transport> {
  const own = path.endsWith('/sse') ? sse : streamable
  return new Map([
    [path, own],
    ['/mcp', streamable],
    ['/sse', sse],
  ])
}

interface Answers {
  door: Door
  routes: Map<string, Transport>
  turnAway: TurnAway
  notReady(): string | undefined
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  { door, routes, turnAway, notReady }: Answers,
): Promise<void> {
  const [path] = (req.url ?? '/').split('?', 1)
  const foreign = refuseForeign(req.headers, door)
  if (foreign) return turnAway(req, res, foreign)
  if (path === '/healthz') return void res.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
  const stranger = refuseStranger(req.headers, door)
  if (stranger) return turnAway(req, res, stranger)
  const reason = notReady()
  if (reason !== undefined) return refuse(res, 503, reason)
  const transport = routes.get(path ?? '/')
  if (!transport) return refuse(res, 404, `no endpoint at this path; try ${[...routes.keys()].join(', ')}`)
  if (req.method !== 'POST') return transport.answer(req, res, undefined)
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? ''))
    return refuse(res, 415, 'the content type must be application/json')
  const body = await readJson(req)
  if ('status' in body) return refuse(res, body.status, body.text, body.code)
  return transport.answer(req, res, body.json)
}

/** Keeps the connection open after a short request: a client that checks our identity then uses the same socket. */
function sendRefusal(req: IncomingMessage, res: ServerResponse, { status, text }: DoorRefusal): void {
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  const isShort =
    Number(req.headers['content-length'] ?? (req.method === 'GET' ? 0 : Infinity)) <= SHORT_BYTES
  const connection = isShort ? {} : { connection: 'close' }
  res.writeHead(status, { 'content-type': 'text/plain', ...connection, ...challenge }).end(text)
}

const SHORT_BYTES = 4 * 1024

type Body = { json: unknown } | { status: number; text: string; code: number }

async function readJson(req: IncomingMessage): Promise<Body> {
  const tooLarge = {
    status: 413,
    text: `the body is larger than ${MOST_BODY_BYTES} bytes`,
    code: INVALID_REQUEST,
  }
  if (Number(req.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return tooLarge
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > MOST_BODY_BYTES) return tooLarge
    chunks.push(chunk)
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) }
  } catch {
    return { status: 400, text: 'the body is not JSON', code: PARSE_ERROR }
  }
}
