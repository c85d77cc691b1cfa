import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { supportmax } from '../helpers/cli.ts'
import { groundMissing, leftOf } from '../helpers/docker.ts'
import { type FirstFile, firstFile } from '../helpers/first-file.ts'
import { until } from '../helpers/until.ts'

const missing = await groundMissing('bridge', 'alertmanager')

/** One test after another on one file. */
describe.skipIf(missing)('the compose file without supportmax', () => {
  let world: FirstFile
  let path: string
  const docker = (...args: string[]) =>
    execFileSync('docker', args, {
      encoding: 'utf8',
      cwd: world.place.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const compose = (...args: string[]) =>
    docker('compose', '--env-file', 'mcp_credentials.env', '-f', 'docker-compose.mcps.yml', ...args)
  const container = (service: string) => `${world.project}-${service}-1`

  beforeAll(async () => {
    world = await firstFile()
    path = join(world.place.folder, 'docker-compose.mcps.yml')
  })
  afterAll(() => world?.end())

  it('is accepted by docker compose, and contains only the names of credentials', async () => {
    expect((await supportmax(world.place, 'compose', 'generate')).code).toBe(0)
    const text = readFileSync(path, 'utf8')
    expect(text).not.toContain('canary')
    expect(JSON.parse(compose('config', '--format', 'json')).services).toHaveProperty(
      'mcp-alertmanager-vattenfall',
    )
    expect((await supportmax(world.place, 'compose', 'generate', '--check')).code).toBe(0)
  })

  it('can be started by hand once the images exist; supportmax then finds it ready', async () => {
    expect((await supportmax(world.place, 'images', 'build')).code).toBe(0)
    const names = [...readFileSync(path, 'utf8').matchAll(/\$\{(SUPPORTMAX_TOKEN_\w+):-\}/g)].map(
      ([, name]) => name,
    )
    expect(names).toHaveLength(5)
    const tokens = names.map(name => `${name}=by-hand-${name?.toLowerCase()}\n`)
    appendFileSync(join(world.place.folder, 'mcp_credentials.env'), tokens.join(''))
    compose('up', '-d')
    await until('both Alertmanagers are ready', async () => {
      const { stdout } = await supportmax(world.place, 'status', '--json')
      const { servers } = JSON.parse(stdout) as { servers: { server: string; state: string }[] }
      return (
        servers.filter(({ server, state }) => server === 'alertmanager' && state === 'ready').length === 2
      )
    })
  })

  it('hardens every container', () => {
    for (const service of [
      'mcp-alertmanager-vattenfall',
      'mcp-genesys-vattenfall',
      'mcp-grafana-segurcaixa',
    ]) {
      const [info] = JSON.parse(docker('inspect', container(service)))
      expect(info.Config.User).toBe('1000:1000')
      expect(info.HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Init: true,
        Memory: 256 * 1024 * 1024,
        NanoCpus: 500_000_000,
        PidsLimit: expect.any(Number),
      })
      const bindings = Object.values(
        info.HostConfig.PortBindings as Record<string, { HostIp: string }[]>,
      ).flat()
      expect(bindings.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1'])
    }
  })

  it('keeps customers apart: by name, by address and by published port', async () => {
    const inside = (code: string) =>
      docker('exec', container('mcp-alertmanager-vattenfall'), 'node', '-e', code).trim()
    const reaches = (url: string) =>
      inside(
        `fetch('${url}', { signal: AbortSignal.timeout(2000) }).then(() => console.log('reached'), () => console.log('not'))`,
      )
    const [other] = JSON.parse(docker('inspect', container('mcp-alertmanager-segurcaixa')))
    const [network] = Object.values(
      other.NetworkSettings.Networks as Record<string, { IPAddress: string; Gateway: string }>,
    )
    const port = Object.values(
      other.HostConfig.PortBindings as Record<string, { HostPort: string }[]>,
    ).flat()[0]?.HostPort
    expect(reaches('http://127.0.0.1:8888/mcp')).toBe('reached')
    expect(reaches('http://mcp-alertmanager-segurcaixa:8888/mcp')).toBe('not')
    expect(reaches(`http://${network?.IPAddress}:8888/mcp`)).toBe('not')
    expect(reaches(`http://${network?.Gateway}:${port}/mcp`)).toBe('not')
  })

  it('supportmax removes what was started by hand', async () => {
    expect((await supportmax(world.place, 'down')).code).toBe(0)
    expect(leftOf(world.project)).toBe('')
  })
})
