// An MCP server without the SDK, which sends exactly what a test wants, and keeps all that it was sent.

import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { closing } from './closing.ts'
import { rawServer } from './mcp-servers.ts'

export type Era = 'modern' | 'legacy'

export interface Received {
  headers: IncomingHttpHeaders
  id?: unknown
  method?: string
  params: Record<string, unknown>
}

/** A request being answered. */
export interface Exchange extends Received {
  /** Reports progress under the token of the request; the answer becomes a stream. */
  progress(report: object): void
  /** Says something by itself; the answer becomes a stream. */
  notify(method: string, params: object): void
  /** Whether the request was cancelled: by a notice in the older era, by the end of its connection in the newer one. */
  isCancelled(): boolean
}

export interface RawUpstream {
  url: string
  /** Every message that came, in order. */
  received: Received[]
  /** How often each tool was called. */
  calls(method?: string): Received[]
}

interface RawUpstreamOptions {
  era: Era
  /** Entries of lists, as they are sent. */
  lists?: Partial<Record<'tools' | 'prompts' | 'resources' | 'resourceTemplates', object[]>>
  /** Besides those of the lists. */
  capabilities?: object
  /** The answer to anything else: `{ result }` or `{ error }`. */
  answer(exchange: Exchange): object | Promise<object>
}

const LISTS: Record<string, 'tools' | 'prompts' | 'resources' | 'resourceTemplates'> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
}

const LISTED = { tools: {}, prompts: {}, resources: {}, completions: {} }

const UNKNOWN = { error: { code: -32_601, message: 'Method not found' } }

/** Closed when the test is over. */
export async function rawUpstream({
  era,
  lists = {},
  capabilities,
  answer,
}: RawUpstreamOptions): Promise<RawUpstream> {
  const about = {
    capabilities: { ...LISTED, ...capabilities },
    serverInfo: { name: 'raw', version: '1' },
  }
  const received: Received[] = []
  const cancelled = new Set<unknown>()
  const modern = era === 'modern' && { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }

  function known({ method = '', params }: Received): object | undefined {
    const list = LISTS[method]
    if (list) return { result: { ...modern, [list]: lists[list] ?? [] } }
    if (method === 'server/discover' && modern)
      return { result: { ...modern, supportedVersions: ['2026-07-28'], ...about } }
    if (method === 'initialize' && !modern)
      return { result: { protocolVersion: params.protocolVersion, ...about } }
    if (method === 'server/discover' || method === 'initialize' || method === 'subscriptions/listen')
      return UNKNOWN
    return undefined
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await textOf(req)
    if (req.method !== 'POST') return void res.writeHead(req.method === 'DELETE' ? 200 : 405).end()
    const message = { params: {}, ...JSON.parse(body), headers: req.headers } as Received
    received.push(message)
    if (message.method === 'notifications/cancelled') cancelled.add(message.params.requestId)
    if (message.id === undefined) return void res.writeHead(202).end()
    const events = eventsOn(res)
    const answered =
      known(message) ??
      (await answer({
        ...message,
        progress: report => events.send(progressOf(message, report)),
        notify: (method, params) => events.send({ method, params }),
        isCancelled: () => cancelled.has(message.id) || (era === 'modern' && res.destroyed),
      }))
    const session = message.method === 'initialize' && { 'mcp-session-id': randomUUID() }
    events.end({ id: message.id, ...answered }, session || {})
  }

  const { url } = closing(await rawServer((req, res) => void serve(req, res)))
  return {
    url,
    received,
    calls: (method = 'tools/call') => received.filter(one => one.method === method),
  }
}

async function textOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of req) parts.push(part)
  return Buffer.concat(parts).toString()
}

function progressOf({ params }: Received, report: object): object {
  const { progressToken } = params._meta as { progressToken: unknown }
  return { method: 'notifications/progress', params: { ...report, progressToken } }
}

/** One JSON body, or a stream once something comes before the end. */
function eventsOn(res: ServerResponse) {
  let isStream = false
  const event = (message: object) => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`
  return {
    send(message: object) {
      if (!isStream) res.writeHead(200, { 'content-type': 'text/event-stream' })
      isStream = true
      res.write(event(message))
    },
    end(message: object, headers: Record<string, string>) {
      if (isStream) return void res.end(event(message))
      res.writeHead(200, { 'content-type': 'application/json', ...headers })
      res.end(JSON.stringify({ jsonrpc: '2.0', ...message }))
    },
  }
}
