// One of our own MCP servers as a real process, run from its source.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.ts'

export interface OwnServer {
  /** http://127.0.0.1:<port> */
  url: string
  port: number
  token: string
  child: ChildProcess
  /** All that it wrote until now, on stderr and stdout. */
  log(): string
  exit: Promise<number | null>
  stop(): Promise<void>
}

/** Node's cache of compiled code, without which each start takes twice as long. */
export const COMPILED = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' }

/** Starts `src/mcps/<name>/main.ts` with these arguments, and waits until it listens. Of its environment only `COMPILED` is not in `env`. */
export async function startOwnServer(
  name: string,
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<OwnServer> {
  const port = Number(env.MCP_PORT ?? (await freePort()))
  const token = env.MCP_SERVER_TOKEN ?? 'test-token-of-this-server'
  const main = fileURLToPath(new URL(`../../src/mcps/${name}/main.ts`, import.meta.url))
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...COMPILED, MCP_PORT: String(port), MCP_SERVER_TOKEN: token, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A test that fails before its stop() must leave no process behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  const exit = new Promise<number | null>(resolve => child.once('close', code => resolve(code)))
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('"listening on')) resolve()
    })
    void exit.then(code => reject(new Error(`mcp-${name} ended with ${code}: ${said}`)))
  })
  const stop = async () => {
    process.off('exit', kill)
    kill()
    await exit
  }
  return { url: `http://127.0.0.1:${port}`, port, token, child, log: () => said, exit, stop }
}
