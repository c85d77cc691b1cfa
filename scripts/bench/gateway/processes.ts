// Programs of a measurement, and their end.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'

export const PROGRAM = resolve('bin/supportmax.js')
export const EVERYTHING = resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js')

export interface Processes {
  env: NodeJS.ProcessEnv
  /** Resolves when the program has said that it is ready. */
  start(
    words: string[],
    ready: RegExp,
    more?: Record<string, string>,
    program?: string,
  ): Promise<ChildProcess>
  /** Ends one, or all of them. */
  end(child?: ChildProcess): Promise<void>
  /** Kills the reference server at this URL, and starts it again. */
  endAt(url: string): Promise<void>
  startAt(url: string): Promise<void>
}

/** @param folder for the state of supportmax */
export function openProcesses(folder: string): Processes {
  const env = { ...process.env, HOME: folder, XDG_STATE_HOME: join(folder, 'state') }
  const started = new Set<ChildProcess>()
  const ports = new Map<string, ChildProcess>()
  const processes: Processes = {
    env,
    async start(words, ready, more = {}, program = 'node') {
      const child = spawn(program, words, { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
      started.add(child)
      if (more.PORT) ports.set(more.PORT, child)
      await saying(child, ready)
      return child
    },
    async end(only) {
      const ending = only ? [only] : [...started]
      for (const child of ending) child.kill()
      await Promise.all(ending.map(child => child.exitCode ?? child.signalCode ?? once(child, 'exit')))
      for (const child of ending) started.delete(child)
    },
    async endAt(url) {
      const child = ports.get(new URL(url).port)
      child?.kill('SIGKILL')
      if (child) await processes.end(child)
    },
    async startAt(url) {
      await processes.start([EVERYTHING, 'streamableHttp'], /listening/i, { PORT: new URL(url).port })
    },
  }
  return processes
}

export interface Upstream {
  name: string
  url: string
}

/** The reference server, once for each name. */
export async function everythingServers({ start }: Processes, names: readonly string[]): Promise<Upstream[]> {
  return Promise.all(
    names.map(async name => {
      const port = await freePort()
      await start([EVERYTHING, 'streamableHttp'], /listening/i, { PORT: String(port) })
      return { name, url: `http://127.0.0.1:${port}/mcp` }
    }),
  )
}

/** The configuration of a customer with these servers, in a folder of its own, and a token for its door. */
export function project(
  { env }: Processes,
  folder: string,
  servers: readonly (Upstream & { newest_protocol?: string })[],
): { config: string; token: string } {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'mcp_servers.json')
  const entries = servers.map(one => ({ ...one, trust_hints: true, read_only_tools: ['echo'] }))
  const policy = [{ servers: ['nobody'], action: 'deny' }, { action: 'allow' }]
  const customers = [{ name: 'Acme', access: 'read-write', mcp_servers: entries }]
  writeFileSync(config, JSON.stringify({ runtime: 'local', policy, customers }))
  const words = [PROGRAM, '--config', config, 'token', 'create', '--customer', 'acme']
  const token = execFileSync('node', words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return { config, token: token.trim() }
}

/** Resident memory, in MiB. */
export function megabytes({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}

function saying(child: ChildProcess, ready: RegExp): Promise<void> {
  let said = ''
  return new Promise((done, reject) => {
    const read = (part: Buffer) => {
      said += part
      if (ready.test(said)) done()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', code => reject(new Error(`ended with ${code}: ${said}`)))
  })
}
