// The long figures: many calls over two customers with servers of the same names, and a whole department on the engine.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import type { World } from '../../src/demo/world.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { startDemoWorld } from '../helpers/demo-world.ts'
import {
  BASE,
  groundMissing,
  leftOf,
  NAME_PREFIX,
  networkPool,
  projectName,
  sweep,
} from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'

const CALLS = 20_000
const AT_ONCE = 20
const allow = async () => ({ allowed: true as const })

describe(`${CALLS.toLocaleString('en')} interleaved calls over two customers`, () => {
  let world: World
  let place: Place
  let app: App

  beforeAll(async () => {
    world = await startDemoWorld()
    place = placeIn(newFolder())
    const of = (id: string) => ({
      name: id,
      id,
      mcp_servers: [
        { type: 'alertmanager', config: { alertmanager_url: `${world.url}/${id}/alertmanager` } },
      ],
    })
    const settings = { port_ranges: { alertmanager: { start: await freePort() } } }
    const document = {
      runtime: 'local',
      customers: [of('nordwind'), of('segura')],
      container_settings: settings,
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    expect((await supportmax(place, 'up')).code).toBe(0)
    app = openApp({ config: join(place.folder, 'mcp_servers.json'), environment: readEnvironment(place.env) })
  })
  afterAll(async () => {
    await app?.close()
    await supportmax(place, 'down')
    await world?.close()
  })

  it('none is answered by the wrong customer, none is lost, and memory does not grow with them', async () => {
    const [a, b] = app.project.customers
    if (!a || !b) throw new Error('no customers')
    const toolsets = [await app.toolsetFor(a), await app.toolsetFor(b)] as [Toolset, Toolset]
    const marks = ['SiteUnreachable', 'PolicyApiLatencyHigh'] as const
    let [wrong, lost, half] = [0, 0, 0]
    const one = async (i: number) => {
      const own = i % 2
      const outcome = await toolsets[own as 0 | 1].call('alertmanager__list_alerts', {}, { approve: allow })
      if (outcome.kind !== 'answered') lost++
      else if (!outcome.text.includes(marks[own] ?? '') || outcome.text.includes(marks[1 - own] ?? ''))
        wrong++
    }
    const began = performance.now()
    for (let i = 0; i < CALLS; i += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => one(i + n)))
      if (i === CALLS / 2) half = process.memoryUsage().rss
    }
    const seconds = (performance.now() - began) / 1_000
    const grown = (process.memoryUsage().rss - half) / 2 ** 20
    console.log(`${CALLS} calls in ${seconds.toFixed(1)} s, second half grew ${grown.toFixed(0)} MiB`)
    expect([wrong, lost]).toEqual([0, 0])
    expect(grown).toBeLessThan(150)
  })
})

/** `.invalid` never resolves (RFC 2606): nobody is asked anything. */
const NOWHERE = {
  region: 'mypurecloud.de',
  login_url: 'http://nowhere.invalid',
  api_url: 'http://nowhere.invalid',
}

const noEngine = await groundMissing()

describe.skipIf(noEngine)('12 customers with 2 servers each on the engine', () => {
  const project = projectName()
  let place: Place
  beforeAll(() => {
    place = placeIn(newFolder())
    const customers = Array.from({ length: 12 }, (_, i) => ({
      name: `Customer ${i}`,
      mcp_servers: [
        { type: 'alertmanager', config: { alertmanager_url: 'http://nowhere.invalid' } },
        {
          type: 'genesys',
          config: { ...NOWHERE, oauth_client_id_env: 'ID', oauth_client_secret_env: 'SECRET' },
        },
      ],
    }))
    const settings = {
      build: { base: BASE, name_prefix: NAME_PREFIX },
      port_ranges: { alertmanager: { start: 24_000 }, genesys: { start: 24_100 } },
    }
    const document = { project, network_pool: networkPool(), customers, container_settings: settings }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    place.env.ID = 'soak-id-1'
    place.env.SECRET = 'soak-secret-1'
  })
  afterAll(() => {
    sweep(project)
  })

  it('comes up, is a no-op the second time, and leaves nothing', async () => {
    const timed = async (...args: string[]) => {
      const began = performance.now()
      const ran = await supportmax(place, ...args)
      console.log(
        `${args.join(' ')}: exit ${ran.code}, ${((performance.now() - began) / 1_000).toFixed(1)} s`,
      )
      return ran
    }
    await supportmax(place, 'trust', '--yes')
    expect((await timed('up', '--no-wait')).code).toBe(0)
    expect((await timed('up', '--no-wait')).stderr).toContain('nothing to change: 24 unchanged')
    // The systems behind do not exist: all doors are open, and none is called ready.
    const states = async () => {
      const { servers } = JSON.parse((await timed('status', '--json')).stdout) as {
        servers: { state: string }[]
      }
      return [...new Set(servers.map(one => one.state))]
    }
    await expect.poll(states, { timeout: 120_000 }).toEqual(['degraded'])
    expect((await timed('down')).code).toBe(0)
    expect(leftOf(project)).toBe('')
  })
})
