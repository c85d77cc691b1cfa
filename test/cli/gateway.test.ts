// `supportmax gateway` as an MCP client starts it: attached to a running `serve`, or alone.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
import { until } from '../helpers/until.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))

const write = { name: 'write', run: () => 'written' }
let release = () => {}
const slow = {
  ...echo,
  name: 'slow',
  run: () =>
    new Promise<string>(resolve => {
      release = () => resolve('done at last')
    }),
}
const server = await startServer({ kind: 'modern', tools: [echo, write, slow] })
afterAll(() => server.close())

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  configure(['wiki'])
})

/** Acme, with the same server under these names. */
function configure(names: string[], access = 'read-write'): void {
  const mcp_servers = names.map(name => ({ name, url: server.url, trust_hints: true }))
  const customers = [{ name: 'Acme', access, mcp_servers }]
  const config = { runtime: 'local', pins: 'warn', policy: [{ action: 'allow' }], customers }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(config))
}

/** A running server, until the test is over. Returns its port. */
async function serveInBackground(): Promise<number> {
  const port = await freePort()
  onTestFinished(async () => void (await run('serve', 'stop')))
  const { code, stderr } = await run('serve', '--detach', '--port', String(port))
  expect(code, stderr).toBe(0)
  return port
}

const status = async () => JSON.parse((await run('serve', 'status', '--json')).stdout)

interface Wanted {
  mode?: 'auto' | 'legacy'
  role?: string[]
  /** Called when the client is told that the list of tools has changed. */
  onChanged?: () => void
}

async function clientOf({ mode = 'auto', role = [], onChanged = () => {} }: Wanted = {}) {
  const config = ['--config', join(place.folder, 'mcp_servers.json')]
  const args = [PROGRAM, ...config, 'gateway', '--customer', 'acme', ...role]
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    env: place.env,
    stderr: 'pipe',
  })
  let words = ''
  transport.stderr?.on('data', piece => {
    words += piece
  })
  const listChanged = { tools: { autoRefresh: false, debounceMs: 0, onChanged } }
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode }, listChanged })
  await client.connect(transport)
  return { client: closing(client), words: () => words }
}

const namesOf = async (client: Client) => (await client.listTools()).tools.map(tool => tool.name).sort()

describe.each(['attached to serve', 'alone'] as const)('gateway, %s,', how => {
  beforeEach(async () => {
    if (how === 'attached to serve') await serveInBackground()
  })

  it.each(['auto', 'legacy'] as const)('offers what only reads, to a client that speaks %s', async mode => {
    const { client, words } = await clientOf({ mode })
    expect(client.getProtocolEra()).toBe(mode === 'auto' ? 'modern' : 'legacy')
    expect(await namesOf(client)).toEqual(['wiki__echo', 'wiki__slow'])
    const result = await client.callTool({ name: 'wiki__echo', arguments: { text: 'hi' } })
    expect(result.content).toEqual([{ type: 'text', text: 'echo hi' }])
    const refused = await client.callTool({ name: 'wiki__write' })
    const text = 'wiki__write was not run: it may change something, and the role is read-only'
    expect(refused).toMatchObject({ isError: true, content: [{ type: 'text', text }] })
    if (how === 'attached to serve')
      expect((await status()).doors).toMatchObject([{ customer: 'acme', sessions: 1, calls: 1, refused: 1 }])
    expect(words()).toBe('')
  })

  it('offers writes with the role read-write', async () => {
    const { client } = await clientOf({ role: ['--role', 'read-write'] })
    expect(await namesOf(client)).toEqual(['wiki__echo', 'wiki__slow', 'wiki__write'])
    expect((await client.callTool({ name: 'wiki__write' })).content).toEqual([
      { type: 'text', text: 'written' },
    ])
  })
})

describe('gateway attached to serve', () => {
  it('tells the client that the configuration has changed its tools', async () => {
    await serveInBackground()
    let changes = 0
    const { client } = await clientOf({ mode: 'legacy', onChanged: () => changes++ })
    expect(await namesOf(client)).toEqual(['wiki__echo', 'wiki__slow'])
    configure(['wiki', 'docs'])
    await until('the client is told', () => changes > 0)
    await until('both are listed', async () => (await namesOf(client)).length === 4)
    expect(await namesOf(client)).toEqual(['docs__echo', 'docs__slow', 'wiki__echo', 'wiki__slow'])
  })

  it('gets the answer of a call that runs when serve is stopped', async () => {
    const port = await serveInBackground()
    const { client } = await clientOf()
    const call = client.callTool({ name: 'wiki__slow', arguments: { text: 'x' } })
    await until('the call is running', () => server.calls.includes('slow'))
    const stopped = run('serve', 'stop')
    await until('serve takes no more requests', () =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        () => false,
        () => true,
      ),
    )
    release()
    expect((await call).content).toEqual([{ type: 'text', text: 'done at last' }])
    expect((await stopped).code).toBe(0)
  })

  it('says that no role can write for a read-only customer', async () => {
    configure(['wiki'], 'read-only')
    const { stderr } = await run('gateway', '--customer', 'acme', '--role', 'read-write')
    expect(stderr).toContain('acme is read-only in the configuration, so this client cannot write\n')
  })

  it('says so when serve has ended', async () => {
    await serveInBackground()
    const { client, words } = await clientOf()
    const closed = new Promise<void>(resolve => {
      client.onclose = resolve
    })
    process.kill((await status()).pid, 'SIGKILL')
    await closed
    await until('it has said so', () => words().includes('serve has stopped'))
    // The socket of the dead server is still there.
    expect(await namesOf((await clientOf()).client)).toEqual(['wiki__echo', 'wiki__slow'])
  })
})

describe('gateway', () => {
  it.each([
    [['--customer', 'nobody'], 2, 'no such customer "nobody"'],
    [['--customer', 'acme', '--role', 'admin'], 2, '--role: must be read-only or read-write, not "admin"'],
  ])('with %j says what is wrong', async (words, expected, message) => {
    const { code, stdout, stderr } = await run('gateway', ...words)
    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr).toContain(`supportmax: ${message}\n`)
  })
})
