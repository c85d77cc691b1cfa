import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands/index.ts'
import { buildProgram, helpOf } from '../../src/cli/program.ts'
import { type Place, placeIn, startSupportmax, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { anyCustomer, fixture } from '../helpers/projects.ts'

function placeWith(document: unknown): Place {
  const folder = newFolder()
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  writeFileSync(join(folder, 'mcp_servers.json'), text)
  return placeIn(folder)
}

const TWO = {
  runtime: 'local',
  customers: [anyCustomer('Acme', { environment: 'prod' }), anyCustomer('Borg')],
}

describe.concurrent('the command line', () => {
  it('shows help and version, and exits 0', async () => {
    const [help, version] = await Promise.all([
      supportmax(placeWith(TWO), '--help'),
      supportmax(placeWith(TWO), '--version'),
    ])
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('Exit codes: 0 ok')])
    expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
  })

  it('takes help, version and -v as words, too', async () => {
    const place = placeWith(TWO)
    const shown = async (...args: string[]) => {
      const { code, stdout } = await supportmax(place, ...args)
      return [code, stdout]
    }
    expect(await shown('version')).toEqual(await shown('--version'))
    expect(await shown('-v')).toEqual(await shown('--version'))
    expect(await shown('help')).toEqual(await shown('--help'))
    expect(await shown('help', 'tools', 'call')).toEqual(await shown('tools', 'call', '--help'))
    const wrong = await supportmax(place, 'help', 'tools', 'cal')
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "call"?')])
  })

  it('has the global options and examples in the help of every command, and its examples parse', async () => {
    for (const { usage, examples = [] } of COMMANDS) {
      const words = usage.split(' ').filter(word => /^[a-z]/.test(word))
      const help = helpOf(
        buildProgram(COMMANDS, async () => {}),
        words,
      )
      expect(help).toContain('Global Options:')
      expect(help).toContain(`Examples:\n  supportmax ${words[0]}`)
      for (const example of examples) {
        const typed = example.replace(/ > .*/, '').match(/"[^"]*"|'[^']*'|\S+/g) ?? []
        const program = buildProgram(COMMANDS, async spec => void expect(spec.usage).toBe(usage))
        await program.parseAsync(['node', 'supportmax', ...typed])
      }
    }
  })

  it('shows help when no command, or only a group, was typed', async () => {
    const nothing = await supportmax(placeWith(TWO))
    expect([nothing.code, nothing.stderr]).toEqual([2, ''])
    expect(nothing.stdout).toContain('up [customers...]')
    const half = await supportmax(placeWith(TWO), 'compose')
    expect([half.code, half.stdout]).toEqual([2, expect.stringContaining('generate')])
  })

  it.each([
    [['policy', 'explain', 'acme'], 'policy explain --customer acme'],
    [['gateway', 'Acme Inc'], "gateway --customer 'Acme Inc'"],
    [['connect', 'codex', 'acme'], 'connect codex --customer acme'],
    [['token', 'create', 'acme'], 'token create --customer acme'],
    [['compose', 'generate', 'acme'], 'compose generate --customer acme'],
    [['platforms', 'acme'], 'platforms --customer acme'],
    [['platforms', 'exlain'], 'platforms --help'],
    [['policy', 'explain', 'acme', 'x'], 'policy explain --help'],
    [['policy', 'explain', 'x', '--customer', 'acme'], 'policy explain --help'],
    [['serve', 'acme'], 'serve --help'],
  ])('says what to type after %j', async (args, command) => {
    const program = buildProgram(COMMANDS, async () => {})
    const typed = program.parseAsync(['node', 'supportmax', ...args])
    await expect(typed).rejects.toMatchObject({ hint: `run \`supportmax ${command}\`` })
  })

  it.each([
    [['statu'], 2, 'did you mean "status"?'],
    [['serve', 'statu'], 2, 'unknown command "statu" (did you mean "status"?)'],
    [['up', '--wat'], 2, 'unknown option'],
    [['up', '--timeout', 'soon'], 2, '--timeout: must be a number of seconds'],
    [['up', '--runtime', 'podman'], 2, '--runtime: must be auto, docker or local'],
    [['up', '--type', 'grafna'], 2, 'did you mean "grafana"?'],
    [['status', 'nobody'], 2, 'no such customer "nobody"'],
    [['restart'], 2, 'missing required argument "customer"'],
    [['restart', 'acme', 'alertmanger'], 2, 'did you mean "alertmanager"?'],
    [['logs', 'acme'], 1, 'none of its servers was started'],
    [['tools', 'call', 'acme', 'alertmanager', 'x', '--args', '[1]'], 2, '--args: must be a JSON object'],
    [['compose', 'generate', '--customer', 'acme'], 2, 'add --stdout or --output FILE'],
    [['compose', 'generate', '--check', '--stdout'], 2, '--check cannot be combined with --stdout'],
    [['compose', 'generate', '--stdout', '--json'], 2, '--stdout cannot be combined with --json'],
    [['platforms', '--metrics', '--json'], 2, '--metrics cannot be combined with --json'],
    [['smoke', '--junit', '/'], 2, '--junit: /: cannot be written (is a folder)'],
    [['--config', '', 'status'], 2, '--config: must not be empty'],
    [['chat', '-p', 'hello'], 2, 'no customer given'],
    [['chat', 'acme', '-p', ' '], 2, 'the question is empty'],
    [
      ['chat', 'acme', '--customer', 'borg', '-p', 'x'],
      2,
      'the customer is given twice: "acme" and --customer borg',
    ],
    [['chat', 'acne', '-p', 'x'], 2, 'did you mean "acme"?'],
    [['chat', 'acme', '--replay', 'x'], 2, 'a customer cannot be combined with --replay'],
    [['chat', '--customer', 'acme', '--platform', 'opnai', '-p', 'x'], 2, 'did you mean "openai"?'],
    [
      ['chat', '--customer', 'acme', '-p', 'x'],
      5,
      'put OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY into',
    ],
    [['--config', '/nowhere.json', 'status'], 2, 'supportmax: /nowhere.json: file not found'],
    [['--config', '/', 'status'], 2, 'is a folder'],
  ] as const)('%j exits %i and says what is wrong', async (args, code, words) => {
    const ran = await supportmax(placeWith(TWO), ...args)
    expect(ran.stderr).toContain(words)
    expect(ran.code).toBe(code)
    expect(ran.stdout).toBe('')
    expect(ran.stderr).not.toMatch(/\n\s+at /)
  })

  it('understands the global options before, between and after the words of a command', async () => {
    const place = placeWith(TWO)
    for (const args of [
      ['--json', 'config', 'validate'],
      ['config', '--json', 'validate'],
      ['config', 'validate', '--json'],
    ])
      expect(JSON.parse((await supportmax(place, ...args)).stdout)).toMatchObject({ ok: true })
  })

  it('repeats --config in the commands that it suggests', async () => {
    const place = placeWith(TWO)
    writeFileSync(join(place.folder, 'other.json'), JSON.stringify(TWO))
    const ran = await supportmax(place, 'logs', 'acme', '--config', 'other.json')
    expect(ran.stderr).toContain(' --config other.json up acme`')
  })

  it('prints errors as JSON with --json', async () => {
    const ran = await supportmax(placeWith(TWO), 'status', 'nobody', '--json')
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'usage' } })
  })

  it('exits 4 when no platform is allowed for the customer', async () => {
    const place = placeWith({ ...TWO, customers: [anyCustomer('Acme', { platforms_allowed: [] })] })
    const ran = await supportmax(place, 'chat', '-p', 'hello')
    expect([ran.code, ran.stderr]).toEqual([4, expect.stringContaining("see this customer's data")])
  })

  it('prints the full name of the customer, and PROD', async () => {
    const ran = await supportmax(placeWith(TWO), 'logs', 'ac')
    expect(ran.stderr).toContain('Acme (acme) PROD')
  })

  it('works in a folder that was deleted, as long as no path is relative to it', async () => {
    const place = placeWith(TWO)
    const typed = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    const args = ['--config', join(place.folder, 'mcp_servers.json'), 'status']
    const ran = await supportmax({ ...place, shell: typed }, ...args)
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('0 of 2 ready')])
  })

  it('says what to set when the state folder cannot be created', async () => {
    const place = placeWith(TWO)
    writeFileSync(join(place.folder, 'state'), 'a file')
    const ran = await supportmax(place, 'status')
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('XDG_STATE_HOME')])
  })
})

describe.concurrent('config validate', () => {
  it('lists every problem with its place, and exits 2', async () => {
    const ran = await supportmax(placeWith('{"customers":[{"nme":"x"}],"wat":1}'), 'config', 'validate')
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(
      'mcp_servers.json:1:16: customers[0].nme: unknown key (did you mean "name"?)',
    )
    expect(ran.stderr).toContain('mcp_servers.json:1:28: wat: unknown key')
  })

  it('also checks the credentials file', async () => {
    const place = placeWith(TWO)
    const file = join(place.folder, 'mcp_credentials.env')
    writeFileSync(file, 'A=one#two\n', { mode: 0o600 })
    const warned = await supportmax(place, 'config', 'validate', '--json')
    expect([warned.code, JSON.parse(warned.stdout)]).toMatchObject([
      0,
      { ok: true, warnings: [{ file, line: 1, column: null, message: 'A: the value ends at the #' }] },
    ])
    rmSync(file)
    mkdirSync(file)
    const failed = await supportmax(place, 'config', 'validate')
    expect([failed.code, failed.stdout, failed.stderr]).toEqual([
      2,
      '',
      expect.stringContaining(`${file}: cannot be read (is a folder)\n`),
    ])
  })

  it('prints the JSON Schema that is shipped', async () => {
    const shipped = new URL('../../dist/mcp_servers.schema.json', import.meta.url)
    const ran = await supportmax(placeWith(TWO), 'config', 'schema')
    expect(ran.stdout).toBe(readFileSync(shipped, 'utf8'))
  })

  it('prints a JSON Schema that has the keys of every type', async () => {
    const ran = await supportmax(placeWith(TWO), 'config', 'schema')
    expect(JSON.parse(ran.stdout)).toMatchObject({ type: 'object', required: ['customers'] })
    expect(ran.stdout).toContain('oauth_client_id_env')
  })
})

describe.concurrent('compose generate', () => {
  it('writes the file once, and --check says whether it is up to date', async () => {
    const place = placeWith(fixture('as-people-write-it.json'))
    const file = join(place.folder, 'docker-compose.mcps.yml')
    expect((await supportmax(place, 'compose', 'generate', '--check')).code).toBe(1)
    expect((await supportmax(place, 'compose', 'generate')).stdout).toContain('written')
    const first = readFileSync(file)
    expect((await supportmax(place, 'compose', 'generate')).stdout).toContain('unchanged')
    expect(readFileSync(file).equals(first)).toBe(true)
    expect((await supportmax(place, 'compose', 'generate', '--check')).code).toBe(0)
  })

  it('never overwrites a file that it did not write', async () => {
    const place = placeWith(TWO)
    writeFileSync(join(place.folder, 'docker-compose.mcps.yml'), 'services: {}\n')
    const ran = await supportmax(place, 'compose', 'generate')
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('not written by supportmax')])
    expect(readFileSync(join(place.folder, 'docker-compose.mcps.yml'), 'utf8')).toBe('services: {}\n')
  })

  it('writes the same lines for one customer as for all of them', async () => {
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

describe('on a machine without Docker', () => {
  it('says what to do when Docker was asked for', async () => {
    const place = withoutDocker(placeWith({ ...TWO, runtime: 'docker' }))
    if (existsSync('/var/run/docker.sock')) place.env.DOCKER_HOST = 'unix:///nonexistent/docker.sock'
    const ran = await supportmax(place, 'up')
    expect(ran.code).toBe(3)
    expect(ran.stderr).toMatch(/"runtime": "local"|Docker/)
  })
})

it('a piped question without an end is refused, not read until the memory is full', async () => {
  const { child, ended } = startSupportmax(placeWith(TWO), 'chat', '--customer', 'acme', '--platform', 'demo')
  child.stdin?.on('error', () => {})
  child.stdin?.write('x'.repeat(5 * 1_048_576))
  const ran = await ended
  child.stdin?.destroy()
  expect([ran.code, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain(
    'supportmax: the question is larger than 4.0 MB\n  pipe in less, such as the last lines of a log',
  )
})

describe.concurrent('files that cannot be used', () => {
  it('rejects a credentials file that is a folder', async () => {
    const place = placeWith(TWO)
    mkdirSync(join(place.folder, 'mcp_credentials.env'))
    const ran = await supportmax(place, 'customers')
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('mcp_credentials.env: cannot be read'),
    ])
  })

  it('warns about a credentials file that others can read', async () => {
    const place = placeWith(TWO)
    const file = join(place.folder, 'mcp_credentials.env')
    writeFileSync(file, 'A=canary-9')
    chmodSync(file, 0o644)
    const ran = await supportmax(place, 'customers')
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain(`run \`chmod 600 ${place.folder}/mcp_credentials.env\``)
    expect(ran.stderr + ran.stdout).not.toContain('canary-9')
  })
})
