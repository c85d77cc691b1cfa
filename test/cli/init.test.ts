import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { openTerminal } from '../helpers/terminal.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))
const THEIRS = JSON.stringify({
  mcpServers: {
    wiki: { url: 'https://wiki.example/mcp', headers: { Authorization: 'Bearer canary-wiki' } },
    files: { command: 'node', args: ['x.js'], autoApprove: ['*'] },
  },
})

function newPlace(): Place & { read(name: string): string } {
  const place = withoutDocker(placeIn(newFolder()))
  return { ...place, read: name => readFileSync(join(place.folder, name), 'utf8') }
}

describe.concurrent('init without a terminal', () => {
  it('writes a valid configuration, credentials that only the user can read, and a line for git', async () => {
    const place = newPlace()
    const ran = await supportmax(
      place,
      ...['init', '--customer', 'Acme', '--environment', 'prod', '--type', 'grafana'],
      ...['--set', 'grafana_url=https://grafana.acme.example'],
    )
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('put values for GRAFANA_TOKEN_ACME')])
    expect(JSON.parse(place.read('mcp_servers.json'))).toEqual({
      $schema: './mcp_servers.schema.json',
      customers: [
        {
          name: 'Acme',
          environment: 'prod',
          mcp_servers: [{ type: 'grafana', config: { grafana_url: 'https://grafana.acme.example' } }],
        },
      ],
    })
    expect(place.read('mcp_credentials.env')).toBe("# GRAFANA_TOKEN_ACME=''\n")
    expect(statSync(join(place.folder, 'mcp_credentials.env')).mode & 0o777).toBe(0o600)
    expect(place.read('.gitignore')).toBe('mcp_credentials.env\n')
    expect((await supportmax(place, 'config', 'validate')).code).toBe(0)
  })

  it('takes over the servers of other clients, and none of their trust', async () => {
    const place = newPlace()
    writeFileSync(join(place.folder, '.mcp.json'), THEIRS)
    writeFileSync(join(place.folder, '.gitignore'), 'dist/\n/mcp_credentials.env\n')
    const ran = await supportmax(place, 'init', '--yes', '--customer', 'Acme', '--import', '.mcp.json')
    expect(ran.code).toBe(0)
    expect(ran.stdout + ran.stderr).not.toContain('canary')
    expect(ran.stderr).toContain('files: not kept: autoApprove: what another client may do without asking')
    expect(place.read('mcp_credentials.env')).toBe("AUTHORIZATION_ACME='canary-wiki'\n")
    expect(place.read('.gitignore')).toBe('dist/\n/mcp_credentials.env\n')
    expect(JSON.parse((await supportmax(place, 'customers', '--json')).stdout)).toMatchObject([
      { id: 'acme', servers: ['wiki', 'files'], missing: [] },
    ])
  })

  it('with --dry-run writes nothing', async () => {
    const place = newPlace()
    const ran = await supportmax(place, 'init', '--customer', 'Acme', '--dry-run')
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('+mcp_credentials.env')])
    expect(readdirSync(place.folder)).toEqual([])
  })

  it.each([
    [[], '--customer is missing, and there is no terminal to ask on'],
    [['--customer', 'Acme', '--type', 'grafna'], 'did you mean "grafana"?'],
    [['--customer', 'Acme', '--type', 'grafana'], 'grafana_url'],
    [['--customer', 'Acme', '--import', 'none.json'], 'none.json: file not found'],
    [['--customer', '日本'], 'has no letter or digit to derive an id from'],
  ])('%j is refused, and nothing is written', async (args, words) => {
    const place = newPlace()
    const ran = await supportmax(place, 'init', ...args)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(words)])
    expect(readdirSync(place.folder)).toEqual([])
  })

  it('never overwrites', async () => {
    const place = newPlace()
    writeFileSync(join(place.folder, 'mcp_servers.json'), '{}')
    writeFileSync(join(place.folder, 'mcp_credentials.env'), "MINE='1'\n", { mode: 0o600 })
    const ran = await supportmax(place, 'init', '--customer', 'Acme')
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('customer add NAME')])
    const other = await supportmax(
      place,
      ...['init', '--config', 'o.json', '--customer', 'Acme', '--type', 'grafana', '--host', 'h.example'],
    )
    expect(other.code).toBe(0)
    expect([place.read('mcp_servers.json'), place.read('mcp_credentials.env')]).toEqual([
      '{}',
      "MINE='1'\n# GRAFANA_TOKEN_ACME=''\n",
    ])
  })
})

describe('init in a terminal', () => {
  const open = (place: Place, ...flags: string[]) =>
    openTerminal([PROGRAM, 'init', ...flags], { folder: place.folder, env: { ...place.env, NO_COLOR: '1' } })

  it('asks, offers the files of other clients, shows what it would write, and writes it after a yes', async () => {
    const place = newPlace()
    writeFileSync(join(place.folder, '.mcp.json'), THEIRS)
    const terminal = open(place)
    await terminal.sees('Name of the customer')
    terminal.write('Acme\r')
    await terminal.sees('Environment')
    terminal.write('\r')
    await terminal.sees('2 servers of Claude Code: wiki, files')
    terminal.write('\r')
    await terminal.sees('Write these files?')
    expect(existsSync(join(place.folder, 'mcp_servers.json'))).toBe(false)
    terminal.write('y\r')
    expect(await terminal.exited).toBe(0)
    expect(JSON.parse(place.read('mcp_servers.json'))).toMatchObject({ customers: [{ name: 'Acme' }] })
  })

  it('leaves nothing behind after Ctrl+C', async () => {
    const place = newPlace()
    const terminal = open(place)
    await terminal.sees('Name of the customer')
    terminal.write('Acme\r')
    await terminal.sees('Environment')
    terminal.write('\u0003')
    expect(await terminal.exited).toBe(130)
    expect(terminal.text()).toContain('interrupted; nothing was written')
    expect(readdirSync(place.folder)).toEqual([])
  })

  it.each([
    ['Ctrl+C', '\u0003', 130, 'supportmax: interrupted'],
    ['Ctrl+D', '\u0004', 4, 'supportmax: nothing was written'],
  ])('leaves nothing behind after %s at its last question', async (_, key, code, words) => {
    const place = newPlace()
    const terminal = open(place, '--customer', 'Acme', '--environment', 'prod', '--type', 'time')
    await terminal.sees('Write these files?')
    terminal.write(key)
    expect(await terminal.exited).toBe(code)
    expect(terminal.text()).toContain(words)
    expect(terminal.text()).not.toContain('bug')
    expect(readdirSync(place.folder)).toEqual([])
  })

  it('asks again for a name without a letter and for an address that is no URL', async () => {
    const place = newPlace()
    const terminal = open(place)
    await terminal.sees('Name of the customer')
    terminal.write('???\r')
    await terminal.sees('The name needs a letter or a digit')
    terminal.write('\u007f\u007f\u007fAcme\r')
    await terminal.sees('Environment')
    terminal.write('\r')
    await terminal.sees('Prometheus Alertmanager')
    terminal.write(' \r')
    await terminal.sees('URL of Alertmanager')
    terminal.write('alerts.acme.example\r')
    await terminal.sees('Type a URL that begins with')
    terminal.write('\u0003')
    expect(await terminal.exited).toBe(130)
  })
})
