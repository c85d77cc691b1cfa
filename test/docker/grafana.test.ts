import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { grafanaImage, groundMissing, leftOf, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { bridgeAddress } from '../helpers/first-file.ts'
import { newFolder } from '../helpers/folder.ts'
import { type GrafanaApi, startGrafanaApi } from '../helpers/grafana-api.ts'
import { freePort } from '../helpers/ports.ts'

const missing = await groundMissing('bridge')
const { ref: IMAGE, real } = missing ? { ref: '', real: false } : grafanaImage()

interface Line {
  customer: string
  server: string
  state: string
  reason: string
  endpoint: string
  transport: string
}

describe.skipIf(missing)(
  `${real ? 'the real Grafana MCP server' : 'the stand-in for Grafana'} in hardened containers`,
  () => {
    const project = projectName()
    const folder = newFolder()
    const pool = networkPool()
    const place: Place = placeIn(folder, {
      GRAFANA_TOKEN_ACME: 'token-acme',
      GRAFANA_TOKEN_GLOBEX: 'token-globex',
    })
    let acme: GrafanaApi
    let globex: GrafanaApi

    beforeAll(async () => {
      const address = bridgeAddress()
      acme = await startGrafanaApi({ address, token: 'token-acme', name: 'acme' })
      globex = await startGrafanaApi({ address, token: 'token-globex', name: 'globex' })
    })
    afterAll(async () => {
      await Promise.all([acme.stop(), globex.stop()])
      sweep(project)
    })

    async function configure(image: string, path = 'mcp'): Promise<void> {
      const customer = async (name: string, api: GrafanaApi) => ({
        name,
        mcp_servers: [
          {
            type: 'grafana',
            url: `http://mcp-grafana-${name}:8888/${path}`,
            port: await freePort(),
            config: { grafana_url: api.url },
          },
        ],
      })
      const document = {
        project,
        network_pool: pool,
        customers: [await customer('acme', acme), await customer('globex', globex)],
        container_settings: { images: { grafana: image } },
      }
      writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
      await supportmax(place, 'trust', '--yes')
    }
    const status = async (): Promise<Line[]> =>
      JSON.parse((await supportmax(place, 'status', '--json')).stdout).servers
    const call = (customer: string, tool: string, args = {}) =>
      supportmax(place, 'tools', 'call', customer, 'grafana', tool, '--args', JSON.stringify(args))

    for (const image of real ? [IMAGE, IMAGE.replace('2.1.1', '1.1.0')] : [IMAGE])
      it(`${image} is ready, and each customer's answers come from its own Grafana`, async () => {
        await configure(image)
        const up = await supportmax(place, 'up', '--timeout', '30')
        expect(up.code, up.stderr + up.stdout).toBe(0)
        expect((await status()).map(({ state }) => state)).toEqual(['ready', 'ready'])
        // Another release has other definitions, which are used once a person has accepted them.
        for (const name of ['acme', 'globex']) await supportmax(place, 'tools', 'accept', name, '--yes')
        const [ofAcme, ofGlobex] = [
          await call('acme', 'list_datasources'),
          await call('globex', 'list_datasources'),
        ]
        expect(ofAcme.stdout).toContain('acme-prometheus')
        expect(ofAcme.stdout).not.toContain('globex')
        expect(ofGlobex.stdout).toContain('globex-prometheus')
        expect(ofGlobex.stdout).not.toContain('acme')
      })

    it.runIf(real)('the older transport works too', async () => {
      await configure(IMAGE, 'sse')
      expect((await supportmax(place, 'up', '--timeout', '30')).code).toBe(0)
      expect(await status()).toMatchObject([
        { state: 'ready', transport: 'sse' },
        { state: 'ready', transport: 'sse' },
      ])
    })

    it('a server whose token Grafana refuses is degraded and says so; the right token makes it ready again', async () => {
      await configure(IMAGE)
      acme.renewToken('token-acme-renewed')
      const up = await supportmax(place, 'up', '--timeout', '8')
      expect(up.code).toBe(1)
      const states = await status()
      expect(states).toMatchObject([
        { customer: 'acme', state: 'degraded', reason: expect.stringMatching(/401|Invalid API key/) },
        { customer: 'globex', state: 'ready' },
      ])
      place.env.GRAFANA_TOKEN_ACME = 'token-acme-renewed'
      const again = await supportmax(place, 'up', '--timeout', '30')
      expect(again.code, again.stderr + again.stdout).toBe(0)
      expect((await supportmax(place, 'down')).code).toBe(0)
      expect(leftOf(project)).toBe('')
    })

    it('answers no other Host, and nobody without its own token', async () => {
      await configure(IMAGE)
      expect((await supportmax(place, 'up', '--timeout', '30')).code).toBe(0)
      const { endpoint } = (await status())[0] ?? { endpoint: '' }
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
      expect((await fetch(endpoint, { method: 'POST', headers, body })).status).toBe(401)
      const wrong = { ...headers, authorization: 'Bearer token-acme' }
      expect((await fetch(endpoint, { method: 'POST', headers: wrong, body })).status).toBe(401)
      expect(await statusForHost(endpoint, 'grafana.example:80')).toBe(403)
      expect((await supportmax(place, 'down')).code).toBe(0)
    })
  },
)

/** fetch() sets Host by itself. */
function statusForHost(endpoint: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request(endpoint, { method: 'POST', headers: { host } }, response => {
      response.resume()
      resolve(response.statusCode)
    })
    asking.once('error', reject).end()
  })
}
