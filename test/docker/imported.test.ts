// The files of three other clients, imported for two customers, run in containers and as local processes.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { BUILD, groundMissing, leftOf, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, startServer, type TestServer } from '../helpers/mcp-servers.ts'
import { packageImagesMissing, registryMissing, registryVariables, uvFolder } from '../helpers/packages.ts'
import { buildStdioImage } from '../helpers/stdio-image.ts'

const uv = uvFolder()
const missing =
  (await groundMissing()) ??
  registryMissing() ??
  packageImagesMissing() ??
  (uv === undefined ? 'uv cannot be had here' : undefined)
const fileOf = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))

const REMOTE_TOKEN = 'remote-bearer-7c1e'
const FILES = ['claude_desktop_config.json', 'mcp.json', 'config.toml']
const SECRET = /(claude|vscode|codex)-(env|url|docker|flag)-[0-9a-f]{6}|remote-bearer-7c1e/

/** A tool of each server, and what it answers. */
const CALLS: Record<string, [tool: string, args: object, answer: string]> = {
  everything: ['echo', { message: 'over npm' }, 'over npm'],
  probe: ['echo', { message: 'over npm' }, 'over npm'],
  clock: ['get_current_time', { timezone: 'Europe/Berlin' }, 'Europe/Berlin'],
  ...Object.fromEntries(
    ['docs', 'pages', 'board', 'lines', 'rows', 'feed', 'local', 'here', 'side'].map(name => [
      name,
      ['echo', { text: 'hello' }, 'hello'],
    ]),
  ),
}

describe.skipIf(missing)('files of other clients', () => {
  let place: Place
  let remote: TestServer
  const project = projectName()
  const start = 21_000 + ((process.pid * 30) % 9_000)
  const run = (...args: string[]) => supportmax(place, ...args)
  const read = (name: string) => readFileSync(join(place.folder, name), 'utf8')

  beforeAll(async () => {
    buildStdioImage()
    remote = await startServer({ kind: 'modern', token: REMOTE_TOKEN, tools: [echo] })
    place = placeIn(newFolder(), registryVariables())
    place.env.PATH = `${uv}:${process.env.PATH}`
    for (const name of FILES)
      writeFileSync(
        join(place.folder, name),
        readFileSync(fileOf(`foreign/${name}`), 'utf8')
          .replaceAll('PORT', String(remote.port))
          .replaceAll('REMOTE_TOKEN', REMOTE_TOKEN)
          .replaceAll('FIXTURE', fileOf('stdio-server.ts')),
      )
    const { base, npm, python: python_base, uv: uvImage, namePrefix: name_prefix } = BUILD
    const build = JSON.stringify({ base, npm, python_base, uv: uvImage, name_prefix })
    writeFileSync(
      join(place.folder, 'mcp_servers.json'),
      `// ours, with comments
{
  "project":"${project}",   "network_pool": "${networkPool()}",  // odd spaces
  "container_settings": { "build": ${build}, "port_ranges": { "package": { "start": ${start} } } },
  "customers": [
    /* the first */ { "name": "Acme", "mcp_servers": [] },
    // the second
    { "name": "Beta",
      "mcp_servers": [
        // nothing yet
      ] }
  ]
}
`,
    )
  })
  afterAll(async () => {
    await run('down')
    await remote?.close()
    sweep(project)
  })

  it('are imported without their secrets, and every other byte of our file stays', async () => {
    const before = read('mcp_servers.json')
    for (const customer of ['acme', 'beta'])
      for (const file of FILES) {
        const ran = await run('import', file, '--customer', customer, '--yes')
        expect(ran.code, ran.stderr).toBe(0)
        expect(ran.stdout + ran.stderr).not.toMatch(SECRET)
      }
    const after = read('mcp_servers.json')
    expect(after).not.toMatch(SECRET)
    for (const line of before.split('\n').filter(one => !one.includes('"mcp_servers": []')))
      expect(after.split('\n')).toContain(line)
    expect(after).toContain('/* the first */ { "name": "Acme", "mcp_servers": [')
    const credentials = read('mcp_credentials.env')
    for (const file of FILES) {
      const secrets = read(file).match(new RegExp(SECRET, 'g')) ?? []
      expect(secrets).toHaveLength(5)
      // Once for each customer.
      for (const secret of secrets) expect(credentials.split(secret).length - 1).toBeGreaterThanOrEqual(2)
    }
    // What VS Code would ask for.
    appendFileSync(
      join(place.folder, 'mcp_credentials.env'),
      "CLOCK_KEY_ACME='typed in'\nCLOCK_KEY_BETA='typed in'\n",
    )
    // A person has to say which tools change nothing.
    writeFileSync(
      join(place.folder, 'mcp_servers.json'),
      after.replace(/"name": "(?!Acme|Beta)\w+",/g, '$& "read_only_tools": ["echo", "get_current_time"],'),
    )
    expect((await run('config', 'validate')).code).toBe(0)
  })

  it.each(['docker', 'local'] as const)('run with the runtime %s, and their tools answer', async runtime => {
    await run('down')
    expect((await run('trust', '--yes')).code).toBe(0)
    if (runtime === 'docker') {
      // The same file for two customers: the second one gets no credential of the first before a person allows it.
      const refused = await run('up', '--runtime', runtime, '--timeout', '120')
      expect(refused.stderr).toContain('12 of 24 ready')
      expect(refused.stderr).toContain('ROWS_PASSWORD_BETA has the value of ROWS_PASSWORD_ACME')
      expect((await run('secrets', 'allow', '--customer', 'beta', '--yes')).code).toBe(0)
    }
    const up = await run('up', '--runtime', runtime, '--timeout', '120')
    expect(up.stdout + up.stderr).not.toMatch(SECRET)
    expect(up.code, up.stderr).toBe(0)
    expect(up.stderr).toContain('24 of 24 ready')
    for (const customer of ['acme', 'beta'])
      for (const [server, [tool, args, answer]] of Object.entries(CALLS)) {
        const ran = await run('tools', 'call', customer, server, tool, '--args', JSON.stringify(args))
        expect(ran.code, ran.stderr).toBe(0)
        expect(ran.stdout).toContain(answer)
      }
    const again = await run('up', '--runtime', runtime, '--timeout', '60')
    expect(again.stderr).not.toMatch(/create|recreate|remove/)
  })

  it('leave nothing behind', async () => {
    const down = await run('down')
    expect(down.code, down.stderr).toBe(0)
    expect(leftOf(project)).toBe('')
  })
})
