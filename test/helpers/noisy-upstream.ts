// An MCP server that says far too much, in a test's own process.

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { closing } from './closing.ts'
import { rawServer } from './mcp-servers.ts'

export interface NoisyUpstream {
  url: string
  /** Sends this notice so often to every client that listens; resolves when all have taken it. */
  storm(method: string, params: object, times: number): Promise<void>
  /** Streams of its own messages that are open. */
  listeners(): number
}

interface Message {
  id?: number
  method: string
  params?: { name?: string; _meta?: { progressToken?: unknown } }
}

const CAPABILITIES = {
  tools: {},
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  logging: {},
}
const TOOLS = ['large', 'huge', 'endless', 'progress'].map(name => ({
  name,
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
}))
const MEGABYTE = 'x'.repeat(1_048_576)
const JSON_TYPE = { 'content-type': 'application/json' }
const EVENTS = { 'content-type': 'text/event-stream' }

/** Its tools: `large` answers with 7 MB, `huge` with 300 MB, `endless` for ever, `progress` with 100,000 reports. */
export async function noisyUpstream(): Promise<NoisyUpstream> {
  const listening = new Set<ServerResponse>()
  const server = await rawServer(async (req, res) => {
    if (req.method === 'GET') {
      listening.add(res.writeHead(200, EVENTS))
      res.flushHeaders()
      return void res.once('close', () => listening.delete(res))
    }
    if (req.method !== 'POST') return void res.writeHead(200).end()
    const message = JSON.parse(await text(req)) as Message
    if (message.id === undefined) return void res.writeHead(202).end()
    await answer(message, res).catch(() => res.destroy())
  })
  closing(server)
  return {
    url: server.url,
    listeners: () => listening.size,
    async storm(method, params, times) {
      const event = eventOf({ method, params })
      await Promise.all([...listening].map(res => pour(res, event, times)))
    },
  }
}

async function answer({ id, method, params }: Message, res: ServerResponse): Promise<void> {
  const name = method === 'tools/call' ? params?.name : undefined
  if (name === 'huge') return poured(res, JSON_TYPE, `{"jsonrpc":"2.0","id":${id},"result":{"text":"`, 300)
  if (name === 'endless') return poured(res, EVENTS, 'data: ', Number.POSITIVE_INFINITY)
  if (name === 'progress') {
    const { progressToken } = params?._meta ?? {}
    res.writeHead(200, EVENTS)
    await pour(
      res,
      eventOf({ method: 'notifications/progress', params: { progressToken, progress: 1 } }),
      100_000,
    )
    return void res.end(eventOf({ id, result: { content: [] } }))
  }
  const result = resultOf(method, name)
  res.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: '2.0', id, ...result }))
}

function resultOf(method: string, name: string | undefined): object {
  const serverInfo = { name: 'noisy', version: '1' }
  if (method === 'initialize')
    return { result: { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo } }
  if (method === 'tools/list') return { result: { tools: TOOLS } }
  if (method === 'prompts/list') return { result: { prompts: [] } }
  if (method === 'logging/setLevel') return { result: {} }
  if (name === 'large') return { result: { content: [{ type: 'text', text: MEGABYTE.repeat(7) }] } }
  return { error: { code: -32_601, message: 'Method not found' } }
}

function eventOf(message: object): string {
  return `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`
}

async function poured(res: ServerResponse, type: object, head: string, megabytes: number): Promise<void> {
  res.writeHead(200, { ...type }).write(head)
  await pour(res, MEGABYTE, megabytes)
  res.end()
}

async function pour(res: ServerResponse, part: string, times: number): Promise<void> {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  for (let left = times; left > 0 && !res.destroyed; left--)
    if (!res.write(part)) await once(res, 'drain', gone).catch(() => {})
}
