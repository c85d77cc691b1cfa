// Servers from packages on the command line, up to the point where a registry would be asked. test/docker/packages*.test.ts
// install real ones.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

let place: Place
let ran: string
const run = (...args: string[]) => supportmax(place, ...args)

/** In place of npm and uv stand programs that say that they ran, with which environment, and fail. */
beforeEach(() => {
  const folder = newFolder()
  ran = join(folder, 'ran')
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  for (const name of ['npm', 'uv']) {
    writeFileSync(
      join(tools, name),
      `#!/bin/sh\necho ${name} >> ${ran}\n/usr/bin/env >> ${ran}\necho 'npm error code ENOTFOUND'\nexit 1\n`,
    )
    chmodSync(join(tools, name), 0o755)
  }
  place = withoutDocker(placeIn(folder, { TOKEN_ACME: 'canary-of-acme', OTHER_KEY: 'canary-of-another' }))
  place.env.PATH = tools
})

function write(...servers: object[]): void {
  const document = { runtime: 'local', customers: [{ name: 'Acme', mcp_servers: servers }] }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
}

const NPM = { name: 'x', package: 'npm:x@1.0.0', args: ['--flag'], env: { TOKEN: '${TOKEN_ACME}' } }
const UVX = { name: 'y', command: 'uvx', args: ['y==1.0'] }

describe('a package in the configuration', () => {
  it('is asked for nowhere before a person has allowed it', async () => {
    write(NPM, UVX)
    const up = await run('up')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain('x: stopped: it runs a package that you have not allowed: npm:x@1.0.0 --flag')
    expect(up.stderr).toContain("y: stopped: it runs a package that you have not allowed: 'pypi:y==1.0'")
    for (const args of [
      ['status'],
      ['config', 'validate'],
      ['tools', 'acme'],
      ['up', '--dry-run'],
      ['smoke'],
    ])
      await run(...args)
    expect(existsSync(ran)).toBe(false)
    expect(existsSync(join(place.folder, 'mcp-locks'))).toBe(false)
  })

  it('is shown with what it installs, runs and gets', async () => {
    write({ ...NPM, bin: 'start', allow_scripts: ['sharp'] })
    const { stderr } = await run('trust', '--yes')
    expect(stderr).toContain('npm:x@1.0.0 start --flag')
    expect(stderr).toContain('locked at the first start in mcp-locks/npm-x@1.0.0.package-lock.json')
    expect(stderr).toContain('runs the install scripts of sharp')
    expect(stderr).toContain('with TOKEN=${TOKEN_ACME}')
  })

  it('gives npm and uv nothing of a customer', async () => {
    write(NPM, UVX)
    await run('trust', '--yes')
    const up = await run('up')
    expect(up.stderr).toContain('npm:x@1.0.0 cannot be locked: npm cannot be reached (ENOTFOUND)')
    const said = readFileSync(ran, 'utf8')
    expect(said).toMatch(/^npm$/m)
    expect(said).toMatch(/^uv$/m)
    expect(said).not.toContain('canary')
  })

  it.each([
    ['version', { package: 'npm:x@1.0.1' }],
    ['program', { bin: 'other' }],
    ['arguments', { args: ['--other'] }],
    ['environment', { env: {} }],
    ['install scripts', { allow_scripts: ['sharp'] }],
  ])('asks again when its %s changes', async (_, change) => {
    write(NPM)
    await run('trust', '--yes')
    write({ ...NPM, ...change })
    expect((await run('up')).stderr).toContain('x: stopped: what it runs has changed since you allowed it')
    expect(existsSync(ran)).toBe(false)
  })

  it('has a lock that nobody else may make, and a broken one is named', async () => {
    write(NPM)
    await run('trust', '--yes')
    mkdirSync(join(place.folder, 'mcp-locks'))
    const file = join(place.folder, 'mcp-locks', 'npm-x@1.0.0.package-lock.json')
    const lock = (dependencies: object) =>
      JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { dependencies },
          'node_modules/x': { version: '1.0.0', integrity: 'sha512-a', bin: { x: 'x.js' } },
        },
      })
    writeFileSync(file, lock({ x: '1.0.0' }))
    expect((await run('up')).stderr).toContain('x: stopped: what it runs has changed since you allowed it')
    writeFileSync(file, lock({ x: '1.0.0', evil: '1.0.0' }))
    expect((await run('up')).stderr).toContain(`${file}: is not the lock of x 1.0.0`)
    expect(existsSync(ran)).toBe(false)
  })

  it('of the catalogue needs no consent', async () => {
    write({ type: 'time' })
    const up = await run('up')
    expect(up.stderr).toContain('time: stopped: pypi:mcp-server-time==2026.10.19 cannot be installed')
    expect(readFileSync(ran, 'utf8')).toMatch(/^uv$/m)
  })
})
