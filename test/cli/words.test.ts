import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { anyCustomer, fixture } from '../helpers/projects.ts'

function placeWith(document: unknown): Place {
  const folder = mkdtempSync(join(tmpdir(), 'supportmax-cli-'))
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  writeFileSync(join(folder, 'mcp_servers.json'), text)
  return placeIn(folder)
}

/** Without Docker: nothing in PATH but Node, and a socket that is not there. */
function withoutDocker(place: Place): Place {
  return { ...place, env: { ...place.env, PATH: '/nonexistent', DOCKER_HOST: '' } }
}

const TWO = {
  runtime: 'local',
  customers: [anyCustomer('Acme', { environment: 'prod' }), anyCustomer('Borg')],
}

describe('the command line', () => {
  it('shows help and version, and exits 0', async () => {
    const help = await supportmax(placeWith(TWO), '--help')
    expect(help.code).toBe(0)
    expect(help.stdout).toContain('Exit codes: 0 ok')
    expect((await supportmax(placeWith(TWO), '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('lists what there is where nothing, or half a command, was typed', async () => {
    const nothing = await supportmax(placeWith(TWO))
    expect([nothing.code, nothing.stderr]).toEqual([2, ''])
    expect(nothing.stdout).toContain('up [customers...]')
    const half = await supportmax(placeWith(TWO), 'compose')
    expect([half.code, half.stdout]).toEqual([2, expect.stringContaining('generate')])
  })

  it.each([
    [['statu'], 2, 'did you mean status?'],
    [['up', '--wat'], 2, 'unknown option'],
    [['up', '--timeout', 'soon'], 2, '--timeout: must be a number of seconds'],
    [['up', '--runtime', 'podman'], 2, '--runtime: must be auto, docker or local'],
    [['up', '--type', 'grafna'], 2, 'did you mean "grafana"?'],
    [['status', 'nobody'], 2, 'no such customer "nobody"'],
    [['restart'], 2, "missing required argument 'customer'"],
    [['restart', 'acme', 'alertmanger'], 2, 'did you mean "alertmanager"?'],
    [['logs', 'acme'], 1, 'none of its servers was started'],
    [['tools', 'call', 'acme', 'alertmanager', 'x', '--args', '[1]'], 2, '--args: must be a JSON object'],
    [['compose', 'generate', '--customer', 'acme'], 2, 'add --stdout or --output FILE'],
    [['chat', '-p', 'hello'], 2, 'which customer?'],
    [['chat', '--customer', 'acme', '-p', ' '], 2, 'the question is empty'],
    [['chat', '--customer', 'acme', '--platform', 'opnai', '-p', 'x'], 2, 'did you mean "openai"?'],
    [['chat', '--customer', 'acme', '-p', 'x'], 5, 'set OPENAI_API_KEY'],
    [['--config', '/nowhere.json', 'status'], 2, 'file not found'],
    [['--config', '/', 'status'], 2, 'is a folder'],
  ] as const)('%j exits %i and says what is wrong', async (args, code, words) => {
    const ran = await supportmax(placeWith(TWO), ...args)
    expect(ran.stderr).toContain(words)
    expect(ran.code).toBe(code)
    expect(ran.stdout).toBe('')
    expect(ran.stderr).not.toMatch(/\n\s+at /)
  })

  it('with --json an error is JSON too', async () => {
    const ran = await supportmax(placeWith(TWO), 'status', 'nobody', '--json')
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'usage' } })
  })

  it('policy leaves no platform: exit 4', async () => {
    const place = placeWith({ ...TWO, customers: [anyCustomer('Acme', { platforms_allowed: [] })] })
    const ran = await supportmax(place, 'chat', '-p', 'hello')
    expect([ran.code, ran.stderr]).toEqual([4, expect.stringContaining("see this customer's data")])
  })

  it('marks production and the whole name', async () => {
    const ran = await supportmax(placeWith(TWO), 'logs', 'ac')
    expect(ran.stderr).toContain('Acme (acme) PROD')
  })

  it('a state folder that cannot be made is told with the remedy', async () => {
    const place = placeWith(TWO)
    writeFileSync(join(place.folder, 'state'), 'a file')
    const ran = await supportmax(place, 'status')
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('XDG_STATE_HOME')])
  })
})

describe('config validate', () => {
  it('tells every fault with its place, and exits 2', async () => {
    const ran = await supportmax(placeWith('{"customers":[{"nme":"x"}],"wat":1}'), 'config', 'validate')
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(
      'mcp_servers.json:1:16: customers[0].nme: unknown key (did you mean "name"?)',
    )
    expect(ran.stderr).toContain('mcp_servers.json:1:28: wat: unknown key')
  })

  it('the schema that it prints is JSON Schema with the keys of every type', async () => {
    const ran = await supportmax(placeWith(TWO), 'config', 'schema')
    expect(JSON.parse(ran.stdout)).toMatchObject({ type: 'object', required: ['customers'] })
    expect(ran.stdout).toContain('oauth_client_id_env')
  })
})

describe('compose generate', () => {
  it('writes once, is then unchanged, and --check tells when it is out of date', async () => {
    const place = placeWith(fixture('as-people-write-it.json'))
    const file = join(place.folder, 'docker-compose.mcps.yml')
    expect((await supportmax(place, 'compose', 'generate', '--check')).code).toBe(1)
    expect((await supportmax(place, 'compose', 'generate')).stdout).toContain('written')
    const first = readFileSync(file)
    expect((await supportmax(place, 'compose', 'generate')).stdout).toContain('unchanged')
    expect(readFileSync(file).equals(first)).toBe(true)
    expect((await supportmax(place, 'compose', 'generate', '--check')).code).toBe(0)
  })

  it('never overwrites a file that is not its own', async () => {
    const place = placeWith(TWO)
    writeFileSync(join(place.folder, 'docker-compose.mcps.yml'), 'services: {}\n')
    const ran = await supportmax(place, 'compose', 'generate')
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('not written by supportmax')])
    expect(readFileSync(join(place.folder, 'docker-compose.mcps.yml'), 'utf8')).toBe('services: {}\n')
  })

  it('one customer alone has the same lines as among all', async () => {
    const place = placeWith(fixture('as-people-write-it.json'))
    await supportmax(place, 'compose', 'generate')
    const whole = readFileSync(join(place.folder, 'docker-compose.mcps.yml'), 'utf8')
    const { stdout } = await supportmax(place, 'compose', 'generate', '--stdout', '--customer', 'segurcaixa')
    expect(stdout).not.toContain('vattenfall')
    const service = stdout.slice(
      stdout.indexOf('  mcp-grafana-segurcaixa:'),
      stdout.indexOf('networks:\n  customer'),
    )
    expect(whole).toContain(service)
  })
})

describe('a machine without Docker', () => {
  it('is told what to do when Docker is asked for', async () => {
    const place = withoutDocker(placeWith({ ...TWO, runtime: 'docker' }))
    if (existsSync('/var/run/docker.sock')) place.env.DOCKER_HOST = 'unix:///nonexistent/docker.sock'
    const ran = await supportmax(place, 'up')
    expect(ran.code).toBe(3)
    expect(ran.stderr).toMatch(/--runtime local|Docker/)
  })
})

describe('files that cannot be used', () => {
  it('a credentials file that is a folder is told', async () => {
    const place = placeWith(TWO)
    mkdirSync(join(place.folder, 'mcp_credentials.env'))
    const ran = await supportmax(place, 'customers')
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('mcp_credentials.env: cannot be read'),
    ])
  })

  it('a credentials file that others can read is warned of', async () => {
    const place = placeWith(TWO)
    const file = join(place.folder, 'mcp_credentials.env')
    writeFileSync(file, 'A=canary-9')
    chmodSync(file, 0o644)
    const ran = await supportmax(place, 'customers')
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('chmod 600 mcp_credentials.env')
    expect(ran.stderr + ran.stdout).not.toContain('canary-9')
  })
})
