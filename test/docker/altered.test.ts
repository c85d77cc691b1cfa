// Containers that somebody has changed or added by hand: `up` sees it and heals it, and leaves no stray behind.
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSupportmax, supportmax } from '../helpers/cli.ts'
import { BASE, groundMissing, leftOf } from '../helpers/docker.ts'
import { type FirstFile, firstFile } from '../helpers/first-file.ts'
import { until } from '../helpers/until.ts'

const missing = await groundMissing('bridge', 'alertmanager')

describe.skipIf(missing)('a container that was changed by hand', () => {
  let world: FirstFile
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()
  const container = () =>
    docker('ps', '-q', '--filter', `name=${world.project}-mcp-alertmanager-segurcaixa`, '--no-trunc')
  const network = () => `${world.project}_customer-segurcaixa`
  const up = (...args: string[]) =>
    supportmax(world.place, 'up', '--type', 'alertmanager', '--timeout', '30', ...args)
  const row = async () => {
    const { stdout } = await supportmax(world.place, 'status', 'segurcaixa', '--json')
    const { servers } = JSON.parse(stdout) as { servers: { server: string; state: string; reason: string }[] }
    return servers.find(one => one.server === 'alertmanager')
  }

  beforeAll(async () => {
    world = await firstFile()
    const started = await up()
    expect(started.code, started.stderr).toBe(0)
  })
  afterAll(() => world?.end())

  it.each([
    {
      what: 'lost its network',
      change: () => docker('network', 'disconnect', network(), container()),
      cause: () => `it lost its network ${network()}`,
      state: 'unhealthy',
    },
    {
      what: 'was attached to another network',
      change: () => docker('network', 'connect', 'bridge', container()),
      cause: () => 'it was attached to the network bridge',
      state: 'ready',
    },
    {
      what: 'got other limits',
      change: () => docker('update', '--memory', '512m', '--memory-swap', '1g', container()),
      cause: () => 'its limit of memory was changed: 536870912 instead of 268435456',
      state: 'ready',
    },
    {
      what: 'got another restart policy',
      change: () => docker('update', '--restart', 'no', container()),
      cause: () => 'its restart policy was changed to no',
      state: 'ready',
    },
  ])('that $what is recreated by the next up, and named before', async ({ change, cause, state }) => {
    expect((await up('--dry-run')).stderr).toContain('nothing to change')
    const before = container()
    change()
    expect(await row()).toMatchObject({ state, reason: expect.stringContaining(cause()) })
    expect((await up('--dry-run')).stderr).toContain(`  recreate segurcaixa/alertmanager: ${cause()}`)
    const healed = await up()
    expect(healed.code, healed.stderr).toBe(0)
    expect(container()).not.toBe(before)
    expect(await row()).toMatchObject({ state: 'ready', reason: '9 tools' })
  })

  it('what nobody configured goes with up and with down, by its labels', async () => {
    const label = (customer: string) => [
      ...['--label', `supportmax.project=${world.project}`],
      ...['--label', `supportmax.customer=${customer}`, '--label', 'supportmax.server=grafana'],
    ]
    const stray = () =>
      docker('run', '-d', ...label('formerly'), BASE, 'node', '-e', 'setInterval(() => {}, 1000)')
    const first = stray()
    const removed = await supportmax(world.place, 'up', '--timeout', '30')
    expect(removed.stderr).toContain('formerly/grafana: no longer in the configuration')
    expect(docker('ps', '-aq', '--no-trunc')).not.toContain(first)
    stray()
    const down = await supportmax(world.place, 'down')
    expect(down.code, down.stderr).toBe(0)
    expect(leftOf(world.project)).toBe('')
  })

  it('an interrupted up says what keeps running, and down removes it', async () => {
    const { child, ended } = startSupportmax(world.place, 'up', 'segurcaixa', '--timeout', '30')
    await until('a container runs', () => container() !== '')
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/supportmax: interrupted: \d servers? keeps? running/)
    expect(stderr).toMatch(/ up segurcaixa` to continue, or `\S+ down segurcaixa` to remove (it|them)\n/)
    expect((await supportmax(world.place, 'down')).code).toBe(0)
    expect(leftOf(world.project)).toBe('')
  })
})
