import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planMigration, planOlderImport } from '../../src/config/edit/migrate.ts'
import { readProject } from '../../src/config/load.ts'
import { migrated } from '../../src/config/older/grafana-servers.ts'
import { placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

const OLDER = {
  _comment: 'ours',
  default: 'Beta AG',
  servers: [
    { name: 'Acme', url: 'https://mcp.example/acme', description: 'grafana.acme.example' },
    { name: 'Beta AG', url: 'https://mcp.example/beta/sse', description: 'https://grafana.beta.example/' },
    { name: 'Acme', url: 'https://mcp.example/second/mcp', description: 'the second one' },
    { name: 'acme!', url: 'https://mcp.example/third/?x=1' },
  ],
}
const server = (url: string) => [{ type: 'grafana', url, managed: false }]
const CUSTOMERS = [
  {
    name: 'Acme',
    id: 'acme',
    host: 'grafana.acme.example',
    mcp_servers: server('https://mcp.example/acme/mcp'),
  },
  {
    name: 'Beta AG',
    id: 'beta-ag',
    host: 'grafana.beta.example',
    mcp_servers: server('https://mcp.example/beta/sse'),
  },
  {
    name: 'Acme 2',
    id: 'acme-2',
    description: 'the second one',
    mcp_servers: server('https://mcp.example/second/mcp'),
  },
  { name: 'acme!', id: 'acme-3', mcp_servers: server('https://mcp.example/third/mcp?x=1') },
]

function folderWith(older: unknown): string {
  const folder = newFolder()
  writeFileSync(join(folder, 'grafana_servers.json'), JSON.stringify(older))
  return folder
}

describe('grafana_servers.json', () => {
  it('becomes a customer with an external Grafana server for each of its servers', () => {
    const found = migrated(OLDER)
    expect(found?.document).toEqual({ default: 'beta-ag', customers: CUSTOMERS })
    expect(found?.notes.map(one => [one.server, one.key, one.message])).toEqual([
      [2, 'name', 'duplicate; this one becomes "Acme 2" (acme-2)'],
      [2, 'description', 'is not a host name; kept as a description'],
      [3, 'name', 'duplicate; this one becomes "acme!" (acme-3)'],
    ])
  })

  it.each([
    [{}],
    [{ servers: {} }],
    [{ servers: [{ name: 'x' }] }],
    [{ customers: [], servers: [] }],
    [[]],
    [null],
  ])('is not %j', value => {
    expect(migrated(value)).toBeUndefined()
  })

  it('is read directly where there is no mcp_servers.json', () => {
    const folder = folderWith(OLDER)
    const { project, errors, warnings } = readProject(join(folder, 'mcp_servers.json'))
    expect(errors).toEqual([])
    expect(
      project?.customers.map(one => [one.id, one.servers[0]?.managed, one.servers[0]?.transport]),
    ).toEqual([
      ['acme', false, 'streamable-http'],
      ['beta-ag', false, 'sse'],
      ['acme-2', false, 'streamable-http'],
      ['acme-3', false, 'streamable-http'],
    ])
    expect(project?.defaultCustomer).toBe('beta-ag')
    expect(warnings[0]).toMatchObject({
      path: 'servers[2].name',
      message: expect.stringContaining('duplicate'),
    })
    writeFileSync(join(folder, 'mcp_servers.json'), '{"customers":[]}')
    expect(readProject(join(folder, 'mcp_servers.json')).project?.customers).toEqual([])
  })

  it('has its errors at their places in the older file', () => {
    const folder = folderWith({ servers: [{ name: 'Acme', url: 'nonsense' }] })
    const { errors } = readProject(join(folder, 'mcp_servers.json'))
    expect(errors).toEqual([
      expect.objectContaining({
        file: join(folder, 'grafana_servers.json'),
        line: 1,
        path: 'servers[0].url',
      }),
    ])
  })
})

describe('config migrate', () => {
  it('writes the new form beside the older file, which it keeps', async () => {
    const folder = folderWith(OLDER)
    const place = withoutDocker(placeIn(folder))
    const dry = await supportmax(place, 'config', 'migrate', '--dry-run')
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('+      "name": "Acme"')])
    expect(existsSync(join(folder, 'mcp_servers.json'))).toBe(false)
    const ran = await supportmax(place, 'config', 'migrate')
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('written with 4 customers')])
    expect(JSON.parse(readFileSync(join(folder, 'mcp_servers.json'), 'utf8'))).toEqual({
      $schema: './mcp_servers.schema.json',
      default: 'beta-ag',
      customers: CUSTOMERS,
    })
    expect(existsSync(join(folder, 'grafana_servers.json'))).toBe(true)
    expect((await supportmax(place, 'config', 'validate')).stdout).toContain(
      'mcp_servers.json: valid (4 customers',
    )
  })

  it('comes before every edit, which would hide the older file', async () => {
    const folder = folderWith(OLDER)
    const place = withoutDocker(placeIn(folder))
    writeFileSync(join(folder, 'theirs.json'), '{"mcpServers":{"a":{"command":"x"}}}')
    for (const args of [
      ['customer', 'add', 'New'],
      ['customer', 'remove', 'acme'],
      ['server', 'add', 'acme', 'x', '--', 'node'],
      ['import', 'theirs.json', '--customer', 'acme', '--yes'],
      ['init', '--customer', 'New'],
    ]) {
      const ran = await supportmax(place, ...args)
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('config migrate')])
    }
    expect(existsSync(join(folder, 'mcp_servers.json'))).toBe(false)
  })

  it('overwrites nothing, and says so where there is nothing to migrate', () => {
    const folder = folderWith(OLDER)
    const config = join(folder, 'mcp_servers.json')
    expect(() => planMigration(join(newFolder(), 'mcp_servers.json'))).toThrow('there is nothing to migrate')
    writeFileSync(config, '{}')
    expect(() => planMigration(config)).toThrow('already exists')
  })
})

describe('an import of the older file', () => {
  it('adds its servers as customers, beside those that are there', () => {
    const config = join(newFolder(), 'mcp_servers.json')
    writeFileSync(
      config,
      '{\n  // ours\n  "customers": [\n    { "name": "Acme", "mcp_servers": [] }\n  ]\n}\n',
    )
    const text = JSON.stringify({ servers: OLDER.servers.slice(0, 1) })
    const plan = planOlderImport('grafana_servers.json', text, config)
    expect(plan?.customers).toEqual([{ id: 'acme-2', name: 'Acme 2' }])
    expect(plan?.config.after).toContain('  // ours\n')
  })

  it('is not of a file in another form', () => {
    const config = join(newFolder(), 'mcp_servers.json')
    for (const text of ['{"mcpServers":{}}', 'extensions:\n  a: {}\n', ''])
      expect(planOlderImport('x', text, config)).toBeUndefined()
  })
})
