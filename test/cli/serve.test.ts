// `supportmax serve` as a person and systemd run it: the built program, in a process of its own.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startOf } from '../../src/base/machine.ts'
import { projectOfState, stateFolderOf } from '../../src/stack/state/folder.ts'
import { type Place, placeIn, startSupportmax, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
import { openTerminal } from '../helpers/terminal.ts'
import { until } from '../helpers/until.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))

let release = () => {}
const slow = {
  name: 'slow',
  annotations: { readOnlyHint: true },
  run: () => new Promise<string>(resolve => (release = () => resolve('done at last'))),
}
const server = await startServer({ kind: 'modern', tools: [echo, slow] })
afterAll(() => server.close())

let place: Place
let port: number
const run = (...args: string[]) => supportmax(place, ...args)
const stateFile = (name: string) => {
  const config = join(place.folder, 'mcp_servers.json')
  const home = join(place.folder, 'state', 'supportmax')
  return join(stateFolderOf(projectOfState(config, home) ?? '', config, home), name)
}

beforeEach(async () => {
  place = withoutDocker(placeIn(newFolder()))
  port = await freePort()
  configure(['Acme', 'Beta'])
})

function configure(names: string[]): void {
  const wiki = { name: 'wiki', url: server.url, trust_hints: true }
  const customers = names.map(name => ({ name, mcp_servers: [wiki] }))
  writeConfig(JSON.stringify({ runtime: 'local', customers }))
}

function writeConfig(text: string): void {
  writeFileSync(join(place.folder, 'mcp_servers.json'), text)
}

/** Serves until the test is over. */
async function served(...more: string[]) {
  const started = startSupportmax(place, 'serve', '--port', String(port), ...more)
  let words = ''
  started.child.stderr?.on('data', text => (words += text))
  onTestFinished(async () => {
    started.child.kill('SIGKILL')
    await started.ended
  })
  await isReady()
  return { ...started, words: () => words }
}

const isReady = () => until('serve is ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)

/** Starts it in the background until the test is over. */
async function detached(...more: string[]) {
  const ran = await run('serve', '--detach', ...more)
  onTestFinished(async () => void (await run('serve', 'stop')))
  return ran
}

const status = async () => JSON.parse((await run('serve', 'status', '--json')).stdout)

async function clientOf(customer: string): Promise<Client> {
  const { stdout } = await run('token', 'create', '--customer', customer)
  const headers = { authorization: `Bearer ${stdout.trim()}` }
  const url = new URL(`http://127.0.0.1:${port}/customers/${customer}/mcp`)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  return closing(client)
}

describe('serve', () => {
  it('says where the doors are, and that nobody can enter yet', async () => {
    const { words } = await served()
    await until('it has said so', () => words().includes('token create'))
    expect(words().split('\n')).toEqual([
      `serving 2 customers on port ${port}`,
      `  http://127.0.0.1:${port}/customers/acme/mcp`,
      `  http://127.0.0.1:${port}/customers/beta/mcp`,
      expect.stringMatching(
        /^no tokens yet: run `.*supportmax.* token create --customer NAME` to create one$/,
      ),
      '',
    ])
  })

  it('says how to stop it where a person can do that', async () => {
    const words = [PROGRAM, 'serve', '--port', String(port)]
    const terminal = openTerminal(words, { folder: place.folder, env: place.env })
    onTestFinished(terminal.kill)
    await terminal.sees(`on port ${port}; press Ctrl+C to stop`)
    terminal.write('\u0003')
    await terminal.exited
  })

  it('ends with 0 on SIGTERM, after the call that is running', async () => {
    const { child, ended } = await served()
    const client = await clientOf('acme')
    const call = client.callTool({ name: 'wiki__slow' })
    await until('the call is running', () => server.calls.includes('slow'))
    child.kill('SIGTERM')
    await until('no new connection is taken', () =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        () => false,
        () => true,
      ),
    )
    release()
    expect((await call).content).toEqual([{ type: 'text', text: 'done at last' }])
    expect((await ended).code).toBe(0)
    expect(existsSync(stateFile('serve.sock'))).toBe(false)
  })

  it('keeps its port for the next time', async () => {
    const first = await served()
    first.child.kill('SIGTERM')
    await first.ended
    expect(JSON.parse(readFileSync(stateFile('serve.json'), 'utf8'))).toEqual({ format: 1, port })
    expect((await detached()).stdout).toContain(`serving on port ${port} (pid `)
  })

  it('names the program that holds the port, and exits with 2', async () => {
    const other = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void other.close())
    await until('the port is held', () => other.listening)
    for (const more of [[], ['--detach']]) {
      const { code, stdout, stderr } = await run('serve', '--port', String(port), ...more)
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(
        new RegExp(
          `^supportmax: port ${port} on 127\\.0\\.0\\.1 is held by node.*\\(pid ${process.pid}\\)\\n`,
        ),
      )
      expect(stderr).toMatch(/\n {2}stop that program, or use another port with --port\n$/)
    }
  })

  it('says that it runs already, and where', async () => {
    await detached('--port', String(port))
    const { pid } = await status()
    const { code, stderr } = await run('serve', '--port', String(await freePort()))
    expect(code).toBe(2)
    expect(stderr).toContain(`serve is already running on port ${port} (pid ${pid})\n`)
    expect((await status()).pid).toBe(pid)
  })

  it('starts again after a kill -9', async () => {
    const { child, ended } = await served()
    child.kill('SIGKILL')
    await ended
    expect(existsSync(stateFile('serve.sock'))).toBe(true)
    const { code, stderr } = await run('serve', 'status')
    expect([code, stderr.split('\n')[0]]).toEqual([1, 'supportmax: serve is not running'])
    expect((await detached()).code).toBe(0)
    expect((await status()).doors).toHaveLength(2)
  })

  it('opens and closes doors as the configuration changes, and keeps them while it has an error', async () => {
    const { words } = await served()
    const client = await clientOf('acme')
    writeConfig('{ "customers": [')
    await until('it has said so', () => words().includes('still serving the previous one'))
    expect((await client.listTools()).tools.map(one => one.name)).toEqual(['wiki__echo', 'wiki__slow'])
    configure(['Acme', 'Gamma'])
    await until('it has said so', () => words().includes('configuration changed: serving 2 customers\n'))
    const { doors } = await status()
    expect(doors.map((one: { customer: string }) => one.customer).sort()).toEqual(['acme', 'gamma'])
    expect((await client.listTools()).tools).toHaveLength(2)
  })

  it('revokes the tokens of a customer that is gone, and none that was renamed', async () => {
    const { words } = await served()
    await run('token', 'create', '--customer', 'beta', '--name', 'laptop')
    await run('token', 'create', '--customer', 'acme', '--name', 'ci')
    await run('token', 'create', '--metrics', '--name', 'prometheus')
    expect((await run('customer', 'rename', 'Acme', 'Acme 2', '--id', 'acme-2')).code).toBe(0)
    configure(['Acme 2'])
    await until('the token is revoked', () =>
      words().includes('beta: is not in the configuration; revoked 1 token\n'),
    )
    const tokens = JSON.parse((await run('token', 'list', '--json')).stdout)
    expect(tokens.map((one: Record<string, unknown>) => [one.name, one.customer, one.role])).toEqual([
      ['prometheus', null, 'metrics'],
      ['ci', 'acme-2', 'read-only'],
    ])
  })
})

describe('serve status', () => {
  it('shows doors, servers, sessions, calls and refusals', async () => {
    await detached('--port', String(port))
    const client = await clientOf('acme')
    await client.callTool({ name: 'wiki__echo', arguments: { text: 'hi' } })
    await fetch(`http://127.0.0.1:${port}/customers/acme/mcp`, { method: 'POST', body: '{}' })
    const found = await status()
    const upstreams = [{ server: 'wiki', state: 'ready' }]
    expect(found).toMatchObject({ port, turnedAway: { unauthorized: 1 } })
    expect(found.doors).toEqual([
      { customer: 'acme', tools: 2, sessions: 1, calls: 1, refused: 0, upstreams },
      { customer: 'beta', tools: 2, sessions: 0, calls: 0, refused: 0, upstreams },
    ])
    const { stdout, stderr } = await run('serve', 'status')
    expect(stdout.split('\n')).toEqual([
      'CUSTOMER  SERVERS         TOOLS  SESSIONS  CALLS  REFUSED',
      'acme      1 server ready      2         1      1        0',
      'beta      1 server ready      2         0      0        0',
      '',
    ])
    expect(stderr).toContain('requests refused at the doors: 1 without a valid token\n')
  })

  it('counts the tools that the policy offers', async () => {
    const wiki = { name: 'wiki', url: server.url, trust_hints: true }
    const policy = [{ tools: ['echo'], action: 'allow' }]
    writeConfig(
      JSON.stringify({ runtime: 'local', policy, customers: [{ name: 'Acme', mcp_servers: [wiki] }] }),
    )
    await detached('--port', String(port))
    await until('the server is ready', async () => {
      const [door] = (await status()).doors
      return door.upstreams[0].state === 'ready' && door.tools === 1
    })
    expect((await run('tools', 'acme')).stderr).toContain('1 tool offered, 1 withheld')
  })

  it('exits with 1 if nothing runs, like stop', async () => {
    for (const word of ['status', 'stop']) {
      const { code, stderr } = await run('serve', word)
      expect(code).toBe(1)
      expect(stderr).toMatch(/^supportmax: serve is not running\n {2}run `.*serve --detach`\n$/)
    }
  })
})

describe('serve stop', () => {
  it('returns when the server has ended', async () => {
    await run('serve', '--detach', '--port', String(port))
    const { pid } = await status()
    const { code, stderr } = await run('serve', 'stop')
    expect([code, stderr]).toEqual([0, `stopped (pid ${pid})\n`])
    expect(startOf(pid)).toBeUndefined()
  })
})

describe('serve --print-unit', () => {
  it('prints a unit that starts this program with these words, and starts nothing', async () => {
    const { code, stdout, stderr } = await run('serve', '--print-unit', '--port', '7777')
    expect(code).toBe(0)
    const config = join(place.folder, 'mcp_servers.json')
    expect(stdout).toContain(`\nExecStart=${process.execPath} `)
    expect(stdout).toContain(` --config ${config} serve --port 7777\n`)
    expect(stdout).toContain(`\nEnvironment=XDG_STATE_HOME=${place.folder}/state\n`)
    expect(stderr).toContain('save it as ~/.config/systemd/user/supportmax.service\n')
    expect((await run('serve', 'status')).code).toBe(1)
    expect((await run('serve', '--print-unit', '--detach')).code).toBe(2)
  })
})
