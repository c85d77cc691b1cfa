// Two customers on a real Podman, through its Docker API and Docker's compose plug-in.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ALERTMANAGER_PROGRAM, type RunningAlertmanager, startAlertmanager } from '../helpers/alertmanager.ts'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import {
  BASE,
  containersOf,
  leftOf,
  NAME_PREFIX,
  networkPool,
  projectName,
  sweep,
} from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { startPodman } from '../helpers/podman.ts'

const podman = ALERTMANAGER_PROGRAM ? await startPodman() : 'prometheus-alertmanager is not installed'
const missing = typeof podman === 'string' ? podman : undefined
if (missing !== undefined) console.warn(`skipped: ${missing}`)

const NOTICE = /the engine is Podman \S+ \(supported: Docker Engine 25 or newer, or Podman 4.3 or newer\)/

describe.skipIf(missing)('on Podman, two servers', () => {
  let place: Place
  let systems: RunningAlertmanager[]
  const project = projectName()
  const run = (...args: string[]) => supportmax(place, ...args)
  const status = async () => JSON.parse((await run('status', '--json')).stdout)

  beforeAll(async () => {
    if (typeof podman === 'string') return
    process.env.DOCKER_HOST = podman.host
    systems = await Promise.all(['Acme', 'Beta'].map(() => startAlertmanager({ address: podman.address })))
    await systems[0]?.post([{ labels: { alertname: 'DiskFull' } }])
    await systems[1]?.post([{ labels: { alertname: 'TrunkDown' } }])
    place = placeIn(newFolder())
    const document = {
      project,
      network_pool: networkPool(),
      container_settings: {
        build: { base: BASE, name_prefix: NAME_PREFIX },
        port_ranges: { alertmanager: { start: 21_000 + ((process.pid * 30) % 9_000) } },
      },
      customers: ['Acme', 'Beta'].map((name, at) => ({
        name,
        mcp_servers: [{ type: 'alertmanager', config: { alertmanager_url: systems[at]?.url } }],
      })),
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  })

  afterAll(async () => {
    await Promise.all((systems ?? []).map(one => one.stop()))
    if (typeof podman === 'string') return
    sweep(project)
    await podman.end()
  })

  it('start and become ready, and people are told which engine it is', async () => {
    await run('trust', '--yes')
    const up = await run('up')
    expect(up.code, up.stderr).toBe(0)
    expect(up.stderr).toMatch(NOTICE)
    expect(up.stderr).toContain('2 of 2 ready')
    expect(await status()).toMatchObject({
      runtime: 'docker',
      engine: expect.stringMatching(/^Podman \d/),
      summary: { ready: 2, total: 2 },
    })
    const shown = await run('status')
    expect(shown.stderr).toMatch(NOTICE)
    expect(shown.stdout).toContain('2 of 2 ready')
    expect(readFileSync(join(place.folder, 'docker-compose.mcps.yml'), 'utf8')).not.toContain(
      'start_interval',
    )
  })

  it('are left alone by a second up, and each answers from its own customer’s system', async () => {
    const before = await status()
    expect((await run('up')).stderr).toContain('nothing to change')
    expect((await status()).servers).toMatchObject(
      before.servers.map(({ containerId }: { containerId: string }) => ({ containerId })),
    )
    const acme = await run('tools', 'call', 'acme', 'alertmanager', 'list_alerts')
    expect(acme.stdout).toContain('DiskFull')
    expect(acme.stdout).not.toContain('TrunkDown')
    expect((await run('tools', 'call', 'beta', 'alertmanager', 'list_alerts')).stdout).toContain('TrunkDown')
  })

  it('do not reach each other', async () => {
    const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()
    const idOf = (customer: string) => containersOf(project, customer)[0] ?? ''
    const address = docker(
      'inspect',
      '-f',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      idOf('beta'),
    )
    const reach = (host: string) =>
      docker(
        'exec',
        idOf('acme'),
        'node',
        '-e',
        `fetch('http://${host}:8888/mcp', { signal: AbortSignal.timeout(2_000) }).then(one => console.log(one.status), () => console.log('blocked'))`,
      )
    expect(reach('127.0.0.1')).toBe('401')
    expect(reach(address)).toBe('blocked')
  })

  it('show their logs, are recreated by restart, and come back after docker kill with up', async () => {
    const logs = await run('logs', 'acme', '--grep', 'listening')
    expect(logs.code, logs.stderr).toBe(0)
    expect(logs.stdout).toContain('listening on 0.0.0.0:8888')
    // Podman has vouched for its containers: none had to reject a wrong token.
    expect((await run('logs', 'acme', '--grep', 'wrong bearer token')).stdout).toBe('')
    const restart = await run('restart', 'acme', 'alertmanager')
    expect(restart.code, restart.stderr).toBe(0)
    const [, beta] = (await status()).servers
    execFileSync('docker', ['kill', beta.containerId], { stdio: 'ignore' })
    expect((await status()).servers[1]).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('137'),
    })
    expect((await run('up')).code).toBe(0)
  })

  it('are gone after down, with their networks', async () => {
    const down = await run('down')
    expect(down.code, down.stderr).toBe(0)
    expect(down.stderr).toContain('2 servers removed')
    expect(leftOf(project)).toBe('')
  })
})
