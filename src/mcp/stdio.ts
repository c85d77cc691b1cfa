// Serves one MCP server on stdin and stdout, for a client that starts its servers as commands.

import { ProtocolError, Server, type ServerContext } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { RawAnswer, RequestOptions, ServerAbout } from './connection.ts'

interface StdioServing {
  about: ServerAbout
  /** Never throws. */
  answer(method: string, params: Record<string, unknown>, options: RequestOptions): Promise<RawAnswer>
  /** Called with what is wrong on the way to the client. */
  onProblem(error: Error): void
}

/**
 * Answers requests in both eras until stdin ends or `signal` fires. Requests that are still running then are cancelled, and
 * get no answer.
 */
export async function serveOnStdio(serving: StdioServing, signal: AbortSignal): Promise<void> {
  const { stdin } = process
  const ended = new Promise<void>(resolve => {
    for (const event of ['end', 'close'] as const) stdin.once(event, resolve)
    if (stdin.readableEnded || stdin.destroyed) resolve()
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const handle = serveStdio(() => serverOf(serving), { onerror: serving.onProblem })
  await ended
  await handle.close()
}

function serverOf({ about, answer }: StdioServing): Server {
  const { name, version, instructions } = about
  const server = new Server(
    { name: name || 'unnamed', version: version || '0' },
    { capabilities: capabilitiesOf(about), ...(instructions !== undefined && { instructions }) },
  )
  server.fallbackRequestHandler = async ({ method, params = {} }, { mcpReq }) => {
    const { _meta, ...rest } = params
    const { signal } = mcpReq
    const progress = progressTo(mcpReq)
    const answered = await answer(method, rest, { signal, onProgress: progress?.report })
    await progress?.sent()
    if ('result' in answered) return answered.result
    const { code, message, data } = answered.error
    throw new ProtocolError(code, message, data)
  }
  return server
}

/** What is passed on. The server's notices and logs are not: our connection to it may be shared, or be another one later. */
function capabilitiesOf({ capabilities }: ServerAbout) {
  const { resources, prompts, completions } = capabilities
  return {
    tools: {},
    ...(resources !== undefined && { resources: {} }),
    ...(prompts !== undefined && { prompts: {} }),
    ...(completions !== undefined && { completions: {} }),
  }
}

/** Reports progress under the token of the caller; undefined if it wants none. An answer must not overtake it. */
function progressTo(mcpReq: ServerContext['mcpReq']) {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  let last: Promise<unknown> = Promise.resolve()
  return {
    report(progress: object): void {
      const params = { ...progress, progressToken }
      const notice = { method: 'notifications/progress', params } as Parameters<typeof mcpReq.notify>[0]
      last = mcpReq.notify(notice).catch(() => {})
    },
    sent: () => last,
  }
}
