// Servers from packages as local processes: real packages from npm and PyPI, without Docker.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, startSupportmax, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { registryMissing, registryVariables, uvFolder, writable } from '../helpers/packages.ts'
import { until } from '../helpers/until.ts'

const missing = registryMissing()
const uv = missing ? undefined : uvFolder()

describe.skipIf(missing)('servers from packages as local processes', () => {
  let place: Place
  const run = (...args: string[]) => supportmax(place, ...args)
  const write = (acme: object[], beta: object[] = []) => {
    const customers = [
      { name: 'Acme', mcp_servers: acme },
      { name: 'Beta', mcp_servers: beta },
    ]
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ runtime: 'local', customers }))
  }
  const packages = () => {
    const [project = ''] = readdirSync(join(place.folder, 'state', 'supportmax')).filter(
      name => !name.startsWith('.'),
    )
    const folder = join(place.folder, 'state', 'supportmax', project, 'packages')
    return existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : []
  }

  beforeAll(() => {
    const folder = newFolder()
    const variables = registryVariables()
    place = placeIn(folder, variables)
    place.env.PATH = [uv, process.env.PATH].filter(Boolean).join(':')
  })

  afterAll(async () => {
    await run('down')
    for (const one of packages()) writable(one)
  })

  it('are installed once for all customers, and start at once the second time', async () => {
    const browser = { name: 'browser', command: 'npx', args: ['-y', '@playwright/mcp@0.0.83', '--headless'] }
    const files = {
      name: 'files',
      package: 'npm:@modelcontextprotocol/server-filesystem',
      args: [place.folder],
      read_only_tools: ['list_allowed_directories'],
    }
    const time = { name: 'time', package: 'pypi:mcp-server-time==2026.10.19' }
    write([browser, files, ...(uv ? [time] : [])], [browser])
    await run('trust', '--yes')
    const up = await run('up')
    expect(up.code, up.stderr).toBe(0)
    expect(packages()).toHaveLength(uv ? 3 : 2)
    const again = await run('up')
    expect(again.stderr).toContain('nothing to change')
  })

  it('run the program of the package itself, from a folder that is not written to', async () => {
    const [browser = ''] = packages().filter(name => name.includes('playwright'))
    expect(statSync(join(browser, 'node_modules', '@playwright', 'mcp', 'cli.js')).mode & 0o222).toBe(0)
    const { stdout, stderr } = await run('tools', 'call', 'acme', 'files', 'list_allowed_directories')
    expect(stdout, stderr).toContain(place.folder)
  })

  it('start again when no registry can be reached', async () => {
    await run('down')
    const nowhere = {
      npm_config_registry: 'http://127.0.0.1:9',
      UV_DEFAULT_INDEX: 'http://127.0.0.1:9/simple',
    }
    const up = await supportmax({ ...place, env: { ...place.env, ...nowhere } }, 'up')
    expect(up.code, up.stderr).toBe(0)
  })

  it('are installed again if their installation was killed', async () => {
    await run('down')
    const everything = {
      name: 'everything',
      package: 'npm:@modelcontextprotocol/server-everything@2026.8.31',
    }
    write([everything])
    await run('trust', '--yes')
    const { child, ended } = startSupportmax(place, 'up')
    const isDraft = (name: string) => /\/tmp-\d+-/.test(name) && existsSync(join(name, 'package-lock.json'))
    const isInstalling = () => packages().some(name => isDraft(name) && existsSync(lockOf(place)))
    await until('it is installing', isInstalling)
    child.kill('SIGKILL')
    await ended
    expect(packages().some(name => name.includes('everything'))).toBe(false)
    const up = await run('up')
    expect(up.code, up.stderr).toBe(0)
    await until('the draft is gone', () => !packages().some(name => /\/tmp-/.test(name)))
  })

  it.each([
    [
      { package: 'npm:@playwright/mcp@0.0.83', bin: 'x' },
      '@playwright/mcp has no program "x"',
      'set "bin" to one of: playwright-mcp',
    ],
    [{ package: 'npm:no-such-package-zzzqq@1.0.0' }, 'npm has no no-such-package-zzzqq', 'correct the name'],
  ])('%j is refused in one line', async (server, words, hint) => {
    write([{ name: 'x', ...server }])
    await run('trust', '--yes')
    const up = await run('up')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(words)
    expect(up.stderr).toContain(hint)
  })

  it.skipIf(!canMount())('are not believed where the disk was full', async () => {
    const disk = newFolder()
    mount(disk, '12m')
    const full: Place = { ...place, env: { ...place.env, XDG_STATE_HOME: disk } }
    try {
      write([{ name: 'x', package: 'npm:@modelcontextprotocol/server-everything@2026.8.31' }])
      await supportmax(full, 'trust', '--yes')
      const up = await supportmax(full, 'up')
      expect(up.stderr).toContain('cannot be installed: the disk is full')
      spawnSync('mount', ['-o', 'remount,size=200m', disk])
      const again = await supportmax(full, 'up')
      expect(again.code, again.stderr).toBe(0)
      await supportmax(full, 'down')
    } finally {
      spawnSync('umount', [disk])
    }
  })

  it('name the tool that is not installed', async () => {
    write([{ name: 'x', package: 'pypi:mcp-server-git' }])
    await run('trust', '--yes')
    const bin = newFolder()
    symlinkSync(process.execPath, join(bin, 'node'))
    const up = await supportmax({ ...place, env: { ...place.env, PATH: bin } }, 'up')
    expect(up.stderr).toContain('x: stopped: uv, which installs packages from PyPI, is not installed')
    expect(up.stderr).toContain('install uv (see docs.astral.sh/uv/getting-started/installation)')
  })
})

/** A disk of its own that can be filled: needs root on Linux. */
function mount(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0
}

function canMount(): boolean {
  const folder = newFolder()
  const isMounted = mount(folder, '1m')
  if (isMounted) spawnSync('umount', [folder])
  else console.warn('not tested: no small disk can be mounted here (needs root)')
  return isMounted
}

function lockOf({ folder }: Place): string {
  return join(folder, 'mcp-locks', 'npm-@modelcontextprotocol+server-everything@2026.8.31.package-lock.json')
}
