import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { World } from '../../src/demo/world.ts'
import { startDemoWorld } from '../helpers/demo-world.ts'
import { connect } from '../helpers/mcp-clients.ts'
import { startOwnServer } from '../helpers/own-server.ts'
import { freePort } from '../helpers/ports.ts'

const main = fileURLToPath(new URL('../../src/demo/main.ts', import.meta.url))

describe('the demo world', () => {
  let world: World
  beforeAll(async () => {
    world = await startDemoWorld()
  })
  afterAll(() => world.close())

  const ask = (path: string, init: RequestInit = {}) => fetch(`${world.url}${path}`, init)
  const token = async (customer: string, id = customer) => {
    const basic = Buffer.from(`demo-${id}-client:demo-${id}-not-a-secret`).toString('base64')
    const answer = await ask(`/${customer}/genesys/login/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    return {
      status: answer.status,
      text: ((await answer.json()) as { access_token?: string }).access_token ?? '',
    }
  }

  it('has three customers with alerts of their own, and Genesys for two of them', async () => {
    const names = async (customer: string) =>
      (
        (await (await ask(`/${customer}/alertmanager/api/v2/alerts`)).json()) as {
          labels: { alertname: string }
        }[]
      ).map(alert => alert.labels.alertname)
    const all = await Promise.all(['nordwind', 'segura', 'atlantis'].map(names))
    expect(all.map(list => list.length)).toEqual([9, 5, 8])
    const shared = all.flatMap((list, i) =>
      list.filter(name => all.some((other, j) => j !== i && other.includes(name))),
    )
    expect(shared).toEqual([])
    expect([(await token('nordwind')).status, (await token('segura')).status]).toEqual([200, 200])
    expect((await token('atlantis', 'segura')).status).toBe(404)
  })

  it('lets no client of one customer, and no token, into the other', async () => {
    expect((await token('nordwind', 'segura')).status).toBe(401)
    const { text } = await token('segura')
    const headers = { authorization: `Bearer ${text}` }
    const whose = async (customer: string) =>
      (await ask(`/${customer}/genesys/api/api/v2/organizations/me`, { headers })).status
    expect([await whose('segura'), await whose('nordwind')]).toEqual([200, 401])
  })

  it('rejects names instead of ids, and revoked tokens', async () => {
    const headers = { authorization: `Bearer ${(await token('nordwind')).text}` }
    const status = async (path: string) =>
      (await ask(`/nordwind/genesys/api/api/v2${path}`, { headers })).status
    expect(await status('/routing/queues/Zählerstand')).toBe(400)
    expect(await status('/routing/queues/00000000-0000-4000-8000-000000000000')).toBe(404)
    world.expireTokens()
    expect(await status('/organizations/me')).toBe(401)
  })

  it('works with our own server like a real one, including silences', async () => {
    const server = await startOwnServer('alertmanager', {
      ALERTMANAGER_URL: `${world.url}/nordwind/alertmanager`,
      MCP_ACCESS: 'read-write',
    })
    const client = await connect('modern', server)
    const firing = async () => (await client.call('list_alerts')).json.summary
    const all = '7 alerts firing: 3 critical, 3 warning, 1 info; 1 more inhibited, 1 more silenced.'
    expect(await firing()).toBe(all)
    const matchers = ['site="hamburg"', 'severity="critical"']
    const made = await client.call('create_silence', { matchers, duration: '1h', comment: 'trunk is known' })
    expect(made.json.summary).toContain('it mutes 2 alerts: 2 critical')
    expect(await firing()).toBe(
      '5 alerts firing: 1 critical, 3 warning, 1 info; 3 more silenced, 1 more inhibited.',
    )
    await client.call('expire_silence', { id: made.json.id })
    expect(await firing()).toBe(all)
    expect((await client.call('list_alerts', { state: 'inhibited' })).json.alerts[0].alertname).toBe(
      'NodeExporterDown',
    )
    await client.close()
    await server.stop()
  })

  it('shows injected faults until they are cleared', async () => {
    const path = '/segura/alertmanager/api/v2/status'
    world.setFault('segura/alertmanager', { kind: 'status', status: 429, retryAfter: 7, times: 1 })
    const limited = await ask(path)
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await ask(path)).status).toBe(200)
    world.setFault('segura/alertmanager', { kind: 'drop' })
    await expect(ask(path)).rejects.toThrow()
    world.setFault('segura/alertmanager', undefined)
    expect((await ask(path)).status).toBe(200)
  })

  it('as a program prints its address, listens on loopback only, and ends at once', async () => {
    const port = await freePort()
    const run = () =>
      spawn(process.execPath, [main, '--port', String(port)], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
    const child = run()
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    expect(line.toString()).toBe(`demo systems: listening on http://127.0.0.1:${port}\n`)
    const others = Object.values(networkInterfaces()).flatMap(all => all ?? [])
    for (const { address, family, internal } of others)
      if (family === 'IPv4' && !internal) await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow()

    const second = run()
    const [complaint] = (await once(second.stderr, 'data')) as [Buffer]
    expect(complaint.toString()).toBe(`demo systems: port ${port} is already in use\n`)
    expect((await once(second, 'close'))[0]).toBe(1)

    child.kill('SIGTERM')
    expect((await once(child, 'close'))[0]).toBe(0)
  })
})
