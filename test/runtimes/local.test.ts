import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processTable } from '../../src/base/machine.ts'
import type { Server } from '../../src/config/project.ts'
import { openLocal } from '../../src/runtimes/local/open.ts'
import { readRecord, recordPath, writeRecord } from '../../src/runtimes/programs/record.ts'
import type { Runtime } from '../../src/runtimes/runtime.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { aServer, aStart } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

const PROGRAM = fileURLToPath(new URL('../fixtures/kept-program.ts', import.meta.url))
const SECRET = 'canary-4711-local'
const PREPARE = { refresh: false, progress: () => {} }

let stateDir: string
let runtime: Runtime

beforeEach(() => {
  stateDir = newFolder()
  runtime = open()
})

afterEach(async () => {
  const { servers } = await runtime.observe()
  await runtime.down(servers)
})

function open(): Runtime {
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', FOREIGN_SECRET: 'not for children' }
  return openLocal({
    stateDir,
    stateHome: stateDir,
    configFile: '/home/x/mcp_servers.json',
    composeFile: '/home/x/c.yml',
    project: 'x',
    env,
  })
}

/** A server that is the fixture; it binds the host port by the catalogue's own placeholder. */
function fixture(over: Partial<Server> = {}, ...flags: string[]): Server {
  return aServer({
    local: { kind: 'command', command: [process.execPath, PROGRAM], install: 'install Node' },
    args: ['--port', { template: '{port}' }, ...flags],
    env: [{ name: 'API_TOKEN', credential: 'ACME_API_TOKEN', required: true }],
    ...over,
  })
}

async function start(server: Server, over: Parameters<typeof aStart>[1] = {}) {
  const hostPort = await freePort()
  const secrets = new Map([
    ['ACME_API_TOKEN', SECRET],
    [server.tokenName, 'token-1234'],
  ])
  const wanted = aStart(server, { hostPort, secrets, ...over })
  const outcomes = await runtime.up([wanted])
  const ask = (path: string) => fetch(`http://127.0.0.1:${wanted.hostPort}${path}`)
  if (outcomes[0]?.ok) await until('the fixture listens', async () => (await ask('/args')).ok)
  return { outcomes, wanted, ask }
}

const one = async () => (await runtime.observe()).servers[0]
const key = { customer: 'acme', server: 'alertmanager' }

async function lines(tail = 1000): Promise<string[]> {
  const all: string[] = []
  for await (const line of runtime.logs(key, { follow: false, tail })) all.push(line.text)
  return all
}

describe('the local runtime', () => {
  it('runs a server that a later run of the program observes and ends', async () => {
    const { outcomes, wanted, ask } = await start(fixture())
    expect(outcomes).toEqual([{ key, ok: true }])
    expect(await (await ask('/args')).json()).toEqual(['--port', String(wanted.hostPort)])
    const later = open()
    const { servers } = await later.observe()
    expect(servers).toMatchObject([
      {
        ...key,
        life: 'running',
        definition: 'd1',
        credentials: 'c1',
        hostPort: wanted.hostPort,
        image: 'local',
      },
    ])
    const pid = Number(servers[0]?.id)
    expect(await later.down([key])).toEqual([{ key, ok: true }])
    expect(await later.down([key])).toEqual([{ key, ok: true }])
    expect(processTable().some(row => row.pid === pid)).toBe(false)
    expect(await later.observe()).toEqual({ servers: [], networks: [] })
    expect(readdirSync(join(stateDir, 'local'))).toEqual([])
  })

  it('gives a server its own credentials and an allow-list of variables, and writes no secret to disk', async () => {
    const { ask } = await start(fixture())
    const env = (await (await ask('/env')).json()) as Record<string, string>
    expect(env).toMatchObject({ API_TOKEN: SECRET, MCP_SERVER_TOKEN: 'token-1234', LANG: 'C.UTF-8' })
    expect(Object.keys(env).sort()).toEqual(
      ['API_TOKEN', 'LANG', 'MCP_SERVER_TOKEN', 'PATH', 'SUPPORTMAX_OWNER'].sort(),
    )
    expect(await until('its first line', async () => (await lines())[0])).toBe('the secret is ‹hidden›')
    const record = readRecord(join(stateDir, 'local'), key)
    for (const name of readdirSync(join(stateDir, 'local'))) {
      const path = join(stateDir, 'local', name)
      expect(readFileSync(path, 'utf8')).not.toContain(SECRET)
      expect(statSync(path).mode & 0o077).toBe(0)
    }
    if (process.platform !== 'linux') return
    for (const pid of [record?.group, record?.child?.pid])
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(SECRET)
    expect(readFileSync(`/proc/${record?.group}/environ`, 'utf8')).not.toContain(SECRET)
  })

  it('reports how a server ended, keeps its last output, and never restarts it', async () => {
    const { ask } = await start(fixture())
    await ask('/exit').catch(() => {})
    const server = await until('the end is recorded', async () => {
      const found = await one()
      return found?.life === 'exited' && found
    })
    expect(server).toMatchObject({ exitCode: 7, restarts: 0, outOfMemory: false })
    expect(Date.parse(server.finishedAt ?? '')).toBeGreaterThan(0)
    expect((await lines()).at(-1)).toBe('last words')
  })

  it('reports the signal that killed a server', async () => {
    await start(fixture())
    process.kill(Number((await one())?.id), 'SIGKILL')
    await until('the end is recorded', async () => (await one())?.exitCode === 137)
  })

  it('reports a server whose keeper was killed, and ends it', async () => {
    await start(fixture())
    const record = readRecord(join(stateDir, 'local'), key)
    process.kill(record?.group ?? 0, 'SIGKILL')
    await until('the keeper is gone', () => !processTable().some(row => row.pid === record?.group))
    expect(await one()).toMatchObject({
      life: 'running',
      altered: 'the process that writes its log was killed',
    })
    expect(await runtime.down([key])).toEqual([{ key, ok: true }])
    expect(processTable().some(row => row.pid === record?.child?.pid)).toBe(false)
  })

  it('reads a process record without a format: it is shown, and down ends the process', async () => {
    const { ask } = await start(fixture())
    const path = recordPath(join(stateDir, 'local'), key)
    const { format, ...before } = JSON.parse(readFileSync(path, 'utf8'))
    expect(format).toBe(1)
    writeFileSync(path, JSON.stringify(before))
    expect(await one()).toMatchObject({ ...key, life: 'running', definition: 'd1', credentials: 'c1' })
    expect(await runtime.down([key])).toEqual([{ key, ok: true }])
    expect(processTable().some(row => row.pid === before.child.pid)).toBe(false)
    await expect(ask('/args')).rejects.toThrow()
  })

  it('rejects a process record of a newer supportmax, and does not change it', async () => {
    await start(fixture())
    const path = recordPath(join(stateDir, 'local'), key)
    const text = readFileSync(path, 'utf8')
    const newer = text.replace('"format": 1', '"format": 2')
    writeFileSync(path, newer)
    await expect(runtime.observe()).rejects.toThrow('written by a newer supportmax (format 2')
    await expect(runtime.down([key])).rejects.toThrow('written by a newer supportmax (format 2')
    expect(readFileSync(path, 'utf8')).toBe(newer)
    writeFileSync(path, text)
  })

  it('never kills or claims a process with a recycled pid', async () => {
    const { ask } = await start(fixture())
    const folder = join(stateDir, 'local')
    const record = readRecord(folder, key)
    if (!record?.child) throw new Error('no record')
    const stranger = { customer: 'other', server: 'grafana' }
    const child = { ...record.child, start: 'another time' }
    writeRecord(recordPath(folder, stranger), { ...record, ...stranger, groupStart: 'another time', child })
    const { servers } = await runtime.observe()
    expect(servers.find(server => server.customer === 'other')).toMatchObject({ life: 'exited' })
    expect(await runtime.down([stranger])).toEqual([{ key: stranger, ok: true }])
    expect((await ask('/args')).ok).toBe(true)
  })

  it.skipIf(process.platform !== 'linux')('finds and ends a server whose record was deleted', async () => {
    const { wanted } = await start(fixture())
    rmSync(recordPath(join(stateDir, 'local'), key))
    expect(await one()).toMatchObject({ ...key, life: 'running', definition: '' })
    expect(await runtime.up([wanted])).toEqual([{ key, ok: true }])
    expect(await runtime.down([key])).toEqual([{ key, ok: true }])
    expect(await one()).toBeUndefined()
  })

  it('replaces a running server, and starts two in parallel', async () => {
    const { wanted } = await start(fixture())
    const before = (await one())?.id
    const second = aStart(fixture({ customer: 'globex' }), { hostPort: await freePort() })
    await runtime.up([{ ...wanted, definition: 'd2' }, second])
    const { servers } = await runtime.observe()
    expect(servers.map(server => `${server.customer} ${server.definition} ${server.life}`).sort()).toEqual([
      'acme d2 running',
      'globex d1 running',
    ])
    expect(servers.find(server => server.customer === 'acme')?.id).not.toBe(before)
  })

  it('reports missing programs and held ports before anything starts', async () => {
    const absent = fixture({ local: { kind: 'command', command: ['no-such-program'], install: 'uvx it' } })
    expect(await runtime.prepare(aStart(absent, { hostPort: await freePort() }), PREPARE)).toEqual({
      reason: 'the program no-such-program is not installed',
      hint: 'uvx it',
    })
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const hostPort = (taken.address() as { port: number }).port
    const obstacle = await runtime.prepare(aStart(fixture(), { hostPort }), PREPARE)
    taken.close()
    expect(obstacle?.reason).toMatch(`port ${hostPort} on 127.0.0.1 is held by`)
    if (process.platform === 'linux') expect(obstacle?.reason).toMatch(`(pid ${process.pid})`)
  })

  it('does not report its own running server as an obstacle', async () => {
    const { wanted } = await start(fixture())
    expect(await runtime.prepare(wanted, PREPARE)).toBeUndefined()
  })

  it('reports why a program does not start', async () => {
    const folder = fixture({ local: { kind: 'command', command: [tmpdir()], install: '' } })
    const { outcomes } = await start(folder)
    expect(outcomes).toMatchObject([{ key, ok: false, reason: expect.stringContaining('EACCES') }])
    expect(await one()).toMatchObject({ life: 'exited', exitCode: 127 })
  })

  it('skips corrupted records, and finds their processes by the mark', async () => {
    await start(fixture())
    const folder = join(stateDir, 'local')
    const path = recordPath(folder, key)
    const good = readFileSync(path, 'utf8')
    const record = JSON.parse(good)
    const { customer: _, ...unnamed } = record
    const wrong = [
      unnamed,
      { ...record, customer: 'other' },
      { ...record, child: 7 },
      { ...record, child: null },
      { ...record, ended: null },
      { ...record, hostPort: 'x' },
    ]
    for (const text of ['', 'garbage', 'null', '7', '[]', ...wrong.map(one => JSON.stringify(one))]) {
      writeFileSync(path, text)
      expect(await runtime.observe(), text).toMatchObject({ servers: [{ ...key, definition: '' }] })
    }
    rmSync(path)
    mkdirSync(path)
    mkdirSync(join(folder, 'x.y.json'))
    expect((await runtime.observe()).servers).toMatchObject([{ ...key, life: 'running', definition: '' }])
    expect(await runtime.down([key])).toEqual([{ key, ok: true }])
    const { outcomes } = await start(fixture())
    expect(outcomes).toEqual([{ key, ok: true }])
  })

  it('reports an impossible port as an obstacle of that server', async () => {
    const obstacle = await runtime.prepare(aStart(fixture(), { hostPort: 99_999 }), PREPARE)
    expect(obstacle?.reason).toContain('99999')
  })

  it('starts nothing after an abort', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await expect(runtime.up([aStart(fixture())], stop.signal)).rejects.toThrow('enough')
    expect(await one()).toBeUndefined()
  })

  it('ends a server that ignores SIGTERM, and stops waiting for it when it is aborted', async () => {
    const { wanted } = await start(fixture({}, '--stubborn'))
    const stop = new AbortController()
    const work = [runtime.down([key], stop.signal), runtime.up([wanted], stop.signal)]
    stop.abort(new Error('enough'))
    for (const each of work) await expect(each).rejects.toThrow('enough')
    expect(await one()).toMatchObject({ life: 'running' })
    expect(await runtime.down([key])).toEqual([{ key, ok: true }])
    expect(await one()).toBeUndefined()
  })

  it('follows a log across its rotation, and limits its size', async () => {
    const { ask } = await start(fixture())
    const stop = new AbortController()
    const seen: string[] = []
    const following = (async () => {
      for await (const line of runtime.logs(key, { follow: true, tail: 0 }, stop.signal)) seen.push(line.text)
    })()
    for (let i = 0; i < 60; i++) await ask(`/out/${i}-${'x'.repeat(50_000)}`.slice(0, 15_000))
    await until('the last line is seen', () => seen.some(line => line.startsWith('59-')))
    stop.abort()
    await following
    for (const name of readdirSync(join(stateDir, 'local')).filter(name => name.includes('.log')))
      expect(statSync(join(stateDir, 'local', name)).size).toBeLessThanOrEqual(1_000_000)
    expect((await lines(2)).map(line => line.slice(0, 3))).toEqual(['58-', '59-'])
  })
})
