// The conformance suite speaks HTTP only: this carries its requests to `supportmax gateway`, which speaks on stdin and stdout.
// In the older era each session has a process of its own; in the newer one, a single process is asked.
// Usage: stdio-front.ts PORT CONFIG

import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import {
  type JSONRPCMessage,
  ProtocolError,
  Server,
  type ServerContext,
  type WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { listenInBothEras } from './eras.ts'
import { TASKS } from './fixture/tasks.ts'

const [port, config = ''] = process.argv.slice(2)

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

interface Asked {
  resolve(result: Record<string, unknown>): void
  reject(error: Error): void
  onProgress(progress: object): void
}

const asked = new Map<unknown, Asked>()
let count = 0
let shared: Promise<StdioClientTransport> | undefined

async function openShared(): Promise<StdioClientTransport> {
  const stdio = gateway()
  stdio.onmessage = message => {
    if ('method' in message) {
      const { progressToken, ...progress } = (message.params ?? {}) as Record<string, unknown>
      asked.get(progressToken)?.onProgress(progress)
      return
    }
    const one = asked.get(message.id)
    asked.delete(message.id)
    if ('result' in message) return one?.resolve(message.result)
    const { code, message: words, data } = message.error
    one?.reject(new ProtocolError(code, words, data))
  }
  await stdio.start()
  return stdio
}

/** One request of the newer era, as it came: the SDK's client would refuse what it does not know. */
async function ask(
  method: string,
  params: object,
  { mcpReq }: ServerContext,
): Promise<Record<string, unknown>> {
  shared ??= openShared()
  const stdio = await shared
  const { progressToken, ...meta } = { ...mcpReq._meta }
  const state: unknown = mcpReq.requestState()
  const inputs = mcpReq.inputResponses
  const id = ++count
  const whole = {
    ...params,
    ...(inputs && { inputResponses: inputs }),
    ...(state !== undefined && { requestState: state }),
    _meta: { ...meta, ...mcpReq.envelope, progressToken: id },
  }
  const onProgress = (progress: object) => {
    const notice = { method: 'notifications/progress', params: { ...progress, progressToken } }
    if (progressToken !== undefined) void mcpReq.notify(notice as Parameters<typeof mcpReq.notify>[0])
  }
  const answer = new Promise<Record<string, unknown>>((resolve, reject) =>
    asked.set(id, { resolve, reject, onProgress }),
  )
  await stdio.send({ jsonrpc: '2.0', id, method, params: whole })
  return answer
}

const KNOWN =
  /^(tasks\/(get|cancel|update)|tools\/(list|call)|prompts\/(list|get)|resources\/(list|read|templates\/list)|completion\/complete)$/

const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true },
  completions: {},
  extensions: { [TASKS]: {} },
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
  for (const name of ['tasks/get', 'tasks/cancel'] as const)
    server.setRequestHandler(name, { params: z.looseObject({}) }, (params, context) =>
      ask(name, params, context),
    )
  return server
}

listenInBothEras(Number(port), {
  modern: front,
  connect: openSession,
  schemaOf: tool => schemas.get(tool),
})
