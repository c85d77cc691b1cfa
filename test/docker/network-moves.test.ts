import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { supportmax } from '../helpers/cli.ts'
import { groundMissing, leftOf, networkPool } from '../helpers/docker.ts'
import { type FirstFile, firstFile } from '../helpers/first-file.ts'

const missing = await groundMissing('bridge', 'alertmanager')

interface PlannedStep {
  kind: string
  server: string
  cause: string
}

describe.skipIf(missing)('after another network_pool, an up for one type of one customer', () => {
  let world: FirstFile
  const containers = () =>
    new Map(
      execFileSync(
        'docker',
        [
          ...['ps', '--no-trunc', '--filter', `label=supportmax.project=${world.project}`],
          ...['--format', '{{.Label "supportmax.customer"}}/{{.Label "supportmax.server"}} {{.ID}}'],
        ],
        { encoding: 'utf8' },
      )
        .trim()
        .split('\n')
        .map(line => line.split(' ') as [string, string]),
    )
  const subnetOf = (customer: string) =>
    execFileSync(
      'docker',
      [
        ...['network', 'inspect', `${world.project}_customer-${customer}`],
        ...['-f', '{{(index .IPAM.Config 0).Subnet}}'],
      ],
      { encoding: 'utf8' },
    ).trim()
  const plannedBy = async (...more: string[]): Promise<PlannedStep[]> => {
    const { stdout } = await supportmax(
      world.place,
      'up',
      'vattenfall',
      '--type',
      'grafana',
      '--json',
      ...more,
    )
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { type: string; steps: PlannedStep[] })
    return events.find(event => event.type === 'planned')?.steps ?? []
  }

  beforeAll(async () => {
    world = await firstFile()
    const started = await supportmax(world.place, 'up', '--no-wait')
    if (started.code !== 0) throw new Error(started.stderr)
  })
  afterAll(() => world?.end())

  it('names, dry and for real, every container that goes, and leaves the other customer alone', async () => {
    const before = containers()
    expect(before.size).toBe(5)
    const [old, other] = [subnetOf('vattenfall'), subnetOf('segurcaixa')]
    const file = join(world.place.folder, 'mcp_servers.json')
    const moved = readFileSync(file, 'utf8').replace(
      /"network_pool":"[^"]*"/,
      `"network_pool":"${networkPool()}"`,
    )
    writeFileSync(file, moved)

    const dry = await plannedBy('--dry-run')
    expect(containers()).toEqual(before)
    expect(dry.map(step => `${step.kind} ${step.server}`).sort()).toEqual([
      'recreate vattenfall/alertmanager',
      'recreate vattenfall/genesys',
      'recreate vattenfall/grafana',
    ])
    for (const { cause } of dry) expect(cause).toMatch(`its network moves from ${old} to `)

    expect(await plannedBy('--no-wait')).toEqual(dry)
    const after = containers()
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
    for (const [server, id] of after)
      expect(id === before.get(server), server).toBe(server.startsWith('segurcaixa/'))
    expect(dry[0]?.cause).toContain(`to ${subnetOf('vattenfall')}`)
    expect(subnetOf('segurcaixa')).toBe(other)
    expect((await supportmax(world.place, 'down')).code).toBe(0)
    expect(leftOf(world.project)).toBe('')
  })
})
