// Runs one of our own MCP servers as a program: reads the environment, opens the port, handles signals.
import { Agent, request } from 'node:http'
import { reasonOf, SupportError } from '../base/errors.ts'
import { hideSecret } from '../base/redact.ts'
import { type HttpSettings, listen } from './http.ts'
import { type Log, logTo } from './log.ts'
import { serverWith, type Tool, type ToolContext } from './tool.ts'
import type { Eras, MakeServer } from './transports.ts'

export type Env = Record<string, string | undefined>

export interface Program {
  /** For example `alertmanager`. */
  name: string
  title: string
  instructions: string
  /** Throws a SupportError when a required variable is missing. */
  tools(env: Env): Tool[]
}

const VERSION = '0.1.0'

/** What a program serves. */
export interface Service {
  makeServer: MakeServer
  /** Default: both. */
  eras?: Eras
  /** Why nothing can be answered yet; undefined once it can. */
  notReady?(): string | undefined
  /** Called when the program has to end. */
  close?(): Promise<void>
  /** For the first line of the log. */
  facts?: Record<string, string | number>
}

/** Serves `program` until SIGTERM or SIGINT, with MCP_ACCESS and MCP_UPSTREAM_HEADERS besides what serveWith() reads. */
export function serve(program: Program): Promise<void> {
  return serveWith(program.name, (env, log) => {
    const context: ToolContext = { access: accessOf(env), log }
    const tools = program.tools(env)
    const about = { ...program, version: VERSION }
    return { makeServer: () => serverWith(about, tools, context), facts: { access: context.access } }
  })
}

/**
 * Serves until SIGTERM or SIGINT. Environment: MCP_ADDRESS, MCP_PORT, MCP_PATH, MCP_ALLOWED_HOSTS, MCP_SERVER_TOKEN. With
 * the argument --health it checks the running server instead, and exits with 0 or 1.
 *
 * @param open throws a SupportError when a required variable is missing
 */
export async function serveWith(name: string, open: (env: Env, log: Log) => Service): Promise<void> {
  const { env } = process
  const log = logTo(process.stderr, `mcp-${name}`)
  const end = (code: number) => process.exit(code)
  if (process.argv[2] === '--health') return end((await healthy(httpSettings(env))) ? 0 : 1)
  process.on('uncaughtException', error => {
    log('error', `stopped by a bug: ${reasonOf(error)}`)
    end(1)
  })
  try {
    const settings = httpSettings(env)
    const service = open(env, log)
    const listening = await listen(settings, service, log)
    const close = () => Promise.all([listening.close(), service.close?.()])
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => void close().finally(() => end(0)))
    log('info', `listening on ${settings.address}:${listening.port}`, service.facts)
    if (settings.token === '')
      log('warn', 'MCP_SERVER_TOKEN is not set: every MCP request will be rejected (401)')
  } catch (error) {
    log('error', cannotStart(error, env))
    end(error instanceof SupportError && error.code === 'usage' ? 2 : 1)
  }
}

function cannotStart(error: unknown, env: Env): string {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  return taken ? `port ${env.MCP_PORT} is already in use` : reasonOf(error)
}

/** HTTP settings from the environment. Throws a SupportError that names the invalid variable. */
function httpSettings(env: Env): HttpSettings {
  const port = Number(env.MCP_PORT || 8888)
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new SupportError('usage', `MCP_PORT: ${env.MCP_PORT} is not a port`)
  const path = env.MCP_PATH || '/mcp'
  if (!/^\/[^?#\s]*$/.test(path))
    throw new SupportError('usage', 'MCP_PATH: must begin with / and have no query')
  const token = env.MCP_SERVER_TOKEN ?? ''
  hideSecret(token)
  const allowedHosts = (env.MCP_ALLOWED_HOSTS ?? '')
    .split(',')
    .map(host => host.trim())
    .filter(host => host !== '')
  return { address: env.MCP_ADDRESS || '127.0.0.1', port, path, allowedHosts, token }
}

function accessOf(env: Env): ToolContext['access'] {
  const access = env.MCP_ACCESS || 'read-only'
  if (access === 'read-only' || access === 'read-write') return access
  throw new SupportError('usage', `MCP_ACCESS: must be read-only or read-write, not "${access}"`)
}

// With an agent of its own: Node's global one uses the customer's proxy (HTTP_PROXY with NODE_USE_ENV_PROXY=1).
function healthy({ address, port, allowedHosts }: HttpSettings): Promise<boolean> {
  const target = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
  const own = `${target}:${port}`
  const host = allowedHosts.length === 0 || allowedHosts.includes(own) ? own : (allowedHosts[0] ?? own)
  return new Promise(resolve => {
    const probe = request(
      { host: target, port, path: '/healthz', headers: { host }, timeout: 3_000, agent: new Agent() },
      res => {
        res.resume()
        resolve(res.statusCode === 200)
      },
    )
    probe.on('timeout', () => probe.destroy())
    probe.on('error', () => resolve(false))
    probe.end()
  })
}
