// Servers that supportmax does not start: what each command says of them, and of one that refuses connections.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'

let place: Place
let address: string
const run = (...args: string[]) => supportmax(place, ...args)

/** Acme has an external server and one of ours; Beta only an external one. Nothing listens. */
beforeEach(async () => {
  place = withoutDocker(placeIn(newFolder()))
  address = `127.0.0.1:${await freePort()}`
  const theirs = { type: 'alertmanager', name: 'theirs', url: `http://${address}/mcp`, managed: false }
  const ours = {
    type: 'alertmanager',
    name: 'ours',
    port: await freePort(),
    config: { alertmanager_url: `http://127.0.0.1:${await freePort()}` },
  }
  const document = {
    runtime: 'local',
    platforms: { demo: { enabled: true } },
    customers: [
      { name: 'Acme', mcp_servers: [theirs, ours] },
      { name: 'Beta', mcp_servers: [theirs] },
    ],
  }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
})

describe('an external server', () => {
  it.each([
    [['logs', 'acme', 'theirs'], 'Acme', 'read its logs where it runs'],
    [['logs', 'beta'], 'Beta', 'read its logs where it runs'],
    [['restart', 'acme', 'theirs'], 'Acme', 'restart it where it runs'],
    [['restart', 'beta'], 'Beta', 'restart it where it runs'],
  ])('is a usage error of %j', async (args, name, hint) => {
    const { code, stderr } = await run(...args)
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`supportmax: ${name} theirs: external: not started by supportmax\n  ${hint}`),
    ])
  })

  it('is left alone by down, which says so', async () => {
    const { code, stderr } = await run('down', 'beta')
    expect(code).toBe(0)
    expect(stderr).toContain('Beta theirs: external: not started by supportmax; left alone\n')
    expect(stderr).toContain('nothing was running\n')
  })

  it('is only asked by up, which says so', async () => {
    const { code, stderr } = await run('up', 'beta', '--timeout', '1')
    expect(code).toBe(1)
    expect(stderr).toContain(
      'Beta theirs: external: not started by supportmax; only asked whether it answers\n',
    )
  })

  it('does not keep the logs of the others from being read', async () => {
    await run('up', 'acme', '--timeout', '1')
    const logs = await run('logs', 'acme')
    expect(logs.code, logs.stderr).toBe(0)
    expect(logs.stdout).toContain('listening on')
    expect(logs.stderr).toContain('Acme theirs: external: not started by supportmax\n')
    const down = await run('down', 'acme')
    expect(down.stderr).toContain('1 server removed\n')
  })

  it('is no customer', async () => {
    const { code, stderr } = await run('down', 'acme', 'theirs')
    expect([code, stderr]).toEqual([2, expect.stringContaining('no such customer "theirs" (it is a server)')])
  })
})

describe('an external server that refuses connections is unhealthy', () => {
  const seen = (words: string) => expect.stringContaining(words)
  it.each([
    [['status', 'beta', '--json'], 0, '"state":"unhealthy"'],
    [['status', 'beta'], 0, 'unhealthy'],
    [['tools', 'beta', '--json'], 1, '"state":"unhealthy"'],
    [['tools', 'beta'], 1, 'unavailable: theirs: unhealthy'],
    [['tools', 'call', 'beta', 'theirs', 'list_alerts'], 1, 'theirs: unhealthy'],
    [['up', 'beta', '--timeout', '1', '--json'], 1, '"state":"unhealthy"'],
    [['smoke', 'beta', '--timeout', '1'], 1, 'theirs ready: unhealthy'],
    [
      ['chat', '--customer', 'beta', '--platform', 'demo', '-p', 'Which alerts are firing?', '--json'],
      0,
      '"state":"unhealthy"',
    ],
  ])('in %j', async (args, code, words) => {
    const ran = await run(...args)
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([code, seen(words)])
    expect(ran.stdout + ran.stderr).toContain(`${address}: connection refused`)
    expect(ran.stdout + ran.stderr).not.toContain('starting')
  })
})

it('smoke passes for an external server whose test tool is withheld, and says so', async () => {
  const tool = { name: 'get_status', annotations: { readOnlyHint: true }, run: () => 'fine' }
  await withTools([tool])
  const { code, stdout } = await run('smoke')
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('call: get_status: not called: its read-only hint is not trusted'),
  ])
})

/** Acme has only this external server. */
async function withTools(tools: ToolSketch[]): Promise<void> {
  const server = closing(await startServer({ kind: 'modern', tools }))
  const document = { customers: [{ name: 'Acme', mcp_servers: [{ type: 'alertmanager', url: server.url }] }] }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
}

it('smoke passes for an external server without the test tool, and says what was not checked', async () => {
  await withTools([{ name: 'other', run: () => 'fine' }])
  const { code, stdout } = await run('smoke')
  const unchecked = 'the system behind the server was not checked: there is no tool "get_status"'
  expect([code, stdout]).toEqual([0, expect.stringContaining(`call: ${unchecked}\n`)])
  expect(stdout).toContain(`ready: 1 tool; ${unchecked}\n`)
})

describe('an external server that lists no tools is unhealthy', () => {
  it.each([
    [['status'], 0],
    [['tools', 'acme'], 1],
    [['smoke'], 1],
    [['chat', '--customer', 'acme', '--platform', 'demo', '-p', 'is all well?'], 0],
  ])('in %j', async (args, exit) => {
    await withTools([])
    const { code, stdout, stderr } = await run(...args)
    expect(stdout + stderr).toMatch(/unhealthy\b[\s\S]*connected, but the server lists no tools/)
    expect([code, stdout + stderr]).toEqual([exit, expect.stringContaining("check the server's own logs")])
  })
})

describe('an external server whose address is a credential without a value', () => {
  beforeEach(() => {
    const server = { type: 'grafana', url: 'https://${ACME_HOST}/mcp', bearer_env: 'ACME_TOKEN' }
    const document = {
      runtime: 'local',
      platforms: { demo: { enabled: true } },
      customers: [{ name: 'Acme', mcp_servers: [server] }],
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    place.env.ACME_TOKEN = 'a-token-that-goes-nowhere'
  })

  it.each([
    [['up']],
    [['up', 'acme', '--no-wait']],
    [['status']],
    [['smoke']],
    [['tools', 'acme']],
    [['chat', '--customer', 'acme', '-p', 'is all well?', '--platform', 'demo']],
  ])('is missing credentials, and is never asked: %j', async args => {
    const { stdout, stderr } = await run(...args)
    expect(stdout + stderr).toContain('no value for ACME_HOST')
    // Without the credential, the rest of the address would be read as "https://mcp/".
    expect(stdout + stderr).not.toMatch(/host name|unhealthy|bug/)
  })
})

describe('a server without a type, at a URL', () => {
  const echo = { name: 'echo', run: () => 'hello' }
  const look = { name: 'look', annotations: { readOnlyHint: true }, run: () => 'seen' }

  async function withServer(more: object): Promise<void> {
    const { url } = closing(await startServer({ kind: 'modern', tools: [echo, look] }))
    const document = { customers: [{ name: 'Acme', mcp_servers: [{ name: 'tickets', url, ...more }] }] }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  }

  it('is ready when it has listed its tools, and is not called to test it', async () => {
    await withServer({})
    expect((await run('status', 'acme')).stdout).toMatch(/tickets \(remote\) +ready +2 /)
    const { code, stdout } = await run('smoke')
    expect([code, stdout]).toEqual([0, expect.stringContaining('nothing was called: no test call is known')])
  })

  it('offers nothing to a read-only customer until its tools are named; `tools` prints the line', async () => {
    await withServer({})
    const { stderr } = await run('tools', 'acme')
    expect(stderr).toContain('0 tools offered, 2 withheld (read-only)')
    expect(stderr).toContain('add "read_only_tools": ["look"] to this server')
    await withServer({ read_only_tools: ['echo'] })
    expect((await run('tools', 'call', 'acme', 'tickets', 'echo')).stdout).toBe('hello\n')
    expect((await run('tools', 'call', 'acme', 'tickets', 'look')).code).toBe(4)
  })

  it('is believed about its own tools only with trust_hints', async () => {
    await withServer({ trust_hints: true })
    expect((await run('tools', 'call', 'acme', 'tickets', 'look')).stdout).toBe('seen\n')
    expect((await run('tools', 'call', 'acme', 'tickets', 'echo')).code).toBe(4)
  })

  it('is said to lack a tool that read_only_tools names', async () => {
    await withServer({ read_only_tools: ['echoo', 'tickets__look'] })
    const { stderr } = await run('tools', 'acme')
    expect(stderr).toContain('tickets has no tool "echoo", named in "read_only_tools" (did you mean "echo"?)')
    expect(stderr).toContain('tickets has no tool "tickets__look"')
  })
})
