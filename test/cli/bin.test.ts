// Started by a Node that is too old, bin/supportmax.js hands over to the checkout's own.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newFolder } from '../helpers/folder.ts'
import { openTerminal } from '../helpers/terminal.ts'

const BIN = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))

/** A Node before 24 on this machine, if there is one. */
function findOldNode(): string | undefined {
  const folders = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)]
  return folders
    .map(folder => join(folder, 'node'))
    .find(path => {
      if (!existsSync(path)) return false
      const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout
      return Number(/^v(\d+)\./.exec(version)?.[1] ?? 99) < 24
    })
}

const old = findOldNode()

describe.skipIf(old === undefined)('the bin file under an old Node (skipped if the machine has none)', () => {
  const node = old ?? ''
  let folder: string
  let silent: Server
  let asked: () => void = () => {}

  beforeAll(async () => {
    folder = newFolder()
    // A server that never answers keeps `status` waiting until it is interrupted.
    silent = createServer(() => asked()).listen(0, '127.0.0.1')
    await new Promise(resolve => silent.once('listening', resolve))
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`
    const document = {
      runtime: 'local',
      customers: [{ name: 'Acme', mcp_servers: [{ type: 'alertmanager', url }] }],
    }
    writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
  })
  afterAll(() => {
    silent.closeAllConnections()
    silent.close()
  })

  const env = () => ({ PATH: process.env.PATH ?? '', HOME: folder, XDG_STATE_HOME: join(folder, 'state') })
  const run = (...args: string[]) =>
    spawnSync(node, [BIN, ...args], { cwd: folder, env: env(), encoding: 'utf8' })
  const whenAsked = () =>
    new Promise<void>(resolve => {
      asked = resolve
    })

  it('takes the same arguments and gives the same output and exit code', () => {
    expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const wrong = run('status', 'no body')
    expect([wrong.status, wrong.stdout]).toEqual([2, ''])
    expect(wrong.stderr).toContain('no such customer "no body"')
  })

  it('names the command in hints as it was typed', () => {
    const link = join(folder, 'supportmax')
    symlinkSync(BIN, link)
    const ran = spawnSync(node, [link, 'statu'], { cwd: folder, env: env(), encoding: 'utf8' })
    expect(ran.stderr).toContain('run `supportmax --help`')
    expect(run('statu').stderr).toContain('bin/supportmax.js --help`')
  })

  it('keeps the terminal, and Ctrl+C arrives exactly once', async () => {
    const reached = whenAsked()
    const terminal = openTerminal([BIN, 'status'], { program: node, folder, env: env() })
    await reached
    terminal.write('\u0003')
    expect(await terminal.exited).toBe(130)
    expect(terminal.text()).toContain('supportmax: interrupted')
    expect(terminal.text()).not.toContain('still cleaning up')
  })

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('forwards %s', async signal => {
    const reached = whenAsked()
    const child = spawn(node, [BIN, 'status'], { cwd: folder, env: env() })
    await reached
    child.kill(signal)
    expect(await ended(child)).toEqual([130, null])
  })

  it.runIf(process.platform === 'linux')('dies of the signal that the program died of', async () => {
    const reached = whenAsked()
    const child = spawn(node, [BIN, 'status'], { cwd: folder, env: env() })
    await reached
    const [inner = ''] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ')
    process.kill(Number(inner), 'SIGKILL')
    expect(await ended(child)).toEqual([null, 'SIGKILL'])
  })

  it('says what to install if there is no newer Node', () => {
    const installed = join(folder, 'installed')
    mkdirSync(join(installed, 'bin'), { recursive: true })
    writeFileSync(join(installed, 'package.json'), '{"type":"module"}')
    copyFileSync(BIN, join(installed, 'bin', 'supportmax.js'))
    const ran = spawnSync(node, [join(installed, 'bin', 'supportmax.js'), 'status'], { encoding: 'utf8' })
    expect([ran.status, ran.stdout]).toEqual([3, ''])
    expect(ran.stderr).toMatch(
      /^supportmax: needs Node 24\.15 or newer, but this is Node \d+\.\d+\.\d+\n {2}install Node 24 from .*\n$/,
    )
  })
})

function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise(resolve => child.once('exit', (code, signal) => resolve([code, signal])))
}
