// Servers that are container images, on a real engine: over HTTP, and over stdio, held by a bridge.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { groundMissing, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { buildFixtureImage, buildStdioImage, STDIO_IMAGE } from '../helpers/stdio-image.ts'
import { until } from '../helpers/until.ts'

const missing = await groundMissing()
const HTTP = 'supportmax-test/tokenless:1'

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()

describe.skipIf(missing)('servers that are images', () => {
  let place: Place
  const project = projectName()
  const pool = networkPool()
  const start = 21_000 + ((process.pid * 30) % 9_000)
  const run = (...args: string[]) => supportmax(place, ...args)
  const http = { name: 'web', image: HTTP, container_port: 8888, port: start }
  const stdio = (customer: string, more: object = {}) => ({
    name: 'lines',
    image: STDIO_IMAGE,
    transport: 'stdio',
    args: ['well'],
    env: { LINES_TOKEN: `\${LINES_TOKEN_${customer}}` },
    read_only_tools: ['echo', 'environment'],
    ...more,
  })
  const held = (customer: string) =>
    docker(
      'ps',
      '-aq',
      '--no-trunc',
      '-f',
      `label=supportmax.held=${project}`,
      '-f',
      `label=supportmax.customer=${customer}`,
    )

  function write(acme: object[], beta: object[]): void {
    const customers = [
      { name: 'Acme', mcp_servers: acme },
      { name: 'Beta', mcp_servers: beta },
    ]
    writeFileSync(
      join(place.folder, 'mcp_servers.json'),
      JSON.stringify({ project, network_pool: pool, customers }),
    )
  }

  async function states(): Promise<string[]> {
    const { servers } = JSON.parse((await run('status', '--json')).stdout)
    return servers.map((one: Record<string, string>) => `${one.customer}/${one.server} ${one.state}`)
  }

  async function environment(customer: string) {
    const ran = await run('tools', 'call', customer, 'lines', 'environment', '--json')
    expect(ran.code, ran.stderr).toBe(0)
    return JSON.parse(JSON.parse(ran.stdout).text) as { env: Record<string, string>; cwd: string }
  }

  beforeAll(() => {
    buildFixtureImage(HTTP, 'tokenless-mcp.ts')
    buildStdioImage()
    place = placeIn(newFolder())
    writeFileSync(
      join(place.folder, 'mcp_credentials.env'),
      'LINES_TOKEN_ACME=token-of-acme\nLINES_TOKEN_BETA=token-of-beta\n',
      { mode: 0o600 },
    )
    mkdirSync(join(place.folder, 'data'))
    write([http, stdio('ACME', { volumes: ['./data:/data'] })], [stdio('BETA')])
  })
  afterAll(async () => {
    await run('down')
    await sweep(project)
  })

  it('run nothing before a person has allowed them', async () => {
    const up = await run('up', '--timeout', '20')
    expect(up.code).not.toBe(0)
    expect(up.stderr).toContain(`it runs an image that you have not allowed: ${HTTP}`)
    expect(up.stderr).toContain(`it runs an image that you have not allowed: ${STDIO_IMAGE} well`)
    expect(docker('ps', '-aq', '-f', `label=supportmax.project=${project}`)).toBe('')
    expect(held('acme') + held('beta')).toBe('')
  })

  it('are ready once they are allowed, over HTTP and over stdio', async () => {
    const trust = await run('trust', '--yes')
    expect(trust.stderr).toContain('with the volume')
    const up = await run('up', '--timeout', '30')
    expect(up.code, up.stderr).toBe(0)
    expect(await states()).toEqual(['acme/web ready', 'acme/lines ready', 'beta/lines ready'])
    expect((await run('up', '--timeout', '30')).stderr).toContain('2 unchanged (local)')
  })

  it('get their own customer’s credential, and are hardened like the others', async () => {
    expect((await environment('acme')).env).toMatchObject({ LINES_TOKEN: '‹hidden›', HOME: '/tmp' })
    for (const customer of ['acme', 'beta']) {
      const [info] = JSON.parse(docker('inspect', held(customer)))
      expect(info.Config.Env).toContain(`LINES_TOKEN=token-of-${customer}`)
      expect(JSON.stringify(info.Config.Env)).not.toContain('SERVER_TOKEN')
      expect(info.Config).toMatchObject({ User: '1000:1000', OpenStdin: true })
      expect(info.HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Memory: 256 * 1024 * 1024,
        PidsLimit: 64,
        AutoRemove: true,
        LogConfig: { Type: 'none' },
      })
      expect(Object.keys(info.NetworkSettings.Networks)).toEqual([`${project}_customer-${customer}`])
      for (const mount of info.Mounts) expect(mount.RW && mount.Type === 'bind').toBe(false)
    }
    expect(execFileSync('ps', ['-axww', '-o', 'args'], { encoding: 'utf8' })).not.toContain('token-of-')
  })

  it('are marked in the compose file as needing supportmax, and not started by hand', () => {
    const file = join(place.folder, 'docker-compose.mcps.yml')
    expect(readFileSync(file, 'utf8')).toContain('a stdio server: supportmax runs it')
    const byHand = docker('compose', '--env-file', '/dev/null', '-f', file, 'config', '--services')
    expect(byHand.split('\n')).toEqual(['mcp-web-acme'])
  })

  it('end with their bridge, and come back', async () => {
    const before = held('acme')
    const { servers } = JSON.parse((await run('status', 'acme', '--json')).stdout)
    const bridge = servers.find((one: { server: string }) => one.server === 'lines')
    process.kill(Number(bridge.containerId), 'SIGKILL')
    await until('its container is gone', () => held('acme') === '')
    expect((await run('up', 'acme', '--timeout', '30')).code).toBe(0)
    expect(held('acme')).not.toBe(before)
  })

  it('that ignore the end of their stdin leave nothing after a kill, a restart and down', async () => {
    write([http], [stdio('BETA', { args: ['stubborn'] })])
    await run('trust', '--yes')
    const up = await run('up', '--timeout', '20')
    expect(up.code, up.stderr).toBe(0)
    expect(held('acme')).toBe('')
    const before = held('beta')
    expect(before).not.toBe('')
    await run('restart', 'beta', '--timeout', '20')
    expect(held('beta').split('\n')).toHaveLength(1)
    expect(held('beta')).not.toBe(before)
    const down = await run('down')
    expect(down.code, down.stderr).toBe(0)
    expect(held('beta')).toBe('')
    expect(docker('network', 'ls', '-q', '-f', `label=supportmax.project=${project}`)).toBe('')
  })

  it('mount nothing that would show them a secret or the engine, wherever links lead', async () => {
    symlinkSync(place.folder, join(place.folder, 'data', 'up'))
    for (const source of [
      '.',
      './data/up',
      '/var/run/docker.sock',
      './mcp_credentials.env',
      '/',
      './missing',
    ]) {
      write([http], [stdio('BETA', { volumes: [`${source}:/data`] })])
      await run('trust', '--yes')
      const up = await run('up', 'beta', '--timeout', '20')
      expect(up.code).not.toBe(0)
      expect(up.stderr).toMatch(/which no server may see|does not exist/)
      expect(held('beta')).toBe('')
    }
  })
})
