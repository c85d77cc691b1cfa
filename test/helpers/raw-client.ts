// A client of a door without the SDK, which shows what came as it came.

import { Agent, fetch, type Response } from 'undici'
import { closing } from './closing.ts'
import type { Era } from './raw-upstream.ts'

export interface RawMessage {
  id?: unknown
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { code: number; message: string; data?: unknown }
}

export interface RawReply {
  status: number
  contentType: string
  /** Of the body, in order. */
  messages: RawMessage[]
  /** The one with the id of the request. */
  answer: RawMessage
}

export interface SendOptions {
  id?: string | number
  headers?: Record<string, string>
  signal?: AbortSignal
}

export interface RawClient {
  /** Of the older era. */
  session: string | undefined
  send(method: string, params?: object, options?: SendOptions): Promise<RawReply>
  notify(method: string, params: object): Promise<number>
  /** Ends the session. */
  end(): Promise<void>
}

export interface RawClientOptions {
  era: Era
  token: string
  /** Of the older era. */
  version?: '2025-06-18' | '2025-11-25'
  capabilities?: object
}

const MODERN = '2026-07-28'
let latestId = 0

/** Connected until the test is over: in the older era, with a session. */
export async function rawClient(url: string, options: RawClientOptions): Promise<RawClient> {
  const { era, token, version = '2025-11-25', capabilities = {} } = options
  const isModern = era === 'modern'
  let session: string | undefined
  // Of its own, so that the server need not wait for its connections at its end.
  const dispatcher = new Agent()
  closing({ close: () => dispatcher.destroy() })

  async function post(body: Record<string, unknown>, { headers, signal }: SendOptions): Promise<Response> {
    return fetch(url, {
      dispatcher,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(session !== undefined && { 'mcp-session-id': session }),
        'mcp-protocol-version': isModern ? MODERN : version,
        ...(isModern && modernHeaders(body)),
        ...headers,
      },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    })
  }

  const client: RawClient = {
    get session() {
      return session
    },
    async send(method, params = {}, sendOptions = {}) {
      const id = sendOptions.id ?? ++latestId
      const own = isModern ? withEnvelope(params, capabilities) : params
      const response = await post({ jsonrpc: '2.0', id, method, params: own }, sendOptions)
      session ??= response.headers.get('mcp-session-id') ?? undefined
      const contentType = response.headers.get('content-type') ?? ''
      const messages = messagesIn(await response.text())
      const answer = messages.find(one => one.id === id) ?? messages.at(-1) ?? {}
      return { status: response.status, contentType, messages, answer }
    },
    async notify(method, params) {
      const response = await post({ jsonrpc: '2.0', method, params }, {})
      await response.text()
      return response.status
    },
    async end() {
      const headers = { authorization: `Bearer ${token}`, 'mcp-session-id': session ?? '' }
      await (await fetch(url, { dispatcher, method: 'DELETE', headers })).text()
    },
  }
  if (!isModern) {
    const clientInfo = { name: 'raw', version: '1' }
    const { status } = await client.send('initialize', { protocolVersion: version, capabilities, clientInfo })
    if (status !== 200) throw new Error(`no session: HTTP ${status}`)
    await client.notify('notifications/initialized', {})
  }
  return client
}

/** With what every request of the newer era says of its client. */
export function withEnvelope(params: { _meta?: object }, capabilities: object): object {
  return {
    ...params,
    _meta: {
      ...params._meta,
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
  }
}

function modernHeaders({ method, params }: Record<string, unknown>): Record<string, string> {
  const { name, uri, taskId } = { ...(params as object) } as Partial<Record<string, string>>
  const named = name ?? uri ?? taskId
  return { 'mcp-method': String(method), ...(named !== undefined && { 'mcp-name': named }) }
}

/** One JSON value, or the data of all events. */
function messagesIn(text: string): RawMessage[] {
  if (text.startsWith('{')) return [JSON.parse(text)]
  const data = text.split('\n').flatMap(line => (line.startsWith('data: {') ? [line.slice(6)] : []))
  return data.map(line => JSON.parse(line))
}
