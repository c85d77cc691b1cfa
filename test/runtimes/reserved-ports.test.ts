import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { openLocal } from '../../src/runtimes/local/open.ts'
import { reservationsFolder } from '../../src/runtimes/local/reservations.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { aServer, aStart } from '../helpers/server.ts'

const CHOOSING = fileURLToPath(new URL('../fixtures/choosing-ports.ts', import.meta.url))

/** A server that never opens its port: as slow as one can be. */
const slowServer = (name: string, hostPortBase: number) => {
  const command = [process.execPath, '-e', 'setInterval(() => {}, 1_000)']
  return aServer({ name, hostPortBase, local: { kind: 'command', command, install: '' } })
}

interface Chosen {
  child: ChildProcess
  ports: number[]
}

/** Chooses ports for two servers of a project of its own, which then waits. */
async function choose(
  { temp, state = newFolder(), base }: { temp: string; state?: string; base: number },
  how: 'choose' | 'start' = 'choose',
): Promise<Chosen> {
  const starts = ['one', 'two'].map(name => aStart(slowServer(name, base)))
  const env = { PATH: process.env.PATH, TMPDIR: temp }
  const child = spawn(process.execPath, [CHOOSING, state, how, JSON.stringify(starts)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await new Promise<Buffer[]>(resolve => child.stdout.once('data', (...all) => resolve(all)))
  return { child, ports: JSON.parse(String(line)) }
}

async function kill({ child }: Chosen): Promise<void> {
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

const filesIn = (temp: string) => readdirSync(join(temp, `supportmax-${process.getuid?.()}`, 'ports')).sort()

it('projects that choose ports at the same moment choose different ones', async () => {
  const [temp, base] = [newFolder(), await freePort()]
  const all = await Promise.all(Array.from({ length: 4 }, () => choose({ temp, base })))
  const ports = all.flatMap(one => one.ports)
  expect(new Set(ports).size).toBe(8)
  expect(filesIn(temp)).toEqual(ports.map(String).sort())
})

it('the ports of killed programs can be chosen again, and leave no files', async () => {
  const [temp, base] = [newFolder(), await freePort()]
  const killed = await Promise.all([choose({ temp, base }), choose({ temp, base })])
  for (const one of killed) await kill(one)
  const { ports } = await choose({ temp, base })
  expect(ports).toEqual([...killed[0].ports, ...killed[1].ports].sort((a, b) => a - b).slice(0, 2))
  expect(filesIn(temp)).toEqual(ports.map(String).sort())
})

it('a port stays reserved after `up` has ended, while its server starts', async () => {
  const [temp, state, base] = [newFolder(), newFolder(), await freePort()]
  const began = await choose({ temp, state, base }, 'start')
  const options = { stateDir: state, configFile: '/x/m.json', composeFile: '/x/c.yml', project: 'x', env: {} }
  const runtime = openLocal(options)
  onTestFinished(async () => void (await runtime.down((await runtime.observe()).servers)))
  await kill(began)
  const other = await choose({ temp, base })
  expect(other.ports.filter(port => began.ports.includes(port))).toEqual([])
  const again = await choose({ temp, state, base })
  expect(again.ports).toEqual(began.ports)
})

function makeOpen(_: string, path: string): void {
  mkdirSync(path)
  chmodSync(path, 0o755)
}

it.each([
  ['a link', symlinkSync],
  ['open to others', makeOpen],
])('a folder that is %s is not used, and ports are chosen without it', async (_, make) => {
  const temp = newFolder()
  const path = join(temp, `supportmax-${process.getuid?.()}`)
  make(temp, path)
  const { ports } = await choose({ temp, base: await freePort() })
  expect(ports).toHaveLength(2)
  expect(readdirSync(path)).not.toContain('ports')
})

it("uses the session's runtime folder only if it is private to this user", () => {
  const runtime = newFolder()
  expect(reservationsFolder({ XDG_RUNTIME_DIR: runtime })).toBe(join(runtime, 'supportmax', 'ports'))
  expect(statSync(join(runtime, 'supportmax', 'ports')).mode & 0o777).toBe(0o700)
  chmodSync(runtime, 0o755)
  expect(reservationsFolder({ XDG_RUNTIME_DIR: runtime })).not.toContain(runtime)
})
