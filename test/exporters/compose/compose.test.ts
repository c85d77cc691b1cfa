import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Project } from '../../../src/config/project.ts'
import { composeFile } from '../../../src/exporters/compose/compose.ts'
import { grantLeases, readLeases as leasesIn } from '../../../src/exporters/compose/leases.ts'
import { anyCustomer, fixture, projectOf } from '../../helpers/projects.ts'

function generate(project: Project, before = ''): string {
  return composeFile(project, { folder: '/srv', leases: grantLeases(project, readLeases(before)) }).text
}

function readLeases(text: string) {
  return leasesIn(text, 'docker-compose.mcps.yml')
}

/** The lines of one service, or network, of the file. */
function blockOf(text: string, name: string): string {
  const lines = text.split('\n')
  const from = lines.indexOf(`  ${name}:`)
  const length = lines.slice(from + 1).findIndex(line => !line.startsWith('   '))
  return lines.slice(from, from + 1 + length).join('\n')
}

interface Compose {
  name: string
  services: Record<
    string,
    { ports: string[]; environment: Record<string, string>; networks: string[] } & Record<string, unknown>
  >
  networks: Record<string, { ipam: { config: { subnet: string }[] } }>
}

describe('compose file', () => {
  const project = projectOf(fixture('as-people-write-it.json'))
  const text = generate(project)
  const compose = parse(text) as Compose

  it('is the same for the same input, also when its own leases are read back', () => {
    expect(generate(project)).toBe(text)
    expect(generate(project, text)).toBe(text)
  })

  it('has the intended content in another YAML parser', () => {
    expect(Object.keys(compose.services)).toHaveLength(5)
    const service = compose.services['mcp-alertmanager-vattenfall']
    expect(service?.ports).toEqual(['127.0.0.1:9201:8888'])
    expect(service).toMatchObject({
      user: '1000:1000',
      read_only: true,
      init: true,
      cap_drop: ['ALL'],
      ulimits: { core: 0 },
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
      deploy: { resources: { limits: { cpus: '0.5', memory: '256M', pids: 64 } } },
    })
  })

  it('gives every customer its own network, and every service only that one', () => {
    for (const service of Object.values(compose.services)) expect(service.networks).toHaveLength(1)
    expect(compose.services['mcp-grafana-segurcaixa']?.networks).toEqual(['customer-segurcaixa'])
    expect(compose.networks['customer-segurcaixa']?.ipam.config[0]?.subnet).toBe('10.213.0.16/28')
  })

  it('contains only names of credentials', () => {
    const env = compose.services['mcp-grafana-vattenfall']?.environment
    expect(env?.GRAFANA_SERVICE_ACCOUNT_TOKEN).toBe('${GRAFANA_TOKEN_VATTENFALL:-}')
    expect(env?.MCP_GRAFANA_SERVER_TOKEN).toBe('${SUPPORTMAX_TOKEN_VATTENFALL__GRAFANA:-}')
    expect(text).not.toMatch(/env_file|\$\{\w+:\?|build:/)
  })

  it('has no healthcheck, which would start a program in every container again and again', () => {
    for (const service of Object.values(compose.services)) expect(service).not.toHaveProperty('healthcheck')
  })

  it('escapes a $ in a value, so that compose does not expand it', () => {
    const config = { alertmanager_url: 'http://a.example/$HOME' }
    const odd = generate(
      projectOf({ customers: [{ name: 'A', mcp_servers: [{ type: 'alertmanager', config }] }] }),
    )
    expect(odd).toContain('ALERTMANAGER_URL: "http://a.example/$$HOME"')
  })

  it('changes the definition of every service whose network changes', () => {
    const definitions = (network_pool: string) => {
      const project = projectOf({ network_pool, customers: [anyCustomer('A')] })
      return composeFile(project, { folder: '/srv', leases: grantLeases(project, readLeases('')) })
        .definitions
    }
    expect(definitions('10.9.0.0/16')).toEqual(definitions('10.9.0.0/16'))
    expect(definitions('10.9.0.0/16')).not.toEqual(definitions('10.8.0.0/16'))
  })

  it("does not treat a person's braces as placeholders", () => {
    const config = { alertmanager_url: 'http://a.example', tenant: '{port}' }
    const odd = generate(
      projectOf({ customers: [{ name: 'A', mcp_servers: [{ type: 'alertmanager', config }] }] }),
    )
    expect(odd).toContain('ALERTMANAGER_TENANT: "{port}"')
  })
})

describe('a credential in a file that the server reads itself', () => {
  const documentOf = (from: object) => ({
    secrets: { from },
    customers: [
      {
        name: 'Acme',
        mcp_servers: [
          { type: 'grafana', config: { grafana_url: 'https://g.example' } },
          {
            type: 'genesys',
            config: { region: 'mypurecloud.de', client_id_env: 'ID', client_secret_env: 'SECRET' },
          },
        ],
      },
    ],
  })
  const serviceOf = (from: object, name: string) =>
    (parse(generate(projectOf(documentOf(from)))) as Compose).services[name]

  it('is mounted, and is no variable', () => {
    const service = serviceOf({ GRAFANA_TOKEN_ACME: { file: '/etc/acme/token' } }, 'mcp-grafana-acme')
    expect(service?.environment).not.toHaveProperty('GRAFANA_SERVICE_ACCOUNT_TOKEN')
    expect(service?.environment.GRAFANA_SERVICE_ACCOUNT_TOKEN_FILE).toBe('/run/secrets/GRAFANA_TOKEN_ACME')
    expect(service?.volumes).toEqual([
      {
        type: 'bind',
        source: '../etc/acme/token',
        target: '/run/secrets/GRAFANA_TOKEN_ACME',
        read_only: true,
      },
    ])
  })

  it('is a variable where the place is a command, or the server reads no file', () => {
    const command = serviceOf({ GRAFANA_TOKEN_ACME: { command: ['op', 'read', 'x'] } }, 'mcp-grafana-acme')
    expect(command?.environment.GRAFANA_SERVICE_ACCOUNT_TOKEN).toBe('${GRAFANA_TOKEN_ACME:-}')
    const genesys = serviceOf({ SECRET: { file: '/etc/acme/secret' } }, 'mcp-genesys-acme')
    expect(Object.values(genesys?.environment ?? {})).toContain('${SECRET:-}')
    expect(genesys?.volumes).toBeUndefined()
  })
})

describe('leases', () => {
  const of = (...names: string[]) => projectOf({ customers: names.map(name => anyCustomer(name)) })

  it('of other customers do not change when a customer is added, even in front', () => {
    const before = generate(of('B', 'C'))
    const after = generate(of('A', 'B', 'C'), before)
    for (const name of ['mcp-alertmanager-b', 'mcp-alertmanager-c', 'customer-b', 'customer-c'])
      expect(blockOf(after, name)).toBe(blockOf(before, name))
    expect(blockOf(after, 'mcp-alertmanager-a')).toContain('127.0.0.1:9203:')
  })

  it('of other customers do not change when a customer is removed, and its own become free', () => {
    const before = generate(of('A', 'B', 'C'))
    const after = generate(of('A', 'C'), before)
    expect(blockOf(after, 'mcp-alertmanager-c')).toBe(blockOf(before, 'mcp-alertmanager-c'))
    const again = generate(of('A', 'C', 'D'), after)
    expect(blockOf(again, 'mcp-alertmanager-d')).toContain('127.0.0.1:9202:')
  })

  it('are overridden by a configured port', () => {
    const before = generate(of('A', 'B'))
    const config = { alertmanager_url: 'http://x.example' }
    const wants = { name: 'C', mcp_servers: [{ type: 'alertmanager', config, port: 9201 }] }
    const after = generate(projectOf({ customers: [anyCustomer('A'), anyCustomer('B'), wants] }), before)
    expect(blockOf(after, 'mcp-alertmanager-c')).toContain('127.0.0.1:9201:')
    expect(blockOf(after, 'mcp-alertmanager-a')).toContain('127.0.0.1:9203:')
    expect(blockOf(after, 'mcp-alertmanager-b')).toBe(blockOf(before, 'mcp-alertmanager-b'))
  })

  it.each(['99999', '65536', '0', '80', '1023'])('with the port %s, edited by hand, are ignored', port => {
    const before = generate(of('A', 'B'))
    const after = generate(of('A', 'B'), before.replace('127.0.0.1:9201:', `127.0.0.1:${port}:`))
    expect(after).toBe(before)
  })

  it.each([
    '10.213.256.0/28',
    '10.213.0.300/28',
    '10.213.0.8/28',
    '10.213.00.0/28',
    '10.213.0/28',
    '10.213..0/28',
    '10.212.256.0/28',
  ])('with the subnet %s, edited by hand, are ignored', subnet => {
    const before = generate(of('A', 'B'))
    expect(before).toContain('"10.213.0.0/28"')
    expect(readLeases(before.replace('10.213.0.0/28', subnet)).subnets.get('a')).toBeUndefined()
    expect(generate(of('A', 'B'), before.replace('10.213.0.0/28', subnet))).toBe(before)
  })

  it('that appear twice stay with the first server, and the other gets a new one', () => {
    const before = generate(of('A', 'B', 'C'))
    const twice = before.replace('127.0.0.1:9202:', '127.0.0.1:9201:').replace('10.213.0.16', '10.213.0.0')
    const after = readLeases(generate(of('A', 'B', 'C'), twice))
    expect([...after.ports.values()]).toEqual([9201, 9202, 9203])
    expect(after.subnets).toEqual(readLeases(before).subnets)
  })

  it('of an unresolved merge conflict are those of our side, for whole files and for single lines', () => {
    const ours = generate(of('A', 'B'))
    const theirs = ours.replace('127.0.0.1:9201:', '127.0.0.1:9205:').replace('10.213.0.0', '10.213.0.64')
    const whole = `<<<<<<< HEAD\n${ours}=======\n${theirs}>>>>>>> theirs\n`
    const lines = ours.split('\n').flatMap((line, i) => {
      const other = theirs.split('\n')[i] ?? ''
      return line === other ? [line] : ['<<<<<<< HEAD', line, '=======', other, '>>>>>>> theirs']
    })
    for (const half of [whole, lines.join('\n')]) expect(generate(of('A', 'B'), half)).toBe(ours)
  })

  it('do not change when a formatter, an editor or another library rewrites the file', () => {
    const before = generate(of('A', 'B', 'C'))
    const plain = stringify(parse(before), { defaultStringType: 'PLAIN', defaultKeyType: 'PLAIN', indent: 4 })
    const flow = before.replace(
      '    networks:\n      - "customer-a"',
      '    networks: ["customer-a"] # by hand',
    )
    const quotes = before.replaceAll('"', "'").replaceAll('\n', '\r\n')
    const json = JSON.stringify(parse(before))
    expect(flow).not.toBe(before)
    for (const text of [plain, flow, quotes, json, `# a comment\n\n${plain}`])
      expect(generate(of('D', 'A', 'B', 'C'), text)).toBe(generate(of('D', 'A', 'B', 'C'), before))
  })

  it('are not guessed for text that is not YAML: it is an error with its position', () => {
    const broken = generate(of('A')).replace('services:\n', 'services: [\n')
    expect(() => generate(of('A'), broken)).toThrow(/^docker-compose\.mcps\.yml:\d+:\d+: not valid YAML/)
  })

  it.each(['', '# nothing\n', 'null', '7', 'services: 7', 'services: { a: null }', 'networks: [1]'])(
    'are none in %j',
    text => {
      expect(readLeases(text)).toEqual({ ports: new Map(), subnets: new Map() })
    },
  )

  it('are none where nested YAML aliases stand for a port or a subnet, however large they are', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}]`)
    const text = `
l0: &l0 [a, a]
${levels.join('\n')}
services:
  s: { labels: { supportmax.customer: a, supportmax.server: s }, ports: [*l30] }
networks:
  customer-a: { ipam: { config: [{ subnet: *l30 }] } }
`
    expect(readLeases(text)).toEqual({ ports: new Map(), subnets: new Map() })
  })

  it('stay unique over 300 random edits, and nothing else moves', () => {
    let names = ['N0']
    let text = generate(of(...names))
    let before = readLeases(text)
    let seed = 7
    for (let i = 1; i < 300; i++) {
      seed = (seed * 48_271) % 2_147_483_647
      names =
        seed % 2 === 0 && names.length > 1
          ? names.filter((_, n) => n !== seed % names.length)
          : [`N${i}`, ...names]
      text = generate(of(...names), text)
      const now = readLeases(text)
      expect(new Set(now.ports.values()).size).toBe(names.length)
      expect(new Set(now.subnets.values()).size).toBe(names.length)
      for (const [key, port] of now.ports) expect(before.ports.get(key) ?? port).toBe(port)
      for (const [id, subnet] of now.subnets) expect(before.subnets.get(id) ?? subnet).toBe(subnet)
      before = now
    }
  })

  it('that do not fit into the pool are an error', () => {
    const small = projectOf({ network_pool: '10.9.0.0/28', customers: [anyCustomer('A'), anyCustomer('B')] })
    expect(() => generate(small)).toThrow('has room for only 1 customers')
  })
})
