// Completion as a person gets it: in real shells, and nothing of it starts anything.

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { rememberTools } from '../../src/stack/state/known-tools.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { openTerminal } from '../helpers/terminal.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))
const CONFIG = {
  customers: [
    {
      name: 'Acme GmbH',
      id: 'acme',
      host: 'acme.example',
      mcp_servers: [{ type: 'grafana' }, { name: 'files', command: '/bin/false' }],
    },
    { name: 'Größe AG', mcp_servers: [] },
    { name: '$(touch executed)', id: 'odd;id', mcp_servers: [] },
  ],
  platforms: { mine: { base_url: 'http://127.0.0.1:1', model: 'x' } },
}

/** A folder with a configuration, and a `supportmax` on the PATH. */
function shellPlace(): Place & { env: { PATH: string } } {
  const folder = newFolder()
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'supportmax'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`)
  chmodSync(join(bin, 'supportmax'), 0o755)
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(CONFIG))
  const PATH = [bin, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter)
  return { ...placeIn(folder), env: { ...placeIn(folder).env, PATH } }
}

async function completed(place: Place, ...words: string[]): Promise<string[]> {
  const { stdout } = await supportmax(place, '__complete', 'bash', '--', ...words)
  return stdout.split('\n').filter(Boolean)
}

/** Where the shell is, or undefined with a reason on the screen. */
function shellAt(name: string): string | undefined {
  const found = [`/bin/${name}`, `/usr/bin/${name}`, `/usr/local/bin/${name}`].find(path => existsSync(path))
  if (found === undefined) console.info(`skipped: ${name} is not installed`)
  return found
}

describe('completion', () => {
  const place = shellPlace()

  it.each([
    [['custom'], ['customers', 'customer']],
    [
      ['tools', ''],
      ['list', 'accept', 'call', 'acme', 'groesse-ag'],
    ],
    [['config', 'm'], ['migrate']],
    [['up', 'a'], ['acme']],
    [['up', 'acme', 'g'], ['groesse-ag']],
    [
      ['logs', 'acme', ''],
      ['grafana', 'files'],
    ],
    [['restart', 'Acme GmbH', 'f'], ['files']],
    [['up', '--runtime', 'l'], ['local']],
    [['up', '--type', 'grafana', 'al'], ['alertmanager']],
    [['--json', 'up', 'a'], ['acme']],
    [['chat', '--platform', ''], ['mine']],
    [['chat', '--customer', 'ac'], ['acme']],
    [['up', '--dry'], ['--dry-run']],
    [['help', 'tools', 'c'], ['call']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['import', ''], []],
    [['--config', ''], []],
    [['--config', 'none.json', 'up', ''], []],
    [['nonsense', ''], []],
  ])('after %j offers %j', async (words, expected) => {
    expect(await completed(place, ...words)).toEqual(expected)
  })

  it('includes the tools that a server listed last, without asking it', async () => {
    const own = shellPlace()
    const customers = CONFIG.customers.slice(0, 2)
    writeFileSync(join(own.folder, 'mcp_servers.json'), JSON.stringify({ customers }))
    await supportmax(withoutDocker(own), 'status')
    const folder = execFileSync('sh', ['-c', 'echo state/supportmax/*'], {
      cwd: own.folder,
      encoding: 'utf8',
    })
    rememberTools(join(own.folder, folder.trim()), new Map([['acme/files', ['read', 'write', 'x; rm -rf']]]))
    expect(await completed(own, 'tools', 'call', 'acme', 'files', '')).toEqual(['read', 'write'])
    expect(await completed(own, 'tools', 'call', 'acme', 'grafana', '')).toEqual([])
  })

  it('offers nothing for a broken file, without an error', async () => {
    const broken = shellPlace()
    writeFileSync(join(broken.folder, 'mcp_servers.json'), '{ "customers": [')
    const ran = await supportmax(broken, '__complete', 'bash', '--', 'up', '')
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, '', ''])
  })
})

/** The script in a file that the shell reads. */
async function scriptFor(place: Place, shell: string): Promise<string> {
  const { stdout } = await supportmax(place, 'completion', shell)
  const file = join(place.folder, `completion.${shell}`)
  writeFileSync(file, stdout)
  return file
}

describe('in a real shell', () => {
  const bash = shellAt('bash')
  it.skipIf(!bash)('bash completes a command, a customer and a server', async () => {
    const place = shellPlace()
    const script = await scriptFor(place, 'bash')
    const terminal = openTerminal(['--norc', '--noprofile', '-i'], {
      program: bash ?? '',
      folder: place.folder,
      env: { ...place.env, PS1: '> ' },
    })
    terminal.write(`source ${script}; echo re''ady\r`)
    await terminal.sees('ready')
    terminal.write('supportmax resta\t')
    await terminal.sees('supportmax restart ')
    terminal.write('ac\t')
    await terminal.sees('restart acme ')
    terminal.write('fi\t')
    await terminal.sees('acme files')
    terminal.kill()
    expect(existsSync(join(place.folder, 'executed'))).toBe(false)
  })

  const zsh = shellAt('zsh')
  it.skipIf(!zsh)('zsh completes a command and a customer', async () => {
    const place = shellPlace()
    const script = await scriptFor(place, 'zsh')
    const terminal = openTerminal(['-f', '-i'], {
      program: zsh ?? '',
      folder: place.folder,
      env: { ...place.env, PS1: '> ' },
    })
    terminal.write(`autoload -Uz compinit && compinit -u -D; source ${script}; echo re''ady\r`)
    await terminal.sees('ready')
    terminal.write('supportmax resta\t')
    await terminal.sees('restart ')
    terminal.write('ac\t')
    await terminal.sees('acme ')
    terminal.kill()
  })

  const fish = shellAt('fish')
  it.skipIf(!fish)('fish completes a customer with its name, and files where a file is wanted', async () => {
    const place = shellPlace()
    const script = await scriptFor(place, 'fish')
    const ask = (line: string) =>
      execFileSync(fish ?? '', ['--no-config', '-c', `source ${script}; complete -C '${line}'`], {
        cwd: place.folder,
        env: place.env,
        encoding: 'utf8',
      })
    expect(ask('supportmax up a')).toBe('acme\tAcme GmbH\n')
    expect(ask('supportmax import mcp_s')).toContain('mcp_servers.json')
  })
})
