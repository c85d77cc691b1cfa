// `supportmax bridge` as another MCP client starts it.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, startSupportmax, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, type ServerOptions, sleeper, startServer, type TestServer } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
import { until } from '../helpers/until.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))
const SECRET = 'canary-token-of-acme'

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder(), { WIKI_TOKEN_ACME: SECRET, WIKI_TOKEN_BETA: SECRET }))
})

const seen = { started: 0, cancelled: 0 }
const write = { name: 'write', description: 'Writes', run: () => 'written' }
const leak = { ...echo, name: 'leak', run: () => `the token is ${SECRET}` }
const picture = {
  ...echo,
  name: 'picture',
  run: () => ({ content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] }),
}
const RESOURCES = {
  capabilities: { resources: {}, prompts: {} },
  answer(method: string, { uri, name }: Record<string, unknown>) {
    if (method === 'resources/list') return { resources: [{ uri: 'note://a', name: 'a' }] }
    if (method === 'resources/read') return { contents: [{ uri, text: `content of ${uri}` }] }
    if (method === 'prompts/list') return { prompts: [{ name: 'greet' }] }
    if (method === 'prompts/get')
      return { messages: [{ role: 'user', content: { type: 'text', text: `prompt ${name}` } }] }
    return undefined
  },
}

/** Acme reads only, Beta writes too; both have the same server. */
async function world(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const server = await startServer({
    kind: 'legacy',
    tools: [echo, leak, picture, write, sleeper(seen)],
    token: SECRET,
    more: RESOURCES,
    ...options,
  })
  closing(server)
  const wiki = { name: 'wiki', url: server.url, bearer_env: 'WIKI_TOKEN_ACME', trust_hints: true }
  configure([
    { name: 'Acme', mcp_servers: [{ ...wiki, tools: { exclude: ['pict*'] } }] },
    { name: 'Beta', access: 'read-write', mcp_servers: [{ ...wiki, bearer_env: 'WIKI_TOKEN_BETA' }] },
  ])
  return server
}

function configure(customers: object[]): void {
  // Nobody is asked before a write.
  const policy = [{ action: 'allow' }]
  writeFileSync(
    join(place.folder, 'mcp_servers.json'),
    JSON.stringify({ runtime: 'local', policy, customers }),
  )
}

/** What the entry of a client's file says. */
const entry = (customer: string) => ({
  command: process.execPath,
  args: [PROGRAM, '--config', join(place.folder, 'mcp_servers.json'), 'bridge', customer, 'wiki'],
  env: place.env,
})

async function clientOf(customer: string, mode: 'auto' | 'legacy' = 'auto') {
  const transport = new StdioClientTransport({ ...entry(customer), stderr: 'pipe' })
  let words = ''
  transport.stderr?.on('data', piece => {
    words += piece
  })
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(transport)
  closing(client)
  return { client, words: () => words }
}

describe.each(['legacy', 'modern', 'sse'] as const)('a server of the %s era', kind => {
  it.each(['auto', 'legacy'] as const)('is served whole to a client that speaks %s', async mode => {
    await world({ kind })
    const { client, words } = await clientOf('acme', mode)
    expect(client.getProtocolEra()).toBe(mode === 'auto' ? 'modern' : 'legacy')
    expect(client.getServerVersion()).toMatchObject({ name: kind === 'modern' ? 'modern' : 'legacy' })
    expect((await client.listTools()).tools.map(tool => tool.name)).toEqual(['echo', 'leak', 'sleep'])
    const answer = await client.callTool({ name: 'echo', arguments: { text: 'hi' } })
    expect(answer.content).toEqual([{ type: 'text', text: 'echo hi' }])
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'note://a' }])
    expect((await client.readResource({ uri: 'note://a' })).contents).toMatchObject([
      { text: 'content of note://a' },
    ])
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'greet' }])
    expect((await client.getPrompt({ name: 'greet' })).messages).toMatchObject([
      { content: { text: 'prompt greet' } },
    ])
    expect(words()).toBe('Acme (acme): wiki: 3 tools, 1 withheld, 1 left out (read-only)\n')
  })
})

describe('the bridge', () => {
  it('works with the older SDK', async () => {
    await world()
    const { command, args, env } = entry('acme')
    const client = new LegacyClient({ name: 'test', version: '1' })
    await client.connect(new LegacyTransport({ command, args, env, stderr: 'ignore' }))
    closing(client)
    expect((await client.listTools()).tools.map(tool => tool.name)).toEqual(['echo', 'leak', 'sleep'])
    expect((await client.callTool({ name: 'echo', arguments: { text: 'x' } })).content).toMatchObject([
      { text: 'echo x' },
    ])
  })

  it('offers only what a read-only customer may use, and refuses forged calls of other tools', async () => {
    const server = await world()
    const { client } = await clientOf('acme')
    await expect(client.callTool({ name: 'write', arguments: {} })).rejects.toThrow(
      'write is withheld: it may change something, and the customer is read-only',
    )
    await expect(client.callTool({ name: 'picture', arguments: {} })).rejects.toThrow(
      'picture is left out: "tools" of its server exclude "pict*"',
    )
    await expect(client.callTool({ name: 'nothing', arguments: {} })).rejects.toThrow('unknown tool nothing')
    expect(server.calls).toEqual([])
  })

  it('gives a read-write customer all tools, with results as they came', async () => {
    const server = await world()
    const { client } = await clientOf('beta')
    expect((await client.listTools()).tools.map(tool => tool.name)).toContain('write')
    expect((await client.callTool({ name: 'write', arguments: {} })).content).toMatchObject([
      { text: 'written' },
    ])
    expect((await client.callTool({ name: 'picture', arguments: {} })).content).toEqual([
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    ])
    expect(server.calls).toEqual(['write', 'picture'])
  })

  it('shows no credential that a server quotes', async () => {
    await world()
    const { client } = await clientOf('acme')
    expect((await client.callTool({ name: 'leak', arguments: {} })).content).toMatchObject([
      { text: 'the token is ‹hidden›' },
    ])
  })

  it('cancels a call at the server when its client does', async () => {
    seen.started = 0
    seen.cancelled = 0
    await world({ kind: 'modern' })
    const { client } = await clientOf('acme')
    const stop = new AbortController()
    const call = client.callTool({ name: 'sleep', arguments: {} }, { signal: stop.signal })
    await until('the call runs', () => seen.started === 1)
    stop.abort()
    await expect(call).rejects.toThrow()
    await until('the server is told', () => seen.cancelled === 1)
    expect((await client.callTool({ name: 'echo', arguments: { text: 'on' } })).content).toMatchObject([
      { text: 'echo on' },
    ])
  })

  it('says what is wrong when the server goes away, and works again once it is back', async () => {
    const port = await freePort()
    const server = await world({ port })
    const { client } = await clientOf('acme')
    await client.listTools()
    await server.close()
    const failed = await client.callTool({ name: 'echo', arguments: {} })
    expect(failed.isError).toBe(true)
    expect(JSON.stringify(failed.content)).toContain('echo failed: ')
    await world({ port })
    // A server that was looked at a moment ago is not looked at again for each call.
    const answer = await until('it works again', async () => {
      const one = await client.callTool({ name: 'echo', arguments: { text: 'back' } })
      return one.isError ? undefined : one
    })
    expect(answer.content).toMatchObject([{ text: 'echo back' }])
  })

  it('says on stderr what to type if the server does not run, and nothing on stdout', async () => {
    configure([
      {
        name: 'Acme',
        mcp_servers: [
          { type: 'alertmanager', name: 'wiki', config: { alertmanager_url: 'http://127.0.0.1:9' } },
        ],
      },
    ])
    const ran = await run('bridge', 'acme', 'wiki')
    expect([ran.code, ran.stdout]).toEqual([1, ''])
    expect(ran.stderr).toMatch(
      /^supportmax: wiki: stopped: not started\n {2}run `.*supportmax.js up acme`\n$/,
    )
    expect((await run('bridge', 'acme', 'wikki')).code).toBe(2)
    expect((await run('bridge', 'acmee', 'wiki')).stdout).toBe('')
  })

  it('ends when its stdin ends, and on SIGTERM, with nothing but MCP on stdout', async () => {
    await world()
    const { child, ended } = startSupportmax(place, 'bridge', 'acme', 'wiki')
    child.stdin?.write(
      `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } } })}\n`,
    )
    let heard = ''
    child.stdout?.on('data', piece => {
      heard += piece
    })
    await until('it answers', () => heard.includes('"id":1'))
    child.stdin?.end()
    const { code, stdout } = await ended
    expect(code).toBe(0)
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).jsonrpc),
    ).toEqual(['2.0'])
    const second = startSupportmax(place, 'bridge', 'acme', 'wiki')
    let words = ''
    second.child.stderr?.on('data', piece => {
      words += piece
    })
    await until('it serves', () => words.includes('3 tools'))
    second.child.kill('SIGTERM')
    expect((await second.ended).code).toBe(130)
  })

  it('leaves no process behind when its client is gone, even in the middle of a call', async () => {
    seen.started = 0
    await world()
    const { child, ended } = startSupportmax(place, 'bridge', 'acme', 'wiki')
    const send = (message: object) =>
      child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    const clientInfo = { name: 'x', version: '1' }
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
    send({ id: 1, method: 'initialize', params })
    send({ method: 'notifications/initialized' })
    send({ id: 2, method: 'tools/call', params: { name: 'sleep', arguments: {} } })
    await until('the call runs', () => seen.started === 1)
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
    expect((await ended).code).toBe(0)
  })

  it('serves a command that `up` started, with its progress', async () => {
    const fixture = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))
    const wiki = { name: 'wiki', command: process.execPath, args: [fixture] }
    configure([{ name: 'Beta', access: 'read-write', mcp_servers: [wiki] }])
    await run('trust', '--yes')
    closing({ close: async () => void (await run('down')) })
    await run('up')
    expect((await run('tools', 'accept', 'beta', '--yes')).code).toBe(0)
    const { child } = startSupportmax(place, 'bridge', 'beta', 'wiki')
    const send = (message: object) =>
      child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    let heard = ''
    child.stdout?.on('data', piece => {
      heard += piece
    })
    const clientInfo = { name: 'x', version: '1' }
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
    })
    send({ method: 'notifications/initialized' })
    const call = { name: 'slow', arguments: {}, _meta: { progressToken: 'mine' } }
    send({ id: 2, method: 'tools/call', params: call })
    await until('it is answered', () => heard.includes('"id":2'))
    expect(
      heard
        .trim()
        .split('\n')
        .slice(1)
        .map(line => JSON.parse(line)),
    ).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1, total: 2 } },
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 2, total: 2 } },
      { id: 2, result: { content: [{ text: 'reported' }] } },
    ])
    child.stdin?.end()
    const { client } = await clientOf('beta')
    await expect(client.callTool({ name: 'broken', arguments: {} })).rejects.toMatchObject({
      code: -32050,
      message: 'the pump is dry',
      data: { pump: 7 },
    })
  })

  it('is what the entry in the documentation starts', async () => {
    await world()
    const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8')
    const [, json = ''] = /```json\n(\{\n {2}"mcpServers"[\s\S]*?)```/.exec(page) ?? []
    const { command, args } = JSON.parse(json).mcpServers['acme-grafana']
    expect([command, args.slice(2)]).toEqual(['supportmax', ['bridge', 'acme', 'grafana']])
    const words = args.map((word: string) =>
      word === 'grafana' ? 'wiki' : word.startsWith('/') ? join(place.folder, 'mcp_servers.json') : word,
    )
    const elsewhere = { command: process.execPath, args: [PROGRAM, ...words], env: place.env, cwd: '/' }
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StdioClientTransport({ ...elsewhere, stderr: 'ignore' }))
    closing(client)
    expect((await client.listTools()).tools).toHaveLength(3)
  })
})
