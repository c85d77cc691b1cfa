import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownImage } from '../../src/catalog/own-image.ts'
import { keyOf, type Project, type Server } from '../../src/config/project.ts'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { grantLeases } from '../../src/exporters/compose/leases.ts'
import { type DockerRuntime, openDocker } from '../../src/runtimes/docker/open.ts'
import type { LogLine, LogOptions, Start } from '../../src/runtimes/runtime.ts'
import { aProject, BASE, BUILD, groundMissing, leftOf, NAME_PREFIX, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { aServer, aStart } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

const missing = await groundMissing()
const SECRET = 'canary-0815-docker'
const PREPARE = { refresh: false, progress: () => {} }
const LISTENS = `require('http').createServer((q, r) => r.end('here')).listen(8888); console.log('token', process.env.MCP_SERVER_TOKEN)`

/** A tiny server that is a program on the base image: no build, no pull. */
function tiny(customer: string, script = LISTENS, over: Partial<Server> = {}): Server {
  const args = ['node', '-e', script]
  const tokenName = `SUPPORTMAX_TOKEN_${customer.toUpperCase()}__ALERTMANAGER`
  return aServer({ customer, image: { kind: 'pull', ref: BASE }, args, tokenName, ...over })
}

let folder: string
let project: Project
let composePids: (number | undefined)[]

beforeEach(() => {
  folder = newFolder()
  composePids = []
})

afterEach(() => {
  sweep(project.name)
})

/** Writes the compose file of these servers and opens the runtime on it; the same project when called again. */
async function ground(
  servers: Server[],
  again = false,
): Promise<{ runtime: DockerRuntime; starts: Start[] }> {
  const file = join(folder, 'mcp_servers.json')
  project = aProject(
    servers,
    again ? { name: project.name, networkPool: project.networkPool, file } : { file },
  )
  const ports = new Map<string, number>()
  for (const server of servers)
    ports.set(`${server.customer}/${server.name}`, server.hostPort ?? (await freePort()))
  const leases = grantLeases(project, { ports, subnets: new Map() })
  const made = composeFile(project, { folder, leases })
  const path = join(folder, 'docker-compose.mcps.yml')
  writeFileSync(path, made.text)
  const runtime = await openDocker({
    project: project.name,
    configFile: file,
    composeFile: path,
    stateDir: folder,
    build: project.build,
    env: process.env,
    onCompose: pid => composePids.push(pid),
  })
  const starts = servers.map(server => {
    const key = `${server.customer}/${server.name}`
    const secrets = new Map([[server.tokenName, SECRET]])
    const [hostPort, definition] = [leases.ports.get(key) ?? 0, made.definitions.get(key) ?? '']
    const [image, subnet] = [made.images.get(key), leases.subnets.get(server.customer)]
    return aStart(server, { hostPort, definition, image, subnet, secrets })
  })
  return { runtime, starts }
}

const answers = (start: Start) =>
  until(
    'it answers',
    async () => (await (await fetch(`http://127.0.0.1:${start.hostPort}`)).text()) === 'here',
  )

describe.skipIf(missing)('the Docker runtime', () => {
  it('starts, observes and removes servers, and leaves nothing', async () => {
    const { runtime, starts } = await ground([tiny('acme'), tiny('globex')])
    for (const start of starts) expect(await runtime.prepare(start, PREPARE)).toBeUndefined()
    expect(await runtime.up(starts)).toEqual(starts.map(({ server }) => ({ key: keyOf(server), ok: true })))
    await Promise.all(starts.map(answers))
    const { servers, networks } = await runtime.observe()
    const subnets = starts.map(start => [start.subnet])
    expect(networks.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: `${project.name}_customer-acme`, customer: 'acme', subnets: subnets[0] },
      { name: `${project.name}_customer-globex`, customer: 'globex', subnets: subnets[1] },
    ])
    expect(servers.find(({ customer }) => customer === 'acme')).toMatchObject({
      server: 'alertmanager',
      life: 'running',
      definition: starts[0]?.definition,
      credentials: 'c1',
      configFile: project.file,
      image: BASE,
      hostPort: starts[0]?.hostPort,
      restarts: 0,
      exitCode: undefined,
    })
    expect(composePids).toEqual([expect.any(Number), undefined])
    expect(await runtime.down(servers)).toEqual(
      servers.map(({ customer, server }) => ({
        key: expect.objectContaining({ customer, server }),
        ok: true,
      })),
    )
    expect(await runtime.down(servers)).toHaveLength(2)
    expect(leftOf(project.name)).toBe('')
  })

  it('keeps the other customer and its network when one goes', async () => {
    const { runtime, starts } = await ground([tiny('acme'), tiny('globex')])
    await runtime.up(starts)
    await runtime.down([{ customer: 'acme', server: 'alertmanager' }])
    expect(leftOf(project.name)).toMatch(/^container \S+globex\S* running\nnetwork \S+_customer-globex$/)
  })

  it('recreates only the server whose credentials changed', async () => {
    const { runtime, starts } = await ground([tiny('acme'), tiny('globex')])
    await runtime.up(starts)
    const before = (await runtime.observe()).servers
    const [first] = starts
    if (!first) throw new Error('no start')
    await runtime.up([{ ...first, credentials: 'c2', cause: 'recreate' }])
    const after = (await runtime.observe()).servers
    const id = (servers: typeof after, customer: string) => servers.find(one => one.customer === customer)?.id
    expect(id(after, 'globex')).toBe(id(before, 'globex'))
    expect(id(after, 'acme')).not.toBe(id(before, 'acme'))
    expect(after.find(one => one.customer === 'acme')).toMatchObject({ credentials: 'c2', life: 'running' })
  })

  it('one bad server does not keep the others down, and shows the engine’s reason', async () => {
    const absent = { kind: 'pull' as const, ref: 'supportmax-test/absent:1' }
    const { runtime, starts } = await ground([tiny('acme', LISTENS, { image: absent }), tiny('globex')])
    const outcomes = await runtime.up(starts)
    expect(outcomes).toMatchObject([
      { key: { customer: 'acme' }, ok: false, reason: expect.stringMatching(/no such image/i) },
      { key: { customer: 'globex' }, ok: true },
    ])
    expect((await runtime.observe()).servers).toMatchObject([{ customer: 'globex', life: 'running' }])
  })

  it('finds out before the start that an image cannot be pulled, and which program holds a port', async () => {
    const absent = { kind: 'pull' as const, ref: '127.0.0.1:1/supportmax-test/absent:1' }
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const hostPort = (taken.address() as { port: number }).port
    const { runtime, starts } = await ground([
      tiny('acme', LISTENS, { image: absent }),
      tiny('globex', LISTENS, { hostPort }),
    ])
    const [first, second] = starts
    if (!first || !second) throw new Error('no starts')
    const obstacle = await runtime.prepare(first, PREPARE)
    expect(obstacle?.reason).toMatch(/^127\.0\.0\.1:1\/supportmax-test\/absent:1 cannot be pulled: .*refused/)
    const held = await runtime.prepare(second, PREPARE)
    taken.close()
    expect(held?.reason).toBe(
      process.platform === 'linux'
        ? `port ${hostPort} on 127.0.0.1 is held by node (pid ${process.pid})`
        : expect.stringContaining(`port ${hostPort}`),
    )
  })

  it('names the customer that still holds the addresses of a new one', async () => {
    const before = await ground([tiny('acme')])
    await before.runtime.up(before.starts)
    const after = await ground([tiny('globex')], true)
    expect(await after.runtime.up(after.starts)).toMatchObject([
      {
        key: { customer: 'globex' },
        ok: false,
        reason: expect.stringMatching(/^customer acme, .* still holds its network /),
        hint: expect.stringMatching(/^run `supportmax up`/),
      },
    ])
    await after.runtime.down((await after.runtime.observe()).servers)
    expect(await after.runtime.up(after.starts)).toMatchObject([{ ok: true }])
  })

  it('names the container that holds a port, unless it is the server’s own', async () => {
    const first = await ground([tiny('acme')])
    await first.runtime.up(first.starts)
    const [own] = first.starts
    if (!own) throw new Error('no start')
    expect(await first.runtime.prepare(own, PREPARE)).toBeUndefined()
    const name = project.name
    const second = await ground([tiny('globex', LISTENS, { hostPort: own.hostPort })])
    const obstacle = await second.runtime.prepare({ ...own, server: tiny('globex') }, PREPARE)
    sweep(name)
    expect(obstacle?.reason).toBe(
      `port ${own.hostPort} on 127.0.0.1 is held by the container ${name}-mcp-alertmanager-acme-1`,
    )
  })

  it('reports a crash loop, an end that the engine does not undo, and the restart of a killed process', async () => {
    const { runtime, starts } = await ground([tiny('acme', 'process.exit(3)'), tiny('globex')])
    await runtime.up(starts)
    const one = async (customer: string) =>
      (await runtime.observe()).servers.find(server => server.customer === customer)
    await until('it has restarted twice', async () => ((await one('acme'))?.restarts ?? 0) >= 2)
    expect(
      await until('its exit code is seen', async () => {
        const server = await one('acme')
        return server?.life === 'restarting' && server
      }),
    ).toMatchObject({ exitCode: 3, outOfMemory: false })
    const id = (await one('globex'))?.id ?? ''
    execFileSync('docker', ['kill', id])
    expect(
      await until('it is killed', async () => {
        const server = await one('globex')
        return server?.life === 'exited' && server
      }),
    ).toMatchObject({ exitCode: 137, finishedAt: expect.any(String) })
    const [, globex] = starts
    if (!globex) throw new Error('no start')
    expect(await runtime.up([{ ...globex, cause: 'start' }])).toMatchObject([{ ok: true }])
    expect(await one('globex')).toMatchObject({ life: 'running', id })
  })

  it('reads and follows a log, secrets hidden', async () => {
    const { hideSecret } = await import('../../src/base/redact.ts')
    hideSecret(SECRET)
    const script = `${LISTENS}; console.error('to stderr'); let i = 0; setInterval(() => console.log('tick', i++), 50)`
    const { runtime, starts } = await ground([tiny('acme', script)])
    await runtime.up(starts)
    const stop = new AbortController()
    const seen: string[] = []
    for await (const line of runtime.logs(
      { customer: 'acme', server: 'alertmanager' },
      { follow: true, tail: 100 },
      stop.signal,
    )) {
      seen.push(line.text)
      if (line.text === 'tick 5') stop.abort()
    }
    expect(seen).toContain('token ‹hidden›')
    expect(seen).toContain('to stderr')
    const last: string[] = []
    for await (const line of runtime.logs(
      { customer: 'acme', server: 'alertmanager' },
      { follow: false, tail: 2 },
    ))
      last.push(line.text)
    expect(last).toHaveLength(2)
    for await (const line of runtime.logs({ customer: 'no', server: 'one' }, { follow: true, tail: 2 }))
      last.push(line.text)
    expect(last).toHaveLength(2)
  })

  it('selects lines by time and text, and a followed log neither repeats nor misses one', async () => {
    const long = "'x'.repeat(40_000)"
    const script = `${LISTENS}; console.log('Long', ${long}); let i = 0; setInterval(() => console.log('tick', i++), 20)`
    const { runtime, starts } = await ground([tiny('acme', script)])
    await runtime.up(starts)
    const key = { customer: 'acme', server: 'alertmanager' }
    const lines = async (options: Partial<LogOptions>) => {
      const found: LogLine[] = []
      for await (const line of runtime.logs(key, { follow: false, tail: undefined, ...options }))
        found.push(line)
      return found
    }
    await until('there are lines', async () => (await lines({ grep: 'tick 9' })).length > 0)
    expect(await lines({ grep: 'long' })).toEqual([
      { at: expect.stringMatching(/^2\d{3}-/), text: `Long ${'x'.repeat(40_000)}` },
    ])
    expect((await lines({ grep: 'tick', tail: 1 })).map(line => line.text)).toEqual([
      expect.stringMatching(/^tick \d+$/),
    ])
    const third = (await lines({ grep: 'tick 3' }))[0]
    const since = new Date(third?.at ?? '')
    expect((await lines({ grep: 'tick', since })).map(line => line.text)).not.toContain('tick 0')
    const stop = new AbortController()
    const seen: string[] = []
    for await (const { text } of runtime.logs(
      key,
      { follow: true, tail: undefined, grep: 'tick' },
      stop.signal,
    )) {
      seen.push(text)
      if (text === 'tick 40') stop.abort()
    }
    expect(seen.slice(0, 41)).toEqual(Array.from({ length: 41 }, (_, i) => `tick ${i}`))
  })

  it('builds our own image if it is missing, named after its content', async () => {
    const own = { kind: 'build' as const, program: 'alertmanager' }
    const { runtime, starts } = await ground([aServer({ image: own })])
    const ref = ownImage('alertmanager', { base: BASE, namePrefix: NAME_PREFIX })
    execFileSync('docker', ['image', 'rm', '-f', ref], { stdio: 'ignore' })
    const said: string[] = []
    const [start] = starts
    if (!start) throw new Error('no start')
    const options = { refresh: false, progress: (text: string) => said.push(text) }
    expect(await Promise.all([runtime.prepare(start, options), runtime.prepare(start, options)])).toEqual([
      undefined,
      undefined,
    ])
    expect(said).toEqual([`building ${ref}`])
    expect(await runtime.prepare(start, options)).toBeUndefined()
    expect(said).toHaveLength(1)
    expect(
      execFileSync('docker', ['image', 'inspect', '-f', '{{json .Config.Entrypoint}}', ref], {
        encoding: 'utf8',
      }),
    ).toContain('/app/server.mjs')
  })

  it('an image that cannot be built is an obstacle in the engine’s words', async () => {
    const { runtime, starts } = await ground([tiny('acme')])
    const bad = await openDocker({
      project: project.name,
      configFile: project.file,
      composeFile: '/nowhere',
      stateDir: '/nowhere',
      build: { ...BUILD, base: '127.0.0.1:1/no-base:1' },
      env: process.env,
      onCompose: () => {},
    })
    const [start] = starts
    if (!start) throw new Error('no start')
    const server = { ...start.server, image: { kind: 'build' as const, program: 'alertmanager' } }
    const image = 'supportmax-test/absent:1'
    expect((await bad.prepare({ ...start, server, image }, PREPARE))?.reason).toMatch(
      /cannot be built: .*127\.0\.0\.1:1\/no-base:1 cannot be pulled/,
    )
    expect(await runtime.observe()).toEqual({ servers: [], networks: [] })
  })

  it('hands a server its own secrets and no others', async () => {
    const { runtime, starts } = await ground([tiny('acme'), tiny('globex')])
    await runtime.up(
      starts.map((start, i) => ({
        ...start,
        secrets: new Map([[start.server.tokenName, `${SECRET}-${i}`]]),
      })),
    )
    const { servers } = await runtime.observe()
    for (const [i, customer] of ['acme', 'globex'].entries()) {
      const id = servers.find(server => server.customer === customer)?.id ?? ''
      const env = execFileSync('docker', ['inspect', '-f', '{{json .Config.Env}}', id], { encoding: 'utf8' })
      expect(env).toContain(`${SECRET}-${i}`)
      expect(env).not.toContain(`${SECRET}-${1 - i}`)
    }
    expect(readFileSync(join(folder, 'docker-compose.mcps.yml'), 'utf8')).not.toContain(SECRET)
  })

  it('ends a running compose when it is aborted', async () => {
    const { runtime, starts } = await ground(Array.from({ length: 6 }, (_, i) => tiny(`c${i}`)))
    const stop = new AbortController()
    const ended = runtime.up(starts, stop.signal)
    const pid = await until('compose runs', () => composePids[0])
    stop.abort(new Error('enough'))
    await expect(ended).rejects.toThrow('enough')
    await until('its whole group is gone', () => !groupLives(pid))
    await runtime.down((await runtime.observe()).servers)
    expect(leftOf(project.name)).toBe('')
  })

  it('names the address where no engine answers', async () => {
    project = aProject([])
    const env = { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' }
    const opened = openDocker({
      project: 'x',
      configFile: '/x',
      composeFile: '/x',
      stateDir: '/x',
      build: project.build,
      env,
      onCompose: () => {},
    })
    await expect(opened).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('unix:///nowhere/docker.sock'),
    })
  })
})

function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}
