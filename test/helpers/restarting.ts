// Servers that are killed and started again while they are called.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../src/mcp/connection.ts'
import type { Endpoint } from '../../src/mcp/endpoint.ts'
import { type ConnectionPool, openPool } from '../../src/mcp/pool.ts'
import { newFolder } from './folder.ts'
import { DEADLINES, endpointOf } from './mcp-servers.ts'
import { COMPILED, type OwnServer, startOwnServer } from './own-server.ts'
import { freePort } from './ports.ts'
import { until } from './until.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/counting-process.ts', import.meta.url))
const EVERYTHING = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
)

/** How the server is reached, and what it says to an unknown session. `bridge`: a stdio server behind our bridge. */
export type Way = '404' | '400' | 'sse' | 'bridge' | 'everything' | 'everything-sse'

export interface Restarting {
  way: Way
  endpoint: Endpoint
  /** Kills it with SIGKILL, and starts it again at the same port. Resolves with the milliseconds until it is ready. */
  restart(): Promise<number>
  kill(): Promise<void>
  start(): Promise<void>
  /** Each run of its writes. */
  writes(): string[]
  close(): Promise<void>
}

export async function restarting(way: Way): Promise<Restarting> {
  const port = await freePort()
  const file = join(newFolder(), 'writes.txt')
  const isSse = way.endsWith('sse')
  let stop: () => Promise<void> = async () => {}
  const start = async () => {
    if (way !== 'bridge') {
      stop = await startProcess(way, port, file)
      return
    }
    const bridge = await startBridge(port, file)
    stop = bridge.stop
    await until('the command is ready', () => bridge.log().includes('the command is ready'))
  }
  await start()
  const own = way === 'bridge' ? ({ token: 'test-token-of-this-server', image: 'build' } as const) : {}
  return {
    way,
    endpoint: endpointOf(
      { url: `http://127.0.0.1:${port}${isSse ? '/sse' : '/mcp'}` },
      { ...own, server: way, deadlines: { ...DEADLINES, connect: 5_000, call: 20_000 } },
    ),
    async restart() {
      const began = performance.now()
      await stop()
      await start()
      return performance.now() - began
    },
    kill: () => stop(),
    start,
    writes: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []),
    close: () => stop(),
  }
}

function startBridge(port: number, file: string): Promise<OwnServer> {
  const env = { PATH: process.env.PATH ?? '', MCP_PORT: String(port) }
  return startOwnServer('bridge', env, [process.execPath, FIXTURE, 'stdio', file])
}

async function startProcess(way: Way, port: number, file: string): Promise<() => Promise<void>> {
  const everything = way.startsWith('everything')
  const words = everything
    ? [EVERYTHING, way.endsWith('sse') ? 'sse' : 'streamableHttp']
    : [FIXTURE, way, file]
  const child = spawn(process.execPath, words, {
    env: { ...COMPILED, MCP_PORT: String(port), PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // A test that fails before its stop() must leave no process behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const exit = new Promise<void>(resolve => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (/listening|running/i.test(said)) resolve()
    })
    void exit.then(() => reject(new Error(`the server has ended: ${said}`)))
  })
  return async () => {
    process.off('exit', kill)
    kill()
    await exit
  }
}

/** A pool that finds these servers wherever they run; external ones are never said to be stopped. */
export function poolOf(servers: readonly Restarting[]): ConnectionPool {
  return openPool(async ({ server }) => {
    const found = servers.find(one => one.way === server)
    if (!found) throw new Error(`no server ${server}`)
    return found.endpoint
  })
}

export interface Hammered {
  /** Why reads failed. */
  failed: string[]
  /** Milliseconds of each read. */
  took: number[]
  /** Milliseconds of each restart. */
  restarts: number[]
  /** Of reads that waited for a restart of their server: milliseconds from when the server was back to the answer. */
  late: { server: Way; took: number }[]
  writes: { server: string; id: string; outcome: 'ran' | Fault['fate'] }[]
}

interface HammerOptions {
  reads: number
  /** Of each server. */
  restarts: number
  concurrency: number
}

/**
 * Reads from all servers in turn, with one write for 25 reads, while each is killed at times that are spread evenly over the
 * reads.
 */
export async function hammer(
  pool: ConnectionPool,
  servers: readonly Restarting[],
  { reads, restarts, concurrency }: HammerOptions,
): Promise<Hammered> {
  const found: Hammered = { failed: [], took: [], restarts: [], late: [], writes: [] }
  /** When each server was back the last time. */
  const back = new Map<Way, number>()
  let next = 0
  const tool = (way: Way, write: boolean) =>
    way.startsWith('everything') ? 'echo' : write ? 'write' : 'read'
  const call = async (server: Restarting, id: string, write: boolean) => {
    const name = tool(server.way, write)
    const key = { customer: 'acme', server: server.way }
    const args = { id, message: id }
    const result = await pool.call(key, name, args, { repeatable: !write })
    if ('state' in result) throw new Error(`${result.state}: ${result.reason}`)
    const expected = name === 'echo' ? `Echo: ${id}` : `${name} ${id}`
    if (result.text.trim() !== expected) throw new Error(`wrong answer: ${result.text}`)
  }
  const worker = async () => {
    for (let at = next++; at < reads; at = next++) {
      const server = servers[at % servers.length] as Restarting
      const began = performance.now()
      await call(server, String(at), false).catch(error =>
        found.failed.push(`${server.way}: ${error.message}`),
      )
      const ended = performance.now()
      found.took.push(ended - began)
      const isBackAt = back.get(server.way) ?? 0
      if (isBackAt > began) found.late.push({ server: server.way, took: ended - isBackAt })
      if (at % 25 !== 0 || server.way.startsWith('everything')) continue
      const outcome = await call(server, String(at), true).then(
        () => 'ran' as const,
        error => (error instanceof Fault ? error.fate : 'unknown'),
      )
      found.writes.push({ server: server.way, id: `write ${at}`, outcome })
    }
  }
  const killer = async (server: Restarting, of: number) => {
    for (let kill = 0; kill < restarts; kill++) {
      const due = ((kill + (of + 1) / (servers.length + 1)) * reads) / restarts
      while (next < due) await new Promise(resolve => setTimeout(resolve, 1))
      found.restarts.push(await server.restart())
      back.set(server.way, performance.now())
    }
  }
  await Promise.all([...Array.from({ length: concurrency }, worker), ...servers.map(killer)])
  return found
}

/** Writes whose outcome does not fit how often they ran: each is a lie or a second run. */
export function wrongWrites(servers: readonly Restarting[], { writes }: Hammered): string[] {
  const runs = new Map(servers.map(one => [one.way as string, Map.groupBy(one.writes(), id => id)] as const))
  return writes.flatMap(({ server, id, outcome }) => {
    const count = runs.get(server)?.get(id)?.length ?? 0
    const allowed = outcome === 'ran' ? [1] : outcome === 'unknown' ? [0, 1] : [0]
    return allowed.includes(count) ? [] : [`${server}: ${id} ran ${count} times, reported as ${outcome}`]
  })
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
}
