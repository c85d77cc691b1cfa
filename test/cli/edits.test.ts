// `customer` and `server`: the configuration is edited in one place, and everything else of it stays.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeHome } from '../../src/runtimes/programs/homes.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))
const BEFORE = `// Our customers
{
  "default": "Acme GmbH", // opens first
  "customers": [
    // the first
    { "name": "Acme GmbH", "mcp_servers": [
      { "name": "wiki", "url": "https://wiki.example/mcp" }, // pages
      { "name": "files", "command": "node", "args": ["x.js"] }
    ] }, // end of the first
    { "name": "Beta", "mcp_servers": [] }
  ],
}
`

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)
const file = () => readFileSync(join(place.folder, 'mcp_servers.json'), 'utf8')
const credentials = () => readFileSync(join(place.folder, 'mcp_credentials.env'), 'utf8')

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  writeFileSync(join(place.folder, 'mcp_servers.json'), BEFORE)
})

describe('customer', () => {
  it('add names the flag to set where the id of another name is the same', async () => {
    const ran = await run('customer', 'add', 'Acme, GmbH')
    expect([ran.code, file()]).toEqual([2, BEFORE])
    expect(ran.stderr).toContain(
      'Acme GmbH has the id "acme-gmbh" already\n  add --id ID, or use another name\n',
    )
  })

  it('add writes one line, and --dry-run only shows it', async () => {
    const dry = await run('customer', 'add', 'Gamma', '--environment', 'prod', '--dry-run')
    expect([dry.code, file()]).toEqual([0, BEFORE])
    expect(dry.stdout).toContain('+    { "name": "Gamma", "environment": "prod", "mcp_servers": [] }')
    const ran = await run('customer', 'add', 'Gamma', '--environment', 'prod')
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('added Gamma (gamma)')])
    const beta = '    { "name": "Beta", "mcp_servers": [] }'
    const gamma = '    { "name": "Gamma", "environment": "prod", "mcp_servers": [] }'
    expect(file()).toBe(BEFORE.replace(beta, `${beta},\n${gamma}`))
  })

  it('add makes a new file, with the schema beside it', async () => {
    place = withoutDocker(placeIn(newFolder()))
    expect((await run('customer', 'add', 'Acme')).code).toBe(0)
    expect(JSON.parse(file())).toEqual({
      $schema: './mcp_servers.schema.json',
      customers: [{ name: 'Acme', mcp_servers: [] }],
    })
    const schema = readFileSync(join(place.folder, 'mcp_servers.schema.json'), 'utf8')
    expect((await run('config', 'schema')).stdout).toBe(schema)
    expect((await run('config', 'validate')).code).toBe(0)
  })

  it('rename keeps the id, which the name gave before, and --id changes it', async () => {
    const kept = await run('customer', 'rename', 'acme-gmbh', 'Acme Europe')
    expect([kept.code, kept.stderr]).toEqual([0, expect.stringContaining('is now Acme Europe (acme-gmbh)')])
    const id = '"id": "acme-gmbh", "name": "Acme Europe"'
    const renamed = BEFORE.replace('"name": "Acme GmbH"', id).replace(': "Acme GmbH"', ': "acme-gmbh"')
    expect(file()).toBe(renamed)
    expect((await run('customer', 'rename', 'acme-gmbh', 'Acme', '--id', 'acme')).code).toBe(0)
    expect(file()).toBe(
      renamed.replace(id, '"id": "acme", "name": "Acme"').replace(': "acme-gmbh"', ': "acme"'),
    )
    expect((await run('config', 'validate')).code).toBe(0)
  })

  it('remove takes the lines of the customer, and a default that named it', async () => {
    expect((await run('customer', 'remove', 'Acme GmbH')).code).toBe(0)
    expect(file()).toBe(`// Our customers
{
  "customers": [
    // the first
    { "name": "Beta", "mcp_servers": [] }
  ],
}
`)
  })

  it('rename moves what its servers keep, and remove and down leave nothing for another customer of that id', async () => {
    expect((await run('customers')).code).toBe(0)
    const state = join(place.folder, 'state', 'supportmax')
    const folder = join(state, readdirSync(state).find(name => !name.startsWith('.')) as string)
    const login = (customer: string) => join(makeHome(folder, { customer, server: 'files' }), 'login')
    writeFileSync(login('acme-gmbh'), 'a login')
    writeFileSync(login('gone'), 'a login')
    await run('customer', 'rename', 'acme-gmbh', 'Acme', '--id', 'acme')
    expect([existsSync(login('acme-gmbh')), readFileSync(login('acme'), 'utf8')]).toEqual([false, 'a login'])
    await run('customer', 'remove', 'acme', '--dry-run')
    await run('down')
    expect([existsSync(login('gone')), existsSync(login('acme'))]).toEqual([false, true])
    await run('customer', 'remove', 'acme')
    expect(existsSync(login('acme'))).toBe(false)
  })

  it.each([
    [['add', 'beta'], 'there is already a customer "beta"'],
    [['add', 'Gamma', '--id', 'Not An Id'], 'customers[2].id: must be lower-case letters'],
    [['add', 'Gamma', '--access', 'all'], 'must be one of "read-only", "read-write"'],
    [['rename', 'beta', 'Acme GmbH'], 'customers'],
    [['rename', 'acme', 'X'], 'write acme-gmbh if you mean Acme GmbH'],
    [['remove', 'acme'], 'no customer is named exactly "acme"'],
    [['remove', 'nobody'], 'no such customer "nobody"'],
    [['show', 'betta'], 'did you mean "beta"?'],
  ])('%j is refused, and nothing is written', async (args, words) => {
    const ran = await run('customer', ...args)
    expect([ran.code, file()]).toEqual([2, BEFORE])
    expect(ran.stderr).toContain(words)
  })

  it('show lists its servers and what they miss', async () => {
    const ran = await run('customer', 'show', 'acme')
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('files   command  node x.js')])
    expect(JSON.parse((await run('customer', 'show', 'acme', '--json')).stdout)).toMatchObject({
      id: 'acme-gmbh',
      servers: [{ name: 'wiki', kind: 'remote', target: 'https://wiki.example/mcp' }, { kind: 'command' }],
    })
  })
})

describe('server', () => {
  it('add gives a program the absolute path of a file that was named as in a shell', async () => {
    writeFileSync(join(place.folder, 'mine.js'), '')
    const ran = await run('server', 'add', 'beta', 'mine', '--', 'node', 'mine.js', 'other.js')
    expect(ran.code).toBe(0)
    expect(file()).toContain(`"args": [${JSON.stringify(join(place.folder, 'mine.js'))}, "other.js"]`)
  })

  it('add writes a server of each kind, with its secrets among the credentials', async () => {
    const config = 'alertmanager_url=https://alerts.example'
    const header = 'Authorization: Bearer canary-header'
    const url = 'https://t.example/mcp?api_key=canary-url'
    const ran = [
      await run('server', 'add', 'beta', '--type', 'alertmanager', '--set', config),
      await run('server', 'add', 'beta', 'tickets', '--url', url, '--header', header),
      await run('server', 'add', 'beta', 'x', '--env', 'TOKEN=canary-env', 'OTHER', '--', 'node', '-v'),
    ]
    expect(ran.map(one => one.code)).toEqual([0, 0, 0])
    expect(ran.map(one => one.stdout + one.stderr).join()).not.toContain('canary')
    const { customers } = JSON.parse(
      file()
        .replace(/\/\/ .*/g, '')
        .replace('],\n}', ']}'),
    )
    expect(customers[1].mcp_servers).toEqual([
      { type: 'alertmanager', config: { alertmanager_url: 'https://alerts.example' } },
      {
        name: 'tickets',
        url: 'https://t.example/mcp?api_key=${API_KEY_BETA}',
        transport: 'auto',
        headers: { Authorization: 'Bearer ${AUTHORIZATION_BETA}' },
      },
      { name: 'x', command: 'node', args: ['-v'], env: { TOKEN: '${TOKEN_BETA}', OTHER: '${OTHER_BETA}' } },
    ])
    expect(credentials()).toBe(
      "AUTHORIZATION_BETA='canary-header'\nAPI_KEY_BETA='canary-url'\nTOKEN_BETA='canary-env'\n# OTHER_BETA=''\n",
    )
    expect(statSync(join(place.folder, 'mcp_credentials.env')).mode & 0o777).toBe(0o600)
    expect(ran[2]?.stderr).toContain('put values for OTHER_BETA into')
  })

  it('add --sign-in writes an entry that auth login takes, and says so', async () => {
    const ran = await run('server', 'add', 'beta', 'wiki', '--url', 'https://w.example/mcp', '--sign-in')
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('auth login beta wiki`')])
    const shown = await run('server', 'show', 'beta', 'wiki')
    expect(shown.stdout).toContain('sign-in    by a person (`auth login`)')
    const { servers } = JSON.parse((await run('auth', 'status', '--json')).stdout)
    expect(servers).toMatchObject([{ customer: 'beta', server: 'wiki', state: 'auth_required' }])
  })

  it.each([
    [['add', 'beta', 'x'], 'the kind of server is missing'],
    [['add', 'beta', '--url', 'https://x.example'], 'the name of the server is missing'],
    [['add', 'beta', '--type', 'grafna'], 'did you mean "grafana"?'],
    [
      ['add', 'beta', 'x', '--url', 'https://x.example', '--image', 'y'],
      '--url cannot be combined with --image',
    ],
    [
      ['add', 'beta', 'x', '--url', 'https://x.example', '--', 'node'],
      '--url takes no command, but got "node"',
    ],
    [['add', 'beta', 'x', '--sign-in', '--', 'node'], '--sign-in needs --url'],
    [['add', 'beta', 'x', '--url', 'nonsense'], 'url: '],
    [['add', 'beta', 'x', '--env', '1 2=3', '--', 'node'], '--env: "1 2" is not a name'],
    [['add', 'acme-gmbh', 'files', '--', 'node'], 'Acme GmbH already has a server "files"'],
    [['remove', 'acme-gmbh', 'fils'], 'did you mean "files"?'],
    [['show', 'beta', 'files'], 'Beta has no server "files"'],
  ])('%j is refused, and nothing is written', async (args, words) => {
    const ran = await run('server', ...args)
    expect([ran.code, file()]).toEqual([2, BEFORE])
    expect(ran.stderr).toContain(words)
    expect(existsSync(join(place.folder, 'mcp_credentials.env'))).toBe(false)
  })

  it('remove names the credentials that are no longer needed', async () => {
    await run('server', 'add', 'beta', 'x', '--env', 'OWN=${BOTH_BETA}', 'B=b-secret-1', '--', 'node')
    await run('server', 'add', 'beta', 'y', '--env', 'TOKEN=y-secret-1', '--', 'node')
    const ran = await run('server', 'remove', 'beta', 'y')
    expect(ran.stderr).toContain(
      `no longer needed in ${join(place.folder, 'mcp_credentials.env')}: TOKEN_BETA\n`,
    )
    expect(credentials()).toContain("TOKEN_BETA='y-secret-1'")
    expect((await run('customer', 'remove', 'beta', '--dry-run')).stdout).toContain('-    { "name": "Beta"')
  })

  it('remove takes its line, and says that it still runs and how to stop it', async () => {
    await run('server', 'add', 'beta', 'well', '--trust-hints', '--', process.execPath, FIXTURE, 'well')
    const withWell = file()
    await run('trust', 'beta', '--yes')
    expect((await run('up', 'beta')).code).toBe(0)
    const ran = await run('server', 'remove', 'beta', 'well')
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('it is still running')])
    expect(file()).toBe(withWell.replace(/\n {6}\{\n {8}"name": "well"[^}]*\}/, ''))
    expect((await run('down', 'beta')).stderr).toContain('1 server removed')
  })
})
