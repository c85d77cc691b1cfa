import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { connect, WAYS_IN } from '../helpers/mcp-clients.ts'
import { COMPILED, type OwnServer, startOwnServer } from '../helpers/own-server.ts'
import { until } from '../helpers/until.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))
const MAIN = fileURLToPath(new URL('../../src/mcps/bridge/main.ts', import.meta.url))
const EVERYTHING = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
)

/** A bridge to the fixture, which behaves as `way` says. */
function bridge(way: string, env?: Record<string, string>, more = ''): Promise<OwnServer> {
  return bridgeTo([process.execPath, FIXTURE, way, more], env)
}

async function bridgeTo(command: string[], env: Record<string, string> = {}): Promise<OwnServer> {
  const server = await startOwnServer('bridge', { PATH: process.env.PATH ?? '', ...env }, command)
  closing({ close: () => server.stop() })
  return server
}

async function ready(server: OwnServer): Promise<OwnServer> {
  await until('the command is ready', () => server.log().includes('the command is ready'))
  return server
}

async function clientOf(server: OwnServer): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const requestInit = { headers: { authorization: `Bearer ${server.token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }))
  return closing(client)
}

/** To its end, which may come before it listens. */
function run(command: string[]): Promise<{ exitCode: number | null; log: string }> {
  const env = { ...COMPILED, PATH: process.env.PATH ?? '', MCP_PORT: '0', MCP_SERVER_TOKEN: 't' }
  return new Promise(resolve => {
    const child = execFile(process.execPath, [MAIN, ...command], { env }, (_, __, log) =>
      resolve({ exitCode: child.exitCode, log }),
    )
  })
}

const post = (server: OwnServer, token = server.token) =>
  fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  })

describe('a command behind the bridge', () => {
  it.each(WAYS_IN)('is one server for %s clients', async way => {
    const server = await ready(await bridge('well'))
    const client = closing(await connect(way, server))
    expect((await client.tools()).map(tool => tool.name)).toContain('echo')
    expect((await client.call('echo', { a: [1, null, 'é'] })).json).toEqual({ a: [1, null, 'é'] })
  })

  it('gets answers for each of many callers, whatever ids they use', async () => {
    const server = await ready(await bridge('well'))
    const clients = await Promise.all([...WAYS_IN, ...WAYS_IN].map(way => connect(way, server)))
    for (const client of clients) closing(client)
    const answers = await Promise.all(
      clients.flatMap((client, of) =>
        Array.from({ length: 20 }, async (_, call) => [
          { of, call },
          (await client.call('echo', { of, call })).json,
        ]),
      ),
    )
    expect(answers).toHaveLength(120)
    for (const [asked, answer] of answers) expect(answer).toEqual(asked)
  })

  it('says who it is and what it can do, and nothing else', async () => {
    const client = await clientOf(await ready(await bridge('well')))
    expect(client.getServerVersion()).toMatchObject({ name: 'stdio-server', version: '1.2.3' })
    expect(client.getInstructions()).toBe('Ask kindly.')
    expect(client.getServerCapabilities()).toMatchObject({ tools: {}, resources: {} })
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'file:///a' }])
  })

  it('reports progress to the caller that wants it', async () => {
    const client = await clientOf(await ready(await bridge('well')))
    const progress: unknown[] = []
    const call = { name: 'slow', arguments: {} }
    const heard = await client.callTool(call, { onprogress: one => void progress.push(one) })
    expect(heard.content).toMatchObject([{ text: 'reported' }])
    expect(progress).toMatchObject([
      { progress: 1, total: 2 },
      { progress: 2, total: 2 },
    ])
    expect((await client.callTool(call)).content).toMatchObject([{ text: 'no token' }])
  })

  it('gets the cancellation of one caller, and keeps answering the others', async () => {
    const server = await ready(await bridge('well'))
    const client = closing(await connect('modern', server))
    const stop = new AbortController()
    const call = client.call('silent', {}, stop.signal)
    await until('others are answered', async () => (await client.call('echo')).text === '{}')
    stop.abort()
    await expect(call).rejects.toThrow()
    await until(
      'the command has the cancellation',
      async () => (await client.call('environment')).json.cancelled.length === 1,
    )
  })

  it("passes on the server's own error, with its code and data", async () => {
    const client = await clientOf(await ready(await bridge('well')))
    await expect(client.callTool({ name: 'broken', arguments: {} })).rejects.toMatchObject({
      code: -32050,
      message: expect.stringContaining('the pump is dry'),
      data: { pump: 7 },
    })
  })

  it('gets "method not found" for requests of its own', async () => {
    const client = closing(await connect('modern', await ready(await bridge('well'))))
    expect((await client.call('asks')).json).toMatchObject({ code: -32601, message: 'Method not found' })
  })

  it('gets PATH and the variables that are named, and nothing else of ours', async () => {
    const env = { CHILD_API_KEY: 'k', OTHER: 'o', MCP_FOLDER: '/' }
    const client = closing(await connect('modern', await ready(await bridge('well', env))))
    const { env: seen, cwd } = (await client.call('environment')).json
    expect(seen).toEqual({ PATH: process.env.PATH, API_KEY: 'k' })
    expect(cwd).toBe('/')
  })

  it('is behind the token, even before it has started', async () => {
    const server = await bridge('mute')
    expect((await post(server, 'wrong')).status).toBe(401)
    const answer = await post(server)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toMatch(/its command has not answered initialize for \d+ s/)
  })

  it('can be a real server: the reference one of the protocol', async () => {
    const server = await ready(await bridgeTo([process.execPath, EVERYTHING, 'stdio']))
    const client = closing(await connect('modern', server))
    expect((await client.tools()).length).toBeGreaterThan(5)
    expect((await client.call('echo', { message: 'hello' })).text).toBe('Echo: hello')
  })
})

describe('a command that misbehaves', () => {
  it('may print a banner on stdout: it is logged and left out', async () => {
    const server = await ready(await bridge('banner'))
    expect(server.log()).toContain('stdout: not an MCP message: Welcome to the server!')
    expect(server.log()).toContain('stdout: not an MCP message: {\\"level\\":\\"info\\"}')
    const client = closing(await connect('modern', server))
    expect((await client.call('echo')).text).toBe('{}')
  })

  it('may print its messages on several lines: that says why it does not become ready', async () => {
    const server = await bridge('pretty')
    await until('it has answered', () => server.log().includes('not an MCP message'))
    expect(await (await post(server)).text()).toContain('s; what it wrote on stdout is not MCP (see its log)')
  })

  it('may answer what nobody asked, over and over: that is logged once, without its text', async () => {
    const server = await ready(await bridge('floods'))
    const [line, ...others] = server
      .log()
      .split('\n')
      .filter(one => one.includes('unknown message ID'))
    expect(others).toEqual([])
    expect(line).not.toContain('xxx')
  })

  it('does not get its secret into our log, even cut in half', async () => {
    const server = await ready(await bridge('leaks', { CHILD_KEY: 'canary-0123456789' }))
    expect(server.log()).toContain('stdout: not an MCP message: xxx')
    expect(server.log()).not.toContain('canar')
  })

  it('may send an answer that is none: its caller gets an error at once', async () => {
    const client = closing(await connect('modern', await ready(await bridge('well'))))
    await expect(client.call('malformed')).rejects.toThrow('malformed: it has neither a result nor an error')
    expect((await client.call('both')).text).toBe('both')
  })

  it.each([
    ['deaf', 'closed its stdin'],
    ['dumb', 'closed its stdout'],
  ])(
    'ends the bridge when it goes %s but lives on',
    async (way, words) => {
      const server = await ready(await bridge('well'))
      const client = closing(await connect('modern', server))
      await client.call(way).catch(() => {})
      await client.call('echo').catch(() => {})
      expect(await server.exit).toBe(1)
      expect(server.log()).toContain(words)
    },
    20_000,
  )

  it('may send bytes that are no text', async () => {
    const server = await ready(await bridge('well'))
    const client = closing(await connect('modern', server))
    expect((await client.call('odd')).text).toBe('after')
  })

  it('drops an answer that is too long, and keeps answering', async () => {
    const server = await ready(await bridge('well'))
    const client = closing(await connect('modern', server))
    await expect(client.call('large')).rejects.toThrow("the server's answer is larger than 10 MB")
    expect(server.log()).toContain('dropped an MCP message of 11 MB (limit: 10 MB)')
    expect((await client.call('echo')).text).toBe('{}')
  })

  it.each([
    ['a program that does not exist', ['/nonexistent/server'], 127, '/nonexistent/server was not found'],
    ['a file that is no program', [FIXTURE], 126, `${FIXTURE} cannot be executed`],
    ['a program that ends at once', [process.execPath, FIXTURE, 'ends', '0'], 0, 'ended with exit code 0'],
    ['a program that fails at once', [process.execPath, FIXTURE, 'ends', '7'], 7, 'ended with exit code 7'],
    [
      'a server that refuses us',
      [process.execPath, FIXTURE, 'refuses'],
      1,
      'the command rejected initialize: Unsupported protocol version',
    ],
    [
      'a server that answers nonsense',
      [process.execPath, FIXTURE, 'mumbles'],
      1,
      'the command did not start: Invalid result for initialize"',
    ],
    ['a server that ends while we introduce us', [process.execPath, FIXTURE, 'quits'], 9, 'exit code 9'],
    [
      'a grandchild that holds the pipe',
      [process.execPath, FIXTURE, 'grandchild'],
      5,
      'ended with exit code 5',
    ],
  ])('ends the bridge with its exit code: %s', async (_, command, code, words) => {
    const { exitCode, log } = await run(command)
    expect(exitCode).toBe(code)
    expect(log).toContain(words)
  })

  it.each([
    ['dies', 3],
    ['half', 4],
  ])('ends the bridge, and with it every call, when it %s in the middle of one', async (way, code) => {
    const server = await ready(await bridge('well'))
    const client = closing(await connect('modern', server))
    await expect(client.call(way)).rejects.toThrow()
    expect(await server.exit).toBe(code)
  })

  it('is ended by force when it ignores SIGTERM', async () => {
    const server = await ready(await bridge('stubborn'))
    server.child.kill('SIGTERM')
    expect(await server.exit).toBe(0)
  }, 20_000)

  it('has its stderr in our log', async () => {
    const server = await ready(await bridge('complains'))
    expect(server.log()).toContain('complaint: the disk is nearly full')
  })
})
