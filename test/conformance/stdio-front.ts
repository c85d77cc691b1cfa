// The conformance suite speaks HTTP only: this carries its requests to `supportmax gateway`, which speaks on stdin and stdout.
// In the older era each session has a process of its own; in the newer one, a client of the SDK asks a single process.
// Usage: stdio-front.ts PORT CONFIG

import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import {
  type JSONRPCMessage,
  Server,
  type ServerContext,
  type WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { listenInBothEras } from './eras.ts'

const [port, config = ''] = process.argv.slice(2)
const any = z.looseObject({})
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'

const gateway = () =>
  new StdioClientTransport({
    command: process.execPath,
    args: [
      'bin/supportmax.js',
      '--config',
      config,
      'gateway',
      '--customer',
      'fixture',
      '--role',
      'read-write',
    ],
    env: process.env as Record<string, string>,
    stderr: 'ignore',
  })

async function openSession(http: WebStandardStreamableHTTPServerTransport): Promise<void> {
  const stdio = gateway()
  const running: (string | number)[] = []
  http.onmessage = (message: JSONRPCMessage) => {
    if ('method' in message && 'id' in message) running.push(message.id)
    void stdio.send(message as Parameters<typeof stdio.send>[0])
  }
  http.onclose = () => void stdio.close()
  stdio.onmessage = message => {
    // What the server sends by itself belongs to the request that is running.
    const related = 'method' in message ? running.at(-1) : undefined
    if (!('method' in message) && 'id' in message) running.splice(running.indexOf(message.id as string), 1)
    void http.send(message as JSONRPCMessage, related === undefined ? {} : { relatedRequestId: related })
  }
  await Promise.all([stdio.start(), http.start()])
}

let client: Promise<Client> | undefined

async function connected(): Promise<Client> {
  const one = new Client(
    { name: 'front', version: '1' },
    { versionNegotiation: { mode: 'auto' }, inputRequired: { autoFulfill: false } },
  )
  await one.connect(gateway())
  return one
}

/** One request of the newer era, as it came. */
async function ask(
  method: string,
  params: object,
  { mcpReq }: ServerContext,
): Promise<Record<string, unknown>> {
  client ??= connected()
  const { progressToken, ...meta } = { ...mcpReq._meta }
  const envelope = { ...mcpReq.envelope } as Record<string, unknown>
  const state: unknown = mcpReq.requestState()
  const inputs = mcpReq.inputResponses
  const asked = {
    ...params,
    ...(inputs && { inputResponses: inputs }),
    ...(state !== undefined && { requestState: state }),
    _meta: { ...meta, [CAPABILITIES]: envelope[CAPABILITIES] },
  }
  const onprogress = (progress: object) => {
    const notice = { method: 'notifications/progress', params: { ...progress, progressToken } }
    if (progressToken !== undefined) void mcpReq.notify(notice as Parameters<typeof mcpReq.notify>[0])
  }
  return (await client).request({ method, params: asked }, any, { onprogress, allowInputRequired: true })
}

const KNOWN =
  /^(tools\/(list|call)|prompts\/(list|get)|resources\/(list|read|templates\/list)|completion\/complete)$/

const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true },
  completions: {},
}

/** As the gateway has listed them. */
const schemas = new Map<unknown, object>()

function front(method: unknown): Server {
  const server = new Server({ name: 'front', version: '1' }, { capabilities })
  if (!KNOWN.test(String(method))) return server
  server.fallbackRequestHandler = async ({ method, params = {} }, context) => {
    const result = await ask(method, params, context)
    const tools = Array.isArray(result.tools) ? result.tools : []
    for (const { name, inputSchema } of tools) schemas.set(name, inputSchema)
    return result
  }
  return server
}

listenInBothEras(Number(port), {
  modern: front,
  connect: openSession,
  schemaOf: tool => schemas.get(tool),
})
