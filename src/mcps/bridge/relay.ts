import type { Client } from '@modelcontextprotocol/client'
import { ProtocolError, Server, type ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Log } from '../log.ts'
import type { ChildCommand } from './child.ts'
import { isRejection, NO_DEADLINE_MS, type Running, startCommand } from './running.ts'

/** One command that all sessions share. */
export interface Relay extends Pick<Running, 'notReady' | 'ended' | 'close'> {
  /** A server for one session, or for one request in the modern era, that passes everything on to the command. */
  makeServer(): Server
}

export function openRelay(command: ChildCommand, log: Log): Relay {
  const { client, notReady, ended, close } = startCommand(command, log)
  return { makeServer: () => serverOver(client, (_, request) => request(client)), notReady, ended, close }
}

/** What the command can do and we pass on. Subscriptions and logs belong to one session, and the command is shared. */
function capabilitiesOf(client: Client) {
  const { tools, prompts, resources, completions } = client.getServerCapabilities() ?? {}
  return {
    ...(tools && { tools: {} }),
    ...(prompts && { prompts: {} }),
    ...(resources && { resources: {} }),
    ...(completions && { completions: {} }),
  }
}

/** Sends a request to the right command. */
export type Route = <T>(method: string, request: (client: Client) => Promise<T>) => Promise<T>

/** A server that introduces itself as `like`, passes each request on, and returns the results unchanged. */
export function serverOver(like: Client, route: Route): Server {
  const { name = 'unnamed', version = '0', ...info } = like.getServerVersion() ?? {}
  const instructions = like.getInstructions()
  const server = new Server(
    { name, version, ...info },
    { capabilities: capabilitiesOf(like), ...(instructions !== undefined && { instructions }) },
  )
  server.fallbackRequestHandler = (request, context) =>
    route(request.method, client => passOn(client, request, context))
  return server
}

const anything = z.looseObject({})

interface Params {
  _meta?: { progressToken?: string | number | undefined } | undefined
}

async function passOn(
  client: Client,
  { method, params }: { method: string; params?: Params | undefined },
  { mcpReq }: ServerContext,
) {
  const progressToken = mcpReq._meta?.progressToken
  // An answer must not overtake it.
  let reported: Promise<unknown> = Promise.resolve()
  const report = (progress: object) => {
    const params = { ...progress, progressToken }
    const notice = { method: 'notifications/progress', params } as Parameters<typeof mcpReq.notify>[0]
    reported = mcpReq.notify(notice).catch(() => {})
  }
  try {
    const result = await client.request({ method, params: withoutMeta(params) }, anything, {
      signal: mcpReq.signal,
      timeout: NO_DEADLINE_MS,
      ...(progressToken !== undefined && { onprogress: report }),
    })
    await reported
    return result
  } catch (error) {
    // The command's own error, with its code and data.
    if (isRejection(error))
      throw new ProtocolError(error.code, error.message, (error as { data?: unknown }).data)
    throw error
  }
}

/** What a caller says about itself is for us; the SDK adds a progress token of its own. */
function withoutMeta(params: Params | undefined): Record<string, unknown> | undefined {
  if (!params) return undefined
  const { _meta, ...rest } = params
  return rest
}
