// The three ways in, each with a real client: modern (v2), legacy streamable HTTP (v1), HTTP+SSE (v1).
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as LegacyHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'

export const WAYS_IN = ['modern', 'legacy', 'sse'] as const
export type WayIn = (typeof WAYS_IN)[number]

export interface TestClient {
  tools(): Promise<{ name: string; annotations: Record<string, unknown>; inputSchema: unknown }[]>
  /** The text of the result, parsed where it is JSON. */
  call(name: string, args?: Record<string, unknown>, signal?: AbortSignal): Promise<CallAnswer>
  close(): Promise<void>
}

export interface CallAnswer {
  isError: boolean
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes of JSON
  json: any
}

/** Connects to one of our own servers. */
export async function connect(way: WayIn, server: { url: string; token: string }): Promise<TestClient> {
  const requestInit = { headers: { authorization: `Bearer ${server.token}` } }
  const info = { name: 'test', version: '1' }
  if (way === 'modern') {
    const client = new Client(info, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }))
    return faceOf(client)
  }
  const client = new LegacyClient(info)
  const transport =
    way === 'sse'
      ? new SSEClientTransport(new URL(`${server.url}/sse`), { requestInit })
      : new LegacyHttp(new URL(`${server.url}/mcp`), { requestInit })
  await client.connect(transport as Transport)
  return faceOf(client)
}

function faceOf(client: Client | LegacyClient): TestClient {
  const either = client as Client
  return {
    async tools() {
      const { tools } = await either.listTools()
      return tools.map(tool => ({ ...tool, annotations: { ...tool.annotations } }))
    },
    async call(name, args = {}, signal) {
      const params = { name, arguments: args }
      const legacy = client as LegacyClient
      const result = await (client instanceof LegacyClient
        ? legacy.callTool(params, undefined, signal ? { signal } : {})
        : either.callTool(params, signal ? { signal } : {}))
      const text = (result.content as { text: string }[])[0]?.text ?? ''
      return {
        isError: result.isError === true,
        text,
        json: text.startsWith('{') ? JSON.parse(text) : undefined,
      }
    },
    close: () => client.close(),
  }
}
