// The whole life of a stack of local processes, run by the built program against simulated systems.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import type { World } from '../../src/demo/world.ts'
import { type StatusRow, status } from '../../src/stack/look/status.ts'
import { type Place, placeIn, startSupportmax, supportmax } from '../helpers/cli.ts'
import { startDemoWorld } from '../helpers/demo-world.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'

const SECRETS = {
  GENESYS_CLIENT_ID_NORDWIND: 'demo-nordwind-client',
  GENESYS_CLIENT_SECRET_NORDWIND: 'demo-nordwind-not-a-secret',
}

let world: World
let place: Place

function documentFor(url: string, start: number): object {
  const alertmanager = (id: string) => ({
    type: 'alertmanager',
    config: { alertmanager_url: `${url}/${id}/alertmanager` },
  })
  const genesys = {
    type: 'genesys',
    config: {
      region: 'mypurecloud.de',
      login_url: `${url}/nordwind/genesys/login`,
      api_url: `${url}/nordwind/genesys/api`,
    },
  }
  return {
    runtime: 'local',
    platforms: { demo: {} },
    container_settings: { port_ranges: { alertmanager: { start }, genesys: { start: start + 50 } } },
    customers: [
      {
        name: 'Nordwind',
        id: 'nordwind',
        environment: 'prod',
        mcp_servers: [alertmanager('nordwind'), genesys],
      },
      { name: 'Atlantis', id: 'atlantis', access: 'read-write', mcp_servers: [alertmanager('atlantis')] },
    ],
  }
}

const outputs: string[] = []
async function run(...args: string[]) {
  const ran = await supportmax(place, ...args)
  outputs.push(ran.stdout, ran.stderr)
  return ran
}

/** What `status --json` prints, without a process of its own. */
async function rows(): Promise<StatusRow[]> {
  const { project, stack } = openApp({
    config: join(place.folder, 'mcp_servers.json'),
    environment: readEnvironment(place.env),
  })
  return (await status(stack, project.customers, { strays: 'shown' })).servers
}

const states = async () => (await rows()).map(row => row.state)

beforeAll(async () => {
  world = await startDemoWorld()
  const folder = newFolder()
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(documentFor(world.url, await freePort())))
  place = placeIn(folder)
})

afterAll(async () => {
  await supportmax(place, 'down')
  await world.close()
})

describe('a stack of local processes', () => {
  it('names a missing credential, and starts every other server', async () => {
    const up = await run('up')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(
      'missing credentials: no value for GENESYS_CLIENT_ID_NORDWIND, GENESYS_CLIENT_SECRET_NORDWIND',
    )
    expect(await states()).toEqual(['ready', 'missing_credentials', 'ready'])
  })

  it('starts the server once its credential is there, and leaves the others alone', async () => {
    const before = await rows()
    const lines = Object.entries(SECRETS).map(([name, value]) => `${name}='${value}'`)
    writeFileSync(join(place.folder, 'mcp_credentials.env'), lines.join('\n'), { mode: 0o600 })
    expect((await run('up')).code).toBe(0)
    const [after, check, printed] = await Promise.all([
      rows(),
      run('status', '--check'),
      run('status', '--json'),
    ])
    expect(after.map(row => row.state)).toEqual(['ready', 'ready', 'ready'])
    expect(check.code).toBe(0)
    expect(JSON.parse(printed.stdout)).toMatchObject({
      servers: after.map(({ containerId, endpoint, state }) => ({ containerId, endpoint, state })),
    })
    expect(after[0]?.containerId).toBe(before[0]?.containerId)
  })

  it('lets two commands run at the same time', async () => {
    const both = await Promise.all([run('restart', 'atlantis'), run('up')])
    expect(
      both.map(one => one.code),
      JSON.stringify(both),
    ).toEqual([0, 0])
    expect(await states()).toEqual(['ready', 'ready', 'ready'])
  })

  it('recreates only the server whose credential changed, and says why', async () => {
    const before = await rows()
    place.env.GENESYS_CLIENT_SECRET_NORDWIND = 'another-canary-secret'
    const up = await run('up', '--timeout', '5')
    expect(up.stderr).toContain('recreate nordwind/genesys: a credential changed')
    const after = await rows()
    expect(after.map((row, i) => row.containerId === before[i]?.containerId)).toEqual([true, false, true])
    expect(after[1]?.state).toBe('degraded')
    delete place.env.GENESYS_CLIENT_SECRET_NORDWIND
  })

  it('shows a killed process as stopped, with its exit code and what to run', async () => {
    process.kill(Number((await rows())[2]?.containerId), 'SIGKILL')
    await expect.poll(async () => (await rows())[2]?.state, { timeout: 10_000 }).toBe('stopped')
    const { stdout } = await run('status', 'atlantis')
    expect(stdout).toContain('137 (killed)')
    expect(stdout).toContain(' up atlantis')
    expect((await run('up')).code).toBe(0)
    expect(await states()).toEqual(['ready', 'ready', 'ready'])
  })

  it.concurrent('offers a read-only customer no tool that writes, and refuses a forged call', async () => {
    const [listed, forged] = await Promise.all([
      run('tools', 'nordwind', '--json'),
      run('tools', 'call', 'nordwind', 'alertmanager', 'create_silence'),
    ])
    const { tools, withheld } = JSON.parse(listed.stdout)
    expect(tools.every((one: { readOnly: boolean }) => one.readOnly)).toBe(true)
    expect(withheld.map((one: { tool: string }) => one.tool)).toContain('create_silence')
    expect(forged.code).toBe(4)
  })

  it.concurrent('refuses a write without a terminal, where nobody can approve it', async () => {
    expect((await run('tools', 'accept', 'atlantis', '--yes')).code).toBe(0)
    const ran = await run(
      'tools',
      'call',
      'atlantis',
      'alertmanager',
      'expire_silence',
      '--args',
      '{"id":"x"}',
    )
    expect([ran.code, ran.stderr]).toEqual([4, expect.stringContaining('approval needed')])
  })

  it.concurrent('answers headless with only the answer on stdout, from this customer', async () => {
    const ran = await run('chat', '--customer', 'atlantis', '-p', 'which alerts are firing?')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('no language model was called')
    expect(ran.stderr).toContain('Atlantis (atlantis)')
    const asked = world.requests.filter(one => /alerts/.test(one.path)).at(-1)
    expect(asked?.customer).toBe('atlantis')
  })

  it('passes smoke, writes JUnit, and keeps the servers that ran before', async () => {
    const junit = join(place.folder, 'out', 'smoke.xml')
    const ran = await run('smoke', '--junit', junit)
    expect(ran.code, ran.stderr).toBe(0)
    expect(readFileSync(junit, 'utf8')).toContain('tests="6" failures="0"')
    expect(await states()).toEqual(['ready', 'ready', 'ready'])
  })

  it('puts no secret into any output, file or argument', async () => {
    await Promise.all([run('logs', 'nordwind'), run('logs', 'atlantis', '--tail', '5')])
    const values = [...Object.values(SECRETS), 'another-canary-secret']
    for (const value of values) {
      expect(outputs.filter(text => text.includes(value))).toEqual([])
      const found = filesBelow(place.folder).filter(path => readFileSync(path, 'utf8').includes(value))
      expect(found.map(path => path.slice(place.folder.length + 1))).toEqual(
        value === 'another-canary-secret' ? [] : ['mcp_credentials.env'],
      )
      if (process.platform === 'linux') expect(argumentsWith(value)).toEqual([])
    }
    if (process.platform === 'linux')
      for (const row of await rows()) {
        const environ = readFileSync(`/proc/${row.containerId}/environ`, 'utf8')
        expect(environ.includes(SECRETS.GENESYS_CLIENT_SECRET_NORDWIND)).toBe(row.server === 'genesys')
      }
  })

  it('does not use a server that runs with a different configuration, until up', async () => {
    const file = join(place.folder, 'mcp_servers.json')
    const before = readFileSync(file, 'utf8')
    // The two customers swap their Alertmanagers: an answer now would come from the other one's.
    const swapped = before
      .replace('/nordwind/alertmanager', '/X/alertmanager')
      .replace('/atlantis/alertmanager', '/nordwind/alertmanager')
      .replace('/X/alertmanager', '/atlantis/alertmanager')
    writeFileSync(file, swapped)
    const seen = await rows()
    expect(seen.map(row => row.state)).toEqual(['degraded', 'ready', 'degraded'])
    const ran = await run('tools', 'call', 'nordwind', 'alertmanager', 'list_alerts')
    expect([ran.code, ran.stdout]).toEqual([1, ''])
    expect(ran.stderr).toContain(' up nordwind`')
    writeFileSync(file, before)
    expect(await states()).toEqual(['ready', 'ready', 'ready'])
  })

  it('shows the running servers of a removed customer, and stops them by its id', async () => {
    const file = join(place.folder, 'mcp_servers.json')
    const before = readFileSync(file, 'utf8')
    const document = JSON.parse(before) as { customers: { id: string }[] }
    document.customers = document.customers.filter(one => one.id !== 'atlantis')
    writeFileSync(file, JSON.stringify(document))
    expect((await rows()).at(-1)).toMatchObject({
      customer: 'atlantis',
      reason: 'running, but not in the configuration',
    })
    expect((await run('status', '--check')).code).toBe(1)
    expect((await run('down', 'atlantis')).stderr).toMatch(/^1 server removed\n$/m)
    expect((await rows()).map(row => row.customer)).toEqual(['nordwind', 'nordwind'])
    writeFileSync(file, before)
  })

  it('finishes its work when nobody reads its output any more', async () => {
    const { child, ended } = startSupportmax(place, 'up', '--json')
    child.stdout?.once('data', () => child.stdout?.destroy())
    expect((await ended).code).toBe(0)
    expect((await rows())[2]?.state).toBe('ready')
  })

  it('stops everything even if the configuration is broken', async () => {
    const file = join(place.folder, 'mcp_servers.json')
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, '{"customers": [')
    const down = await run('down')
    expect([down.code, down.stderr]).toEqual([
      0,
      expect.stringContaining('3 servers removed; nothing is left running'),
    ])
    writeFileSync(file, before)
    expect((await run('up')).code).toBe(0)
  })

  it('leaves nothing behind after down, which can be repeated', async () => {
    const endpoints = (await rows()).map(row => row.endpoint ?? '')
    expect((await run('down')).code).toBe(0)
    for (const endpoint of endpoints) await expect(fetch(endpoint)).rejects.toThrow()
    expect((await run('down')).stderr).toContain('nothing was running')
    expect(await states()).toEqual(['stopped', 'stopped', 'stopped'])
  })
})

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile())
}

function argumentsWith(value: string): string[] {
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(value)
    } catch {
      return false
    }
  })
}
