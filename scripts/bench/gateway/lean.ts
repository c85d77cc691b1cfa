// The least that a gateway can do: node:http in, one undici pool out, sessions of its own, names split at "__". No policy, no
// redaction, no record, no limits. It is the yardstick of the gateway's figures.
// Usage: lean.ts PORT REVISION NAME=URL…

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { Pool } from 'undici'

const [port, version = '', ...upstreams] = process.argv.slice(2)

interface Upstream {
  name: string
  pool: Pool
  path: string
  headers: Record<string, string>
}

const known = await Promise.all(
  upstreams.map(one => open(one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1))),
)
const sessions = new Set<string>()
let tools: object[] = []

async function open(name: string, address: string): Promise<Upstream> {
  const url = new URL(address)
  const upstream: Upstream = {
    name,
    pool: new Pool(url.origin, { connections: 64 }),
    path: url.pathname,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  }
  const clientInfo = { name: 'lean', version: '1' }
  const params = { protocolVersion: version, capabilities: {}, clientInfo }
  const { headers } = await post(
    upstream,
    JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  )
  upstream.headers['mcp-session-id'] = String(headers['mcp-session-id'])
  upstream.headers['mcp-protocol-version'] = version
  await post(upstream, '{"jsonrpc":"2.0","method":"notifications/initialized"}')
  return upstream
}

async function post({ pool, path, headers }: Upstream, body: string) {
  const answer = await pool.request({ path, method: 'POST', headers, body })
  const text = await answer.body.text()
  const data = text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? '')
  return { headers: answer.headers, data }
}

async function list(): Promise<void> {
  const lists = await Promise.all(
    known.map(async upstream => {
      const { data } = await post(upstream, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}')
      const { result } = JSON.parse(data) as { result: { tools: { name: string }[] } }
      return result.tools.map(tool => ({ ...tool, name: `${upstream.name}__${tool.name}` }))
    }),
  )
  tools = lists.flat()
}

async function answer(message: { id?: unknown; method: string; params?: { name: string } }): Promise<object> {
  if (message.method === 'initialize')
    return {
      protocolVersion: version,
      capabilities: { tools: {} },
      serverInfo: { name: 'lean', version: '1' },
    }
  if (message.method === 'tools/list') return { tools }
  const [server, ...rest] = message.params?.name.split('__') ?? []
  const upstream = known.find(one => one.name === server)
  if (!upstream) throw new Error('unknown tool')
  const params = { ...message.params, name: rest.join('__') }
  const { data } = await post(
    upstream,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  )
  return (JSON.parse(data) as { result: object }).result
}

async function textOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of req) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

await list()
createServer(async (req, res) => {
  if (req.method !== 'POST') return res.writeHead(405).end()
  const message = JSON.parse(await textOf(req))
  if (message.id === undefined) return res.writeHead(202).end()
  const isNew = message.method === 'initialize'
  const session = isNew ? randomUUID() : String(req.headers['mcp-session-id'])
  if (isNew) sessions.add(session)
  if (!sessions.has(session)) return res.writeHead(404).end()
  const result = await answer(message)
  res.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': session })
  res.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))
}).listen(Number(port), '127.0.0.1', () => console.log('listening'))
