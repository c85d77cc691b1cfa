import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject, readProject } from '../../src/config/load.ts'
import { newFolder } from '../helpers/folder.ts'
import { anyCustomer, errorsOf, fixture, projectOf } from '../helpers/projects.ts'

describe('the file as people write it', () => {
  const { project, warnings } = interpretProject(
    '/srv/acme/mcp_servers.json',
    fixture('as-people-write-it.json'),
  )

  it('loads unchanged, with ids read from the service hosts', () => {
    expect(project?.name).toBe('acme')
    expect(project?.customers.map(one => [one.id, one.servers.map(server => server.service)])).toEqual([
      ['vattenfall', ['mcp-grafana-vattenfall', 'mcp-alertmanager-vattenfall', 'mcp-genesys-vattenfall']],
      ['segurcaixa', ['mcp-grafana-segurcaixa', 'mcp-alertmanager-segurcaixa']],
    ])
  })

  it('selects the transport by the path', () => {
    const servers = project?.customers[0]?.servers ?? []
    expect(servers.map(one => [one.transport, one.path])).toEqual([
      ['streamable-http', '/mcp'],
      ['sse', '/sse'],
      ['sse', '/sse'],
    ])
  })

  it('derives missing settings, and warns if a guess may be wrong', () => {
    const env = project?.customers[1]?.servers[0]?.env
    expect(env).toContainEqual({ name: 'GRAFANA_URL', value: 'https://maas-1171.mon.sabio.cloud' })
    expect(env).toContainEqual({
      name: 'GRAFANA_SERVICE_ACCOUNT_TOKEN',
      credential: 'GRAFANA_TOKEN_SEGURCAIXA',
      required: true,
      header: true,
    })
    expect(warnings.map(one => one.message)).toEqual([
      '"alertmanager_url" is not set; assuming http://maas-1171.mon.sabio.cloud:9093',
    ])
  })

  it('is read-only by default', () => {
    expect(project?.customers.map(one => one.access)).toEqual(['read-only', 'read-only'])
    expect(project?.customers[0]?.servers[0]?.args).toContain('--disable-write')
  })
})

describe('the file that is in production', () => {
  const { project, warnings } = interpretProject('f.json', fixture('in-production.json'))

  it('loads, with its settings in effect', () => {
    const [grafana, , genesys] = project?.customers[0]?.servers ?? []
    expect(project?.customers[0]?.id).toBe('od-atlanta')
    expect(project?.defaultCustomer).toBe('vattenfall-de')
    expect(grafana?.image).toEqual({
      kind: 'pull',
      ref: 'grafana/mcp-grafana:1.1.0',
      overrides: 'release',
    })
    expect(grafana?.hostPortBase).toBe(3200)
    expect(genesys?.env).toContainEqual({
      name: 'GENESYS_CLIENT_ID',
      credential: 'GENESYS_ID_ATLANTA',
      required: true,
    })
    expect(project?.start).toEqual({ probeMs: 30_000, intervalMs: 2_000, upMs: 60_000 })
    expect(project?.kept).toEqual({ maxWarmContainers: 3, idleTimeoutSeconds: 1_800 })
  })

  it('warns that the network name is ignored', () => {
    expect(warnings.map(one => one.path)).toEqual(['container_settings.network_name'])
  })
})

describe('errors', () => {
  it('are located and suggest the nearest known word', () => {
    const text = '{\n  "customers": [\n    { "name": "A", "acess": "read-only", "mcp_servers": [] }\n  ]\n}'
    expect(errorsOf(text)[0]).toMatch(
      /^f\.json:3:20: customers\[0\]\.acess: unknown key \(did you mean "access"\?\)/,
    )
  })

  it('are reported all at once, of shape and meaning', () => {
    const errors = errorsOf({
      custmers: [],
      customers: [
        anyCustomer('A', { acess: 1 }),
        { name: 'B', mcp_servers: [{ type: 'grafna' }] },
        { nme: 'C' },
      ],
    })
    for (const words of ['custmers', 'acess', 'unknown type "grafna" (did you mean "grafana"?)', 'nme'])
      expect(errors.join('\n')).toContain(words)
  })

  it.each([
    ['an empty file', '', 'is empty'],
    ['a binary file', '\u0000\u0001\u0002', 'is not a text file'],
    ['broken JSON', '{"customers": [', 'invalid JSON'],
    ['deep nesting', '['.repeat(100_000), 'is nested deeper'],
    ['a list', '[]', 'must be an object'],
    ['a duplicate key', '{"customers":[],"customers":[]}', 'duplicate key'],
  ])('%s is one located line', (_, text, words) => {
    const folder = newFolder()
    const file = join(folder, 'f.json')
    writeFileSync(file, text)
    const { errors, project } = readProject(file)
    expect(project).toBeUndefined()
    expect(errors[0]?.message).toContain(words)
    expect(errors[0]?.line).toBeGreaterThan(0)
  })

  it('a bracket that is missing is reported once, with a hint', () => {
    const { errors } = interpretProject('f.json', '{"customers": [{"name": "A"')
    expect(errors.map(problemText)).toEqual([
      'f.json:1:28: invalid JSON: close brace expected\n' +
        '  check the commas, quotes and brackets here (comments and trailing commas are allowed)',
    ])
  })

  it('a file that does not exist is reported without a line', () => {
    const { errors } = readProject('/nowhere/f.json')
    expect(errors.map(problemText)).toEqual([
      expect.stringMatching(/^\/nowhere\/f\.json: file not found\n {2}run `supportmax init`/),
    ])
    expect(JSON.parse(JSON.stringify(errors[0]))).not.toHaveProperty('line')
  })

  it.each([
    [tmpdir(), 'is a folder'],
    ['/dev/zero', 'is not a regular file'],
    ['/dev/null/x', 'part of the path is a file'],
  ])('%s is reported in words and not read', (path, words) => {
    expect(readProject(path).errors.map(problemText)).toEqual([
      expect.stringContaining(`${path}: cannot be read (${words})\n`),
    ])
  })

  it.each([
    ['a duplicate id', [anyCustomer('A b'), anyCustomer('a-B')], 'duplicate id "a-b", also used by "A b"'],
    ['a duplicate name', [anyCustomer('A', { id: 'x' }), anyCustomer('a', { id: 'y' })], 'duplicate name'],
    [
      'a name that differs only in what nobody sees',
      [anyCustomer('A B', { id: 'x' }), anyCustomer('a\u200b  B ', { id: 'y' })],
      'duplicate name',
    ],
    ['a name without letters', [anyCustomer('🎉')], 'no letter or digit'],
    ['a name of 300 characters', [anyCustomer('x'.repeat(300))], 'longer than 100'],
    [
      'a duplicate server',
      [{ name: 'A', host: 'h', mcp_servers: [{ type: 'grafana' }, { type: 'grafana' }] }],
      'duplicate server name "grafana"',
    ],
    [
      'a duplicate port',
      [
        {
          name: 'A',
          host: 'h',
          mcp_servers: [
            { type: 'grafana', port: 4000 },
            { type: 'alertmanager', port: 4000 },
          ],
        },
      ],
      'duplicate port 4000, also used by a/grafana',
    ],
    [
      'an unsupported protocol',
      [{ name: 'A', host: 'h', mcp_servers: [{ type: 'grafana', url: 'ftp://x/y' }] }],
      'ftp:',
    ],
    [
      'nothing to derive from',
      [{ name: 'A', mcp_servers: [{ type: 'grafana' }] }],
      'needs "grafana_url", or a customer "host"',
    ],
    [
      'a secret in place of its name',
      [{ name: 'A', host: 'h', mcp_servers: [{ type: 'grafana', config: { token_env: 'glsa_s3cr3t' } }] }],
      'must be the NAME of a credential',
    ],
    [
      'credentials in an address',
      [{ name: 'A', mcp_servers: [{ type: 'grafana', config: { grafana_url: 'https://u:pw1@h' } }] }],
      'contains credentials',
    ],
  ])('%s is an error', (_, customers, words) => {
    const errors = errorsOf({ customers }).join('\n')
    expect(errors).toContain(words)
    expect(errors).not.toMatch(/glsa_s3cr3t|pw1/)
  })

  it.each([
    '\u0000',
    '\n',
    '\u001b[2J',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u2066',
    '\ufeff',
    '\ufffe',
    '\uffff',
    '\ud800',
  ])('%j is rejected everywhere and never repeated', odd => {
    const config = { alertmanager_url: `http://a.example/${odd}x`, tenant: `a${odd}b` }
    const servers = [
      { type: 'alertmanager', config, extra_hosts: [`a${odd}:1.2.3.4`], read_only_tools: [odd] },
    ]
    const customer = { name: `A${odd}`, description: odd, environment: `prod${odd}`, host: `h${odd}` }
    const document = {
      default: `A${odd}`,
      customers: [{ ...customer, proxy: `http://p/${odd}`, mcp_servers: servers }],
      platforms: { [`x${odd}`]: { model: odd, base_url: 'http://m' } },
      container_settings: { images: { grafana: `i${odd}` } },
    }
    // Escaped, as people and programs write it.
    const errors = errorsOf(JSON.stringify(document).replaceAll('\u007f', '\\u007f'))
    for (const path of [
      'default',
      'customers[0].name',
      'customers[0].description',
      'customers[0].environment',
      'customers[0].host',
      'customers[0].proxy',
      'customers[0].mcp_servers[0].config.alertmanager_url',
      'customers[0].mcp_servers[0].config.tenant',
      'customers[0].mcp_servers[0].extra_hosts[0]',
      'customers[0].mcp_servers[0].read_only_tools[0]',
      'platforms.',
      'container_settings.images.grafana',
    ])
      expect(errors).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^f\\.json:1:\\d+: ${path.replaceAll(/[[\].]/g, '\\$&')}.*: contains control characters`,
          ),
        ),
      )
    expect(errors.map(one => one.replace('\n  ', ' ')).join('')).not.toContain(odd)
  })

  it('letters of any script, emoji and marks are plain text', () => {
    const name = 'Åsa 漢字 🎉 👩‍👧 שלום é'
    expect(projectOf({ customers: [anyCustomer(name, { id: 'a' })] }).customers[0]?.name).toBe(name)
  })

  it('a customer may be called __proto__ or have a slash, and pollutes nothing', () => {
    const project = projectOf({ customers: [anyCustomer('__proto__'), anyCustomer('A/b')] })
    expect(project.customers.map(one => one.id)).toEqual(['proto', 'a-b'])
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })
})

describe('addresses', () => {
  it('a single label is managed, a host with a dot is external, and "managed" overrides', () => {
    const servers = projectOf({
      customers: [
        {
          name: 'A',
          host: 'h.example',
          mcp_servers: [
            { type: 'grafana', url: 'http://mcp-grafana-a:8000/mcp' },
            { type: 'grafana', name: 'outside', url: 'https://mcp.example.com/mcp' },
            { type: 'grafana', name: 'mine', url: 'http://box/mcp', managed: false },
          ],
        },
      ],
    }).customers[0]?.servers
    expect(servers?.map(one => [one.name, one.managed, one.containerPort])).toEqual([
      ['grafana', true, 8000],
      ['outside', false, 8888],
      ['mine', false, 8888],
    ])
  })

  it('hints of an external server are not trusted', () => {
    const url = 'https://mcp.example.com/mcp'
    const [server] =
      projectOf({
        customers: [{ name: 'A', mcp_servers: [{ type: 'grafana', url, read_only_tools: ['x'] }] }],
      }).customers[0]?.servers ?? []
    expect(server?.readOnly).toEqual({ hints: false, tools: ['x'], patterns: [] })
  })
})

it.each([
  ['grafana', 'grafana/mcp-grafana:1.1.0', 'release'],
  ['grafana', 'docker.io/grafana/mcp-grafana:1.1.0', 'release'],
  ['grafana', 'mirror.example:5000/grafana/mcp-grafana@sha256:0123', 'mirror'],
  ['grafana', 'somebody/mcp-grafana:2.1.1', 'program'],
  ['alertmanager', 'own/alertmanager', 'program'],
])('an image for %s, %s, is another %s', (type, ref, overrides) => {
  const config = { grafana_url: 'http://g.example', alertmanager_url: 'http://am.example' }
  const { project } = interpretProject(
    '/x/mcp_servers.json',
    JSON.stringify({
      container_settings: { images: { [type]: ref } },
      customers: [{ name: 'Acme', mcp_servers: [{ type, config: pick(config, type) }] }],
    }),
  )
  expect(project?.customers[0]?.servers[0]?.image).toEqual({ kind: 'pull', ref, overrides })
})

function pick(config: Record<string, string>, type: string): Record<string, string | undefined> {
  return { [`${type}_url`]: config[`${type}_url`] }
}

it('warns of a customer whose name looks like that of another one', () => {
  const customers = [anyCustomer('Segura', { id: 'a' }), anyCustomer('S\u0435gura', { id: 'b' })]
  const { errors, warnings } = interpretProject('f.json', JSON.stringify({ customers }))
  expect(errors).toEqual([])
  expect(warnings.map(one => one.message)).toContain(
    'looks like the name of the customer a: people could take one for the other',
  )
})
