import { Client } from '@modelcontextprotocol/client'
import { ProtocolError, Server, type ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { reasonOf } from '../../base/errors.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { pause } from '../../base/waiting/wait.ts'
import { type Log, withoutRepeats } from '../log.ts'
import { type ChildCommand, type ChildEnd, CLOSED_STDIN, childTransport } from './child.ts'

/** One command that all sessions share. */
export interface Relay {
  /** Why nothing can be answered yet; undefined once it can. */
  notReady(): string | undefined
  /** A server for one session, or for one request in the modern era, that passes everything on to the command. */
  makeServer(): Server
  /** Never rejects. */
  ended: Promise<ChildEnd>
  close(): Promise<void>
}

/** Callers have deadlines of their own, and cancel. */
const NO_DEADLINE_MS = 86_400_000

/** From a broken pipe to the end of a command that is about to end, in milliseconds. */
const EXIT_MS = 1_000
const LONGEST_REASON = 200

/** Starts the command and introduces us to it. What its answers hold is passed on untouched. */
export function openRelay(command: ChildCommand, log: Log): Relay {
  const started = Date.now()
  // Without capabilities: requests of the command for samples, roots or input are answered "method not found".
  const client = new Client({ name: 'supportmax', version: '0.1.0' }, { capabilities: {} })
  const child = childTransport(command, log)
  const { promise: ended, resolve: end } = Promise.withResolvers<ChildEnd>()
  void child.ended.then(end)
  let isReady = false
  const quiet = withoutRepeats(log)
  client.onerror = error => quiet('warn', `command: ${kindOf(error)}`)
  void client.connect(child, { timeout: NO_DEADLINE_MS }).then(
    () => {
      isReady = true
      const { name = '', version = '' } = client.getServerVersion() ?? {}
      log('info', `the command is ready: ${[name, version].filter(Boolean).join(' ')}`)
    },
    async (error: unknown) => {
      // A command that ends breaks the pipe first; how it ended says more.
      if (reasonOf(error) === CLOSED_STDIN) await pause(EXIT_MS)
      end({ exitCode: 1, words: notConnected(error) })
    },
  )
  return {
    notReady() {
      if (isReady) return undefined
      const seconds = Math.round((Date.now() - started) / 1_000)
      const strays = child.hasStrays ? '; what it wrote on stdout is not MCP (see its log)' : ''
      return `its command has not answered initialize for ${seconds} s${strays}`
    },
    makeServer: () => serverOver(client),
    ended,
    close: () => child.close(),
  }
}

/** Without the message itself, which may be large and is another one each time. */
function kindOf(error: unknown): string {
  return cleanLine(reasonOf(error).replace(/: [[{].*$/s, ''), LONGEST_REASON)
}

function isRejection(error: unknown): error is Error & { code: number } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}

function notConnected(error: unknown): string {
  const what = isRejection(error) ? 'the command rejected initialize' : 'the command did not start'
  return `${what}: ${kindOf(error)}`
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

function serverOver(client: Client): Server {
  const { name = 'unnamed', version = '0', ...info } = client.getServerVersion() ?? {}
  const instructions = client.getInstructions()
  const server = new Server(
    { name, version, ...info },
    { capabilities: capabilitiesOf(client), ...(instructions !== undefined && { instructions }) },
  )
  server.fallbackRequestHandler = (request, context) => passOn(client, request, context)
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
  const report = (progress: object) =>
    void mcpReq
      .notify({ method: 'notifications/progress', params: { ...progress, progressToken } } as Parameters<
        typeof mcpReq.notify
      >[0])
      .catch(() => {})
  try {
    return await client.request({ method, params: withoutMeta(params) }, anything, {
      signal: mcpReq.signal,
      timeout: NO_DEADLINE_MS,
      ...(progressToken !== undefined && { onprogress: report }),
    })
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
