// Runs the server part of the conformance suite: against the fixture alone, then against the same fixture behind our gateway,
// by HTTP and by stdin and stdout.
// Usage: servers.ts SUITE REVISION… (needs dist/)

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { unskippedRows, untrueRows } from './unscored.ts'

const [suite = '', ...revisions] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'supportmax-conformance-'))
const env = { ...process.env, HOME: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: folder }
const program = resolve('bin/supportmax.js')
const started: ChildProcess[] = []
let failed = false
try {
  const [fixture = 0, gateway = 0, front = 0, stdio = 0] = await freePorts(4)
  await start(['test/conformance/fixture/server.ts', String(fixture)], /listening/)
  const upstream = `http://127.0.0.1:${fixture}/mcp`
  const config = configure(upstream)
  await start([program, '--config', config, 'serve', '--port', String(gateway)], /serving/)
  const words = ['token', 'create', '--customer', 'fixture', '--role', 'read-write']
  const token = execFileSync('node', [program, '--config', config, ...words], { env, encoding: 'utf8' })
  const door = `http://127.0.0.1:${gateway}/customers/fixture/mcp`
  await start(['test/conformance/with-token.ts', String(front), door, token.trim()], /listening/)
  await start(['test/conformance/stdio-front.ts', String(stdio), config], /listening/)
  for (const revision of revisions) {
    await run('the fixture alone', upstream, revision)
    await run('the fixture behind the gateway', `http://127.0.0.1:${front}/mcp`, revision)
    await run('the fixture behind `supportmax gateway`', `http://127.0.0.1:${stdio}/mcp`, revision)
  }
  for (const url of [`http://127.0.0.1:${front}/mcp`, `http://127.0.0.1:${stdio}/mcp`])
    complain(unskippedRows('server', suite, ['--url', url]))
} finally {
  for (const child of started.reverse()) child.kill()
  await Promise.all(started.map(child => child.exitCode ?? once(child, 'exit')))
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

/** A customer whose names are those of the suite, and whose writes nobody has to approve. */
function configure(url: string): string {
  const server = { name: 'fixture', url, trust_hints: true }
  const customer = { name: 'Fixture', names: 'plain', access: 'read-write', mcp_servers: [server] }
  const path = join(folder, 'mcp_servers.json')
  const config = { runtime: 'local', policy: [{ action: 'allow' }], customers: [customer] }
  writeFileSync(path, JSON.stringify(config))
  return path
}

async function run(what: string, url: string, revision: string): Promise<void> {
  console.log(`== required of servers by ${revision}: ${what}`)
  const words = ['server', '--url', url, '--requirements', revision, '--output-dir', join(folder, 'results')]
  const child = spawn('node', [suite, ...words], { env })
  let output = ''
  child.stdout.on('data', part => {
    output += part
  })
  child.stderr.resume()
  const [code] = await once(child, 'close')
  console.log(output.slice(Math.max(0, output.indexOf('=== SUMMARY ==='))).trim())
  if (code !== 0) failed = true
  complain(untrueRows({ leg: 'server', revision, suite }, output))
}

function complain(faults: string[]): void {
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) failed = true
}

/** Resolves once the program has said that it is ready. */
async function start(words: string[], ready: RegExp): Promise<void> {
  const child = spawn('node', words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let said = ''
  await new Promise<void>((done, reject) => {
    const read = (part: Buffer) => {
      said += part
      if (ready.test(said)) done()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', code => reject(new Error(`${words.join(' ')} ended with ${code}: ${said}`)))
  })
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map(server => (server.address() as { port: number }).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}
