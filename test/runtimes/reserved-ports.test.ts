import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { openLocal } from '../../src/runtimes/local/open.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { aServer, aStart } from '../helpers/server.ts'

const PREPARE = { refresh: false, progress: () => {} }
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
  { home, state = newFolder(), base }: { home: string; state?: string; base: number },
  how: 'choose' | 'start' = 'choose',
): Promise<Chosen> {
  const starts = ['one', 'two'].map(name => aStart(slowServer(name, base)))
  const [TMPDIR, XDG_RUNTIME_DIR] = [newFolder(), newFolder()]
  const env = { PATH: process.env.PATH, TMPDIR, XDG_RUNTIME_DIR }
  const child = spawn(process.execPath, [CHOOSING, home, state, how, JSON.stringify(starts)], {
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

const filesIn = (home: string) => readdirSync(join(home, '.ports')).sort()

it('projects that choose ports at the same moment choose different ones, whatever their temporary folders', async () => {
  const [home, base] = [newFolder(), await freePort()]
  const all = await Promise.all(Array.from({ length: 4 }, () => choose({ home, base })))
  const ports = all.flatMap(one => one.ports)
  expect(new Set(ports).size).toBe(8)
  expect(filesIn(home)).toEqual(ports.map(String).sort())
})

it('the ports of killed programs can be chosen again, and leave no files', async () => {
  const [home, base] = [newFolder(), await freePort()]
  const killed = await Promise.all([choose({ home, base }), choose({ home, base })])
  for (const one of killed) await kill(one)
  const { ports } = await choose({ home, base })
  expect(ports).toEqual([...killed[0].ports, ...killed[1].ports].sort((a, b) => a - b).slice(0, 2))
  expect(filesIn(home)).toEqual(ports.map(String).sort())
})

function runtimeOf(stateHome: string, stateDir: string) {
  const files = { configFile: '/x/m.json', composeFile: '/x/c.yml' }
  return openLocal({ stateHome, stateDir, ...files, project: 'x', env: { PATH: process.env.PATH } })
}

it('`down` removes the reservations of processes that have ended', async () => {
  const [home, state, base] = [newFolder(), newFolder(), await freePort()]
  const killed = await choose({ home, base })
  const began = await choose({ home, state, base }, 'start')
  const living = await choose({ home, base })
  for (const one of [killed, began]) await kill(one)
  expect(filesIn(home)).toEqual([...killed.ports, ...began.ports, ...living.ports].map(String).sort())
  const runtime = runtimeOf(home, state)
  await runtime.down((await runtime.observe()).servers)
  expect(filesIn(home)).toEqual(living.ports.map(String).sort())
})

it('a port stays reserved after `up` has ended, while its server starts', async () => {
  const [home, state, base] = [newFolder(), newFolder(), await freePort()]
  const began = await choose({ home, state, base }, 'start')
  const runtime = runtimeOf(home, state)
  onTestFinished(async () => void (await runtime.down((await runtime.observe()).servers)))
  await kill(began)
  const other = await choose({ home, base })
  expect(other.ports.filter(port => began.ports.includes(port))).toEqual([])
  const again = await choose({ home, state, base })
  expect(again.ports).toEqual(began.ports)
})

it('a configured port that another project has reserved is an obstacle, which says what to do', async () => {
  const [home, state, base] = [newFolder(), newFolder(), await freePort()]
  const other = await choose({ home, state, base })
  const [hostPort = 0] = other.ports
  const wanted = aStart(slowServer('one', base), { hostPort })
  const mine = runtimeOf(home, newFolder())
  expect(await mine.prepare(wanted, PREPARE)).toEqual({
    reason: `port ${hostPort} on 127.0.0.1 is reserved for a server of /x/mcp_servers.json`,
    hint: 'run `supportmax --config /x/mcp_servers.json down`, or set another "port" for acme/one',
  })
  expect(await runtimeOf(home, state).prepare(wanted, PREPARE)).toBeUndefined()
  await kill(other)
  expect(await mine.prepare(wanted, PREPARE)).toBeUndefined()
})

it('the port of a server that cannot start is given back', async () => {
  const [home, hostPort] = [newFolder(), await freePort()]
  const local = { kind: 'command' as const, command: ['no-such-program'], install: '' }
  const server = aServer({ name: 'one', hostPort, local })
  const runtime = runtimeOf(home, newFolder())
  await runtime.portsFor([server], { leases: new Map(), observed: await runtime.observe() })
  expect(filesIn(home)).toEqual([String(hostPort)])
  expect(await runtime.prepare(aStart(server, { hostPort }), PREPARE)).toMatchObject({
    reason: 'the program no-such-program is not installed',
  })
  expect(filesIn(home)).toEqual([])
  const [outcome] = await runtime.up([
    aStart({ ...server, local: { ...local, command: [home] } }, { hostPort }),
  ])
  expect([outcome?.ok, filesIn(home)]).toEqual([false, []])
})

function makeOpen(_: string, path: string): void {
  mkdirSync(path)
  chmodSync(path, 0o755)
}

it.each([
  ['a link', symlinkSync],
  ['open to others', makeOpen],
])('a folder that is %s is not used, and ports are chosen without it', async (_, make) => {
  const home = newFolder()
  make(newFolder(), join(home, '.ports'))
  const { ports } = await choose({ home, base: await freePort() })
  expect(ports).toHaveLength(2)
  expect(filesIn(home)).toEqual([])
})

it('the port of a start that is given up can be chosen by another project', async () => {
  const [home, base] = [newFolder(), await freePort()]
  const start = aStart(slowServer('one', base))
  const runtime = runtimeOf(home, newFolder())
  const chosen = await runtime.portsFor([start.server], {
    leases: new Map(),
    observed: { servers: [], networks: [] },
  })
  const [hostPort = 0] = chosen.values()
  expect(filesIn(home)).toEqual([String(hostPort)])
  runtime.spare?.({ ...start, hostPort })
  expect(filesIn(home)).toEqual([])
})
