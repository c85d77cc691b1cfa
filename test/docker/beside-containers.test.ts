// A command of a customer is a process of this machine, beside the containers of its other servers.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { BASE, groundMissing, NAME_PREFIX, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))
const missing = await groundMissing()

describe.skipIf(missing)('a command beside containers', () => {
  let place: Place
  const project = projectName()
  const pool = networkPool()
  const start = 21_000 + ((process.pid * 30) % 9_000)
  const run = (...args: string[]) => supportmax(place, ...args)
  const command = { name: 'files', command: process.execPath, args: [FIXTURE, 'well'] }
  const container = { type: 'alertmanager', config: { alertmanager_url: 'http://am.example:9093' } }

  function write(...servers: object[]): void {
    const document = {
      project,
      network_pool: pool,
      container_settings: {
        build: { base: BASE, name_prefix: NAME_PREFIX },
        port_ranges: { alertmanager: { start } },
      },
      customers: [{ name: 'Acme', mcp_servers: servers }],
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  }

  async function states(): Promise<string[]> {
    const { servers } = JSON.parse((await run('status', '--json')).stdout)
    return servers.map((one: { server: string; state: string }) => `${one.server} ${one.state}`)
  }

  beforeAll(() => {
    place = placeIn(newFolder())
  })
  beforeEach(async () => {
    write(container, command)
    await run('trust', '--yes')
    await run('up', '--timeout', '20')
  })
  afterAll(async () => {
    await run('down')
    await sweep(project)
  })

  // Its Alertmanager does not exist: it is degraded, and lists its tools.
  it('does not make the next start choose another runtime', async () => {
    const again = await run('up', '--timeout', '20')
    expect(again.stderr).toContain('1 unchanged (docker)')
    expect(again.stderr).toContain('1 unchanged (local)')
    expect((await run('restart', 'acme', '--timeout', '20')).stderr).toContain('1 of 2 ready')
    expect(await states()).toEqual(['alertmanager degraded', 'files ready'])
  })

  it('is removed by a start without names once it has left the configuration', async () => {
    write(container)
    expect((await run('up', '--timeout', '20')).stderr).toContain('files: removed')
    expect(await states()).toEqual(['alertmanager degraded'])
  })

  it('leaves no container behind that was removed from the configuration', async () => {
    write(command)
    expect((await run('up', '--timeout', '20')).stderr).toContain('alertmanager: removed')
    expect(await states()).toEqual(['files ready'])
  })

  it('can replace a container of its name once that was stopped', async () => {
    write({ ...command, name: 'alertmanager' })
    await run('trust', '--yes')
    const refused = await run('up', '--timeout', '20')
    expect(refused.stderr).toContain('acme/alertmanager: already exists in the docker runtime')
    await run('down', 'acme')
    expect((await run('up', '--timeout', '20')).stderr).toContain('1 of 1 ready')
  })
})
