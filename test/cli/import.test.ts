// Files of three other clients, imported for two customers, and what comes of them: servers that run and answer.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))
const NODE = process.execPath

const BEFORE = `// Customers of our team. Do not sort!
{
\t"customers": [
\t\t/* the first */ { "name": "Acme", "mcp_servers": [
\t\t\t{ "name": "wiki", "url": "http://127.0.0.1:9/wiki" }, // keep
\t\t] },
\t\t{ "name": "Beta", "mcp_servers": [] }, // the second
\t],
\t"default": "Acme", // opens first
}
`

const CLAUDE = {
  mcpServers: {
    'My Files': {
      command: NODE,
      args: [FIXTURE, 'well', '--access-token=canary-argument'],
      env: { API_KEY: 'canary-variable', DSN: 'postgres://u:canary-dsn@db/x', LEVEL: 'info' },
      alwaysAllow: ['dies'],
    },
    tickets: {
      url: 'http://127.0.0.1:9/mcp?api_key=canary-query',
      headers: { Authorization: 'Bearer canary-header' },
    },
    off: { command: NODE, disabled: true },
    host: { command: 'docker', args: ['run', '--network=host', '-e', 'TOKEN=canary-left-out', 'x'] },
  },
}
const CODEX = `[mcp_servers.notes]
command = ${JSON.stringify(NODE)}
args = [${JSON.stringify(FIXTURE)}, "well"]
env = { NOTES_TOKEN = "canary-toml" }
disabled_tools = ["dies"]
`
const GOOSE = `extensions:
  developer: { type: builtin, enabled: true, name: developer }
  Größe:
    type: stdio
    enabled: true
    cmd: ${NODE}
    args: ['${FIXTURE}', well]
    envs: { TOKEN: canary-yaml }
`

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)
const read = (name: string) => readFileSync(join(place.folder, name), 'utf8')

beforeAll(async () => {
  place = withoutDocker(placeIn(newFolder()))
  const files = {
    'mcp_servers.json': BEFORE,
    '.mcp.json': JSON.stringify(CLAUDE),
    'config.toml': CODEX,
    'goose.yaml': GOOSE,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place.folder, name), text)
})
afterAll(async () => {
  await run('down')
})

describe('files of three clients for two customers', () => {
  it('are imported, each with its plan, and without a secret on the screen', async () => {
    const ran = [
      await run('import', '.mcp.json', '--customer', 'acme', '--yes'),
      await run('import', 'config.toml', '--customer', 'beta', '--yes'),
      await run('import', 'goose.yaml', '--customer', 'Beta', '--yes'),
    ]
    const said = ran.map(one => one.stdout + one.stderr).join('')
    expect(ran.map(one => one.code)).toEqual([0, 0, 0])
    expect(said).not.toContain('canary')
    expect(said).toContain('named my-files\n')
    expect(said).toContain('not kept: alwaysAllow: what another client may do without asking\n')
    expect(said).toContain('left out: it is disabled\n')
    expect(said).toContain('left out: args: docker run has the option --network')
    expect(said).toContain('left out: it is part of that client, not a server\n')
  })

  it('leave no secret in the configuration, and every byte of it that was there', () => {
    const after = read('mcp_servers.json')
    expect(after).not.toContain('canary')
    const credentials = read('mcp_credentials.env')
    for (const one of ['argument', 'variable', 'dsn', 'query', 'header', 'toml', 'yaml'])
      expect(credentials).toContain(`canary-${one}`)
    expect(credentials).not.toContain('canary-left-out')
    const lines = after.split('\n')
    const kept = BEFORE.split('\n').filter(line => !line.includes('"Beta"'))
    expect(kept.filter(line => !lines.includes(line))).toEqual([])
    expect(after).toContain('] }, // the second\n')
  })

  it('run once they are allowed, and their tools answer, each customer with its own', async () => {
    expect((await run('trust', '--yes')).code).toBe(0)
    const up = await run('up', 'beta')
    expect([up.code, up.stderr]).toEqual([0, expect.stringContaining('2 of 2 ready')])
    await run('up', 'acme')
    const status = await run('status', '--all', '--json')
    expect(
      JSON.parse(status.stdout).servers.map((one: { customer: string; server: string; state: string }) => [
        one.customer,
        one.server,
        one.state,
      ]),
    ).toEqual([
      ['acme', 'wiki', 'unhealthy'],
      ['acme', 'my-files', 'ready'],
      ['acme', 'tickets', 'unhealthy'],
      ['beta', 'notes', 'ready'],
      ['beta', 'groesse', 'ready'],
    ])
    const tools = await run('tools', 'beta', '--json')
    const { withheld, leftOut } = JSON.parse(tools.stdout)
    expect(leftOut).toMatchObject([{ server: 'notes', tool: 'dies' }])
    expect(withheld.some((one: { server: string; tool: string }) => one.tool === 'echo')).toBe(true)
    writeFileSync(
      join(place.folder, 'mcp_servers.json'),
      read('mcp_servers.json').replaceAll('"command":', '"read_only_tools": ["environment"], "command":'),
    )
    const called = await run('tools', 'call', 'acme', 'my-files', 'environment')
    const { env } = JSON.parse(called.stdout)
    expect([env.LEVEL, Object.keys(env).filter(name => /KEY|DSN|TOKEN/.test(name))]).toEqual([
      'info',
      ['API_KEY', 'DSN'],
    ])
    expect(called.stdout).not.toContain('canary')
    expect((await run('tools', 'call', 'beta', 'notes', 'environment')).stdout).toContain('NOTES_TOKEN')
  })
})
