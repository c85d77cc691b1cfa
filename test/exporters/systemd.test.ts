// The unit must be what systemd takes, and start exactly these words.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemdUnit, type UnitOptions } from '../../src/exporters/systemd.ts'
import { newFolder } from '../helpers/folder.ts'

const PLAIN: UnitOptions = {
  program: [process.execPath, '/opt/supportmax/bin/supportmax.js'],
  config: '/srv/support/mcp_servers.json',
}

it('starts serve with the configuration', () => {
  const unit = systemdUnit({ ...PLAIN, args: ['--port', '7777'], env: { PATH: '/usr/bin:/bin' } })
  expect(unit).toContain(
    `\nExecStart=${process.execPath} /opt/supportmax/bin/supportmax.js --config /srv/support/mcp_servers.json serve --port 7777\n`,
  )
  expect(unit).toContain('\nEnvironment=PATH=/usr/bin:/bin\n')
})

it('quotes what systemd would read otherwise', () => {
  const unit = systemdUnit({ ...PLAIN, config: '/a b/100%/$HOME/"x"\\.json', env: { A: '1 $x %h' } })
  expect(unit).toContain('"/a b/100%%/$$HOME/\\"x\\"\\\\.json"')
  expect(unit).toContain('\nEnvironment="A=1 $x %%h"\n')
})

/** Debian's package systemd; without it there is nothing to ask. */
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0

describe.skipIf(!hasAnalyze)('systemd-analyze (skipped without the package systemd)', () => {
  it.each([
    ['plain', '/srv/support'],
    ['with spaces', '/srv/my support'],
    ['with signs', '/srv/100% "x" $y'],
  ])('finds nothing wrong with a path %s', (_, path) => {
    const folder = newFolder()
    const script = join(folder, 'x y', 'supportmax.js')
    mkdirSync(join(folder, 'x y'))
    writeFileSync(script, '')
    const file = join(folder, 'supportmax.service')
    const program = [process.execPath, script]
    writeFileSync(
      file,
      systemdUnit({ program, config: `${path}/mcp_servers.json`, args: ['--port', '7777'] }),
    )
    const env = { ...process.env, XDG_RUNTIME_DIR: folder }
    const ran = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', file], {
      env,
      encoding: 'utf8',
    })
    expect(ran.stderr.split('\n').filter(line => line.includes('supportmax.service'))).toEqual([])
    expect(ran.status).toBe(0)
  })

  it('finds a unit that is wrong', () => {
    const file = join(newFolder(), 'supportmax.service')
    writeFileSync(file, systemdUnit(PLAIN).replace('Type=exec', 'Type=nonsense'))
    expect(() =>
      execFileSync('systemd-analyze', ['verify', '--user', '--man=no', file], { stdio: 'pipe' }),
    ).toThrow()
  })
})
