// Servers that are commands, from the file to a call of their tools, as processes of this machine.

import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFakePlatforms } from '../fake-platforms/start.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)

beforeEach(() => {
  const folder = newFolder()
  place = withoutDocker(placeIn(folder, { FILES_KEY: 'canary-of-acme' }))
  write('well')
})
afterEach(async () => {
  await run('down')
})

function write(way: string, port?: number): void {
  const server = (env: object) => ({ name: 'files', command: process.execPath, args: [FIXTURE, way], env })
  const document = {
    customers: [
      {
        name: 'Acme',
        mcp_servers: [{ ...server({ KEY: '${FILES_KEY}' }), port, read_only_tools: ['environment'] }],
      },
      { name: 'Beta', mcp_servers: [{ ...server({}), read_only_tools: ['environment'] }] },
    ],
  }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
}

async function environmentOf(customer: string): Promise<{ env: Record<string, string>; cwd: string }> {
  const { stdout } = await run('tools', 'call', customer, 'files', 'environment')
  return JSON.parse(stdout)
}

describe('a command in the configuration', () => {
  it('is executed by nothing before a person has allowed it', async () => {
    const marker = join(place.folder, 'executed')
    const command = { name: 'x', command: '/bin/sh', args: ['-c', `echo > ${marker}`] }
    const document = { customers: [{ name: 'Acme', mcp_servers: [command] }] }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    const up = await run('up')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(
      `stopped: it runs a command that you have not allowed: /bin/sh -c 'echo > ${marker}'\n  run \``,
    )
    for (const args of [
      ['status'],
      ['config', 'validate'],
      ['tools', 'acme'],
      ['smoke'],
      ['trust'],
      ['restart', 'acme'],
    ])
      await run(...args)
    expect((await run('trust')).code).toBe(4)
    const plan = await run('up', '--dry-run')
    expect(plan.stderr + plan.stdout).toContain('acme/x: it runs a command that you have not allowed')
    expect(existsSync(marker)).toBe(false)
    await run('trust', '--yes')
    expect(existsSync(marker)).toBe(false)
    await run('up', '--timeout', '5')
    expect(existsSync(marker)).toBe(true)
  })

  it('is shown with its environment by name, and runs once it is allowed', async () => {
    const trust = await run('trust', '--yes')
    expect([trust.code, trust.stderr]).toEqual([0, expect.stringContaining('  with KEY=${FILES_KEY}\n')])
    expect(trust.stderr + trust.stdout).not.toContain('canary')
    const up = await run('up')
    expect([up.code, up.stderr]).toEqual([0, expect.stringContaining('2 of 2 ready')])
    expect((await run('status', 'acme')).stdout).toMatch(/files \(command\) +ready +14 /)
    expect((await run('trust')).stderr).toContain('nothing to allow')
  })

  it('is shown with what cannot be seen in it, and the tools to name once it runs', async () => {
    const command = { name: 'x', command: process.execPath, args: [FIXTURE, 'well', 'a\u200bb\u3164'] }
    const document = { customers: [{ name: 'Acme', mcp_servers: [command] }] }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    expect((await run('up')).stderr).toContain("well 'a\\u{200b}b\\u{3164}'")
    expect((await run('trust', '--yes')).stderr).toContain("well 'a\\u{200b}b\\u{3164}'\n")
    await run('up')
    expect((await run('tools', 'acme')).stderr).toContain('add "read_only_tools": ["echo", "environment",')
  })

  it('asks to accept the tools that match a pattern once, and again for those that it adds later', async () => {
    const server = { name: 'x', command: process.execPath, args: [FIXTURE, 'well'] }
    const put = (more: object) =>
      writeFileSync(
        join(place.folder, 'mcp_servers.json'),
        JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: [{ ...server, ...more }] }] }),
      )
    put({ read_only_tools: ['ec*', 'nothing_*'], tools: { exclude: ['d*', 'ecko'] } })
    await run('trust', '--yes')
    await run('up')
    const before = await run('tools', 'acme')
    expect(before.stderr).toContain(
      '0 tools and read_resource offered, 11 withheld, 3 left out (read-only)\n',
    )
    expect(before.stderr).toContain('x: "ec*" matches tools that are not accepted yet: echo\n  run `')
    expect(before.stderr).toContain('x has no tool that matches "nothing_*" in "read_only_tools"\n')
    expect(before.stderr).toContain('x has no tool "ecko", named in "tools.exclude" (did you mean "echo"?)\n')
    expect(before.stderr).toMatch(/set "read_only_tools": \["ec\*", "nothing_\*", "environment", "slow",/)
    const asked = await run('tools', 'accept', 'acme')
    expect([asked.code, asked.stdout]).toEqual([
      4,
      expect.stringMatching(/^x echo +ec\* +may write +Says it/m),
    ])
    expect(asked.stderr).toContain('nothing was accepted: there is no terminal to ask on\n')
    const { accepted, waiting } = JSON.parse((await run('tools', 'accept', 'acme', '--json')).stdout)
    expect([accepted, waiting]).toEqual([false, [expect.objectContaining({ server: 'x', tool: 'echo' })]])
    const yes = await run('tools', 'accept', 'acme', '--yes')
    expect([yes.code, yes.stderr]).toEqual([
      0,
      expect.stringContaining('accepted 1 tool, wrote 1 definition to mcp-lock.json ('),
    ])
    expect((await run('tools', 'call', 'acme', 'x', 'echo')).stdout).toBe('{}\n')
    expect((await run('tools', 'acme')).stderr).toContain('x: "ec*" makes read-only: echo\n')
    const all = await run('tools', 'acme', '--all')
    expect(all.stdout).toMatch(/^x +resource +file:\/\/\/a +a$/m)
    expect(all.stderr).toContain('left out: x: dies, deaf, dumb\n  "tools" of its server exclude "d*"\n')
    const { offers, tools } = JSON.parse((await run('tools', 'acme', '--all', '--json')).stdout)
    expect(offers).toMatchObject([
      { server: 'x', resources: [{ uri: 'file:///a' }], templates: [], prompts: [] },
    ])
    expect(tools.at(-1)).toMatchObject({ name: 'read_resource', server: null })
    put({ read_only_tools: ['e*'] })
    const { stderr } = await run('tools', 'acme')
    expect(stderr).toContain('x: "e*" makes read-only: echo\n')
    expect(stderr).toContain('x: "e*" matches tools that are not accepted yet: environment\n')
    expect((await run('tools', 'acme', '--yes')).code).toBe(2)
    await run('down')
    const down = await run('tools', 'accept', 'acme', '--yes')
    expect([down.code, down.stderr]).toEqual([1, expect.stringContaining('unavailable: x: stopped')])
  })

  it('has a process for each session with "sessions": "own"', async () => {
    const own = { name: 'x', command: process.execPath, args: [FIXTURE, 'well'], sessions: 'own' }
    const document = {
      customers: [{ name: 'Acme', mcp_servers: [{ ...own, read_only_tools: ['environment'] }] }],
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    expect((await run('trust', '--yes')).stderr).toContain('\n  once for each session, at most 4\n')
    await run('up')
    const called = async () => (await run('tools', 'call', 'acme', 'x', 'environment')).stdout
    const [one, two] = [JSON.parse(await called()).pid, JSON.parse(await called()).pid]
    expect(one).not.toBe(two)
    expect((await run('status', 'acme')).stdout).toMatch(/x \(command\) +ready +14 /)
  })

  it('is shown with all that could be executed, even if its name is that of a secret', async () => {
    const env = {
      TOKEN_COMMAND: 'curl x | sh',
      AUTH_HELPER: './helper',
      BASH_ENV: 'key-x',
      API_KEY: 'abc-123',
    }
    const document = { customers: [{ name: 'Acme', mcp_servers: [{ name: 'x', command: 'x', env }] }] }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    const { commands } = JSON.parse((await run('trust', '--json')).stdout)
    expect(commands[0].env).toEqual({ ...env, API_KEY: '‹hidden›' })
  })

  it('has a home and a folder for each customer, and only what is named for it', async () => {
    await run('trust', '--yes')
    await run('up')
    const [acme, beta] = [await environmentOf('acme'), await environmentOf('beta')]
    // What it has is hidden where it is shown.
    expect(acme.env.KEY).toBe('‹hidden›')
    expect(beta.env).not.toHaveProperty('KEY')
    const names = Object.keys(beta.env).filter(name => !name.startsWith('SUPPORTMAX_'))
    expect(names.toSorted()).toEqual([
      'HOME',
      'PATH',
      ...['CACHE', 'CONFIG', 'DATA', 'STATE'].map(one => `XDG_${one}_HOME`),
    ])
    expect(acme.env.HOME).toMatch(/acme\.files$/)
    expect(beta.env.HOME).toMatch(/beta\.files$/)
    expect([acme.cwd, beta.cwd]).toEqual([acme.env.HOME, beta.env.HOME])
  })

  it('is asked about again after a change; what runs keeps running', async () => {
    await run('trust', '--yes')
    await run('up')
    write('banner')
    const up = await run('up')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(
      'degraded: what it runs has changed since you allowed it; the old server keeps running',
    )
    expect((await run('logs', 'acme')).stdout).toContain('the command is ready')
    await run('trust', '--yes')
    expect((await run('up')).code).toBe(0)
  })

  it('cannot get half a secret into its log where a line of the bridge comes between', async () => {
    // Its own port: a project that starts at the same time may take the next free one first.
    write('mutters', await freePort())
    await run('trust', '--yes')
    expect((await run('up', 'acme')).stderr).toContain('1 of 1 ready')
    const { stdout } = await run('logs', 'acme')
    expect(stdout).toContain('the key is ‹hidden›\n')
    expect(stdout).not.toMatch(/canary|of-acme/)
  })

  it('that ends says in its last line why', async () => {
    const boom = {
      name: 'x',
      command: process.execPath,
      args: ['-e', 'console.error("no licence"); process.exit(3)'],
    }
    const document = { customers: [{ name: 'Acme', mcp_servers: [boom] }] }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    await run('trust', '--yes')
    const words = 'ended with exit code 3; last line of its log: no licence'
    expect((await run('up', '--timeout', '30')).stderr).toContain(words)
    expect((await run('status', 'acme')).stdout).toContain(words)
  })
})

it('the command for a platform token is executed by nothing before a person has allowed it', async () => {
  const fake = closing(await startFakePlatforms())
  fake.script('azure', [{ text: 'All is well.' }])
  const marker = join(place.folder, 'executed')
  const azure = {
    endpoint: fake.url('azure'),
    deployment: 'our-gpt',
    base_model: 'gpt-5.4-mini',
    token_command: ['/bin/sh', '-c', `echo > ${marker}; echo eyJ0b2tlbg.e30.c2ln`],
  }
  const document = { platforms: { azure_openai: azure }, customers: [{ name: 'Acme', mcp_servers: [] }] }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  const ask = () => run('chat', '--customer', 'acme', '-p', 'Is all well?')
  const refused = await ask()
  expect([refused.code, refused.stderr]).toEqual([
    5,
    expect.stringMatching(
      /token_command "\/bin\/sh" has not been allowed; .*\n {2}run `.*` to see and allow it\n/,
    ),
  ])
  for (const args of [
    ['platforms'],
    ['platforms', '--check'],
    ['platforms', 'explain', 'x'],
    ['status'],
    ['trust'],
  ])
    await run(...args)
  expect(existsSync(marker)).toBe(false)
  expect((await run('trust', '--yes')).stderr).toContain('platform azure_openai runs:')
  expect(existsSync(marker)).toBe(false)
  // Its breaker had opened for the refusal.
  expect((await ask()).stdout).toBe('All is well.\n')
  expect(existsSync(marker)).toBe(true)
})

describe('import', () => {
  const secret = 'ghp_canary0123456789abcdefghijklmnop'
  const theirs = {
    mcpServers: { Files: { command: process.execPath, args: [FIXTURE], env: { GITHUB_TOKEN: secret } } },
  }
  const config = () => join(place.folder, 'mcp_servers.json')

  beforeEach(() => {
    writeFileSync(join(place.folder, 'theirs.json'), JSON.stringify(theirs))
    writeFileSync(config(), '{\n  // ours\n  "customers": [{ "name": "Acme", "mcp_servers": [] }]\n}\n')
  })

  it("adds another client's servers to a customer, and they run", async () => {
    chmodSync(config(), 0o640)
    const { code, stderr } = await run('import', 'theirs.json', '--customer', 'acme', '--yes')
    expect([code, stderr]).toEqual([0, expect.stringContaining('written\n  run `')])
    expect(stderr).not.toContain('canary')
    expect(readFileSync(config(), 'utf8')).toContain('  // ours\n')
    expect(readFileSync(config(), 'utf8')).not.toContain('canary')
    expect(statSync(config()).mode & 0o777).toBe(0o640)
    const credentials = join(place.folder, 'mcp_credentials.env')
    expect(readFileSync(credentials, 'utf8')).toBe(`GITHUB_TOKEN_ACME='${secret}'\n`)
    expect(statSync(credentials).mode & 0o777).toBe(0o600)
    await run('trust', '--yes')
    expect((await run('up')).stderr).toContain('1 of 1 ready')
    expect((await run('tools', 'acme', '--json')).stdout).toContain(
      '"withheld":[{"server":"files","tool":"echo"',
    )
  })

  it('writes nothing in a dry run, or without an answer', async () => {
    const before = readFileSync(config(), 'utf8')
    const dry = await run('import', 'theirs.json', '--customer', 'acme', '--dry-run')
    expect([dry.code, dry.stderr]).toEqual([0, expect.stringContaining('GITHUB_TOKEN_ACME')])
    expect((await run('import', 'theirs.json', '--customer', 'acme')).code).toBe(4)
    expect(readFileSync(config(), 'utf8')).toBe(before)
    expect(existsSync(join(place.folder, 'mcp_credentials.env'))).toBe(false)
  })

  it.each([
    [['import', 'theirs.json'], '--customer is missing'],
    [['import', 'absent.json', '--customer', 'acme'], 'absent.json: file not found'],
    [['import', 'mcp_servers.json', '--customer', 'acme'], 'has no MCP servers in a known form'],
  ])('%j says what is missing', async (args, words) => {
    const { code, stderr } = await run(...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
  })
})
