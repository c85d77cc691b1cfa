import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { World } from '../../src/demo/world.ts'
import { regionHost } from '../../src/mcps/genesys/regions.ts'
import { startDemoWorld } from '../helpers/demo-world.ts'
import { connect, type TestClient, WAYS_IN } from '../helpers/mcp-clients.ts'
import { type OwnServer, startOwnServer } from '../helpers/own-server.ts'
import { until } from '../helpers/until.ts'

const SYSTEM = 'nordwind/genesys'
const CLIENT = {
  GENESYS_REGION: 'eu-central-1',
  GENESYS_CLIENT_ID: 'demo-nordwind-client',
  GENESYS_CLIENT_SECRET: 'demo-nordwind-not-a-secret',
}

describe('the Genesys MCP server on a simulated Genesys Cloud', () => {
  let world: World
  let server: OwnServer
  let client: TestClient

  const start = (env: Record<string, string> = {}) =>
    startOwnServer('genesys', {
      ...CLIENT,
      GENESYS_LOGIN_URL: `${world.url}/nordwind/genesys/login`,
      GENESYS_API_URL: `${world.url}/nordwind/genesys/api/`,
      ...env,
    })
  const signIns = () => world.requests.filter(({ path }) => path === '/login/oauth/token').length

  beforeAll(async () => {
    world = await startDemoWorld()
    server = await start()
    client = await connect('modern', server)
  })
  afterAll(async () => {
    await client?.close()
    await server?.stop()
    await world?.close()
  })
  beforeEach(() => world.setFault(SYSTEM, undefined))

  it.each(WAYS_IN)('offers only reading tools and names the organization, to a %s client', async way => {
    const other = await connect(way, server)
    const tools = await other.tools()
    expect(tools.map(tool => tool.name).sort()).toEqual([
      'get_estimated_wait_time',
      'get_organization',
      'get_queue',
      'get_queue_history',
      'get_queue_observations',
      'list_presence_definitions',
      'list_queue_members',
      'list_queues',
    ])
    expect(tools.every(tool => tool.annotations.readOnlyHint === true)).toBe(true)
    const { json } = await other.call('get_organization')
    expect(json.summary).toBe('Signed in to the Genesys Cloud organization Nordwind Energie GmbH (active).')
    await other.close()
  })

  it('lists queues by a part of their name, in pages', async () => {
    const named = await client.call('list_queues', { name: 'KUNDEN' })
    expect(named.json.summary).toBe('2 queues: Kundenservice Gas, Kundenservice Strom.')
    const second = await client.call('list_queues', { limit: 2, offset: 2 })
    expect(second.json.paging).toEqual({ total: 5, offset: 2, returned: 2, next_offset: 4 })
    expect((await client.call('list_queues', { name: 'none such' })).json.summary).toBe('No queues.')
  })

  it('accepts names in any case instead of ids, and suggests similar ones', async () => {
    const byName = await client.call('get_queue', { queue: 'störungsannahme' })
    const byId = await client.call('get_queue', { queue: byName.json.queue.id })
    expect(byId.json).toEqual(byName.json)
    const vague = await client.call('get_queue', { queue: 'Kundenservice' })
    expect([vague.isError, vague.text]).toEqual([
      true,
      expect.stringContaining('candidates: Kundenservice Gas, Kundenservice Strom'),
    ])
    expect((await client.call('get_queue', { queue: 'nope' })).text).toContain('no queue with the name or id')
  })

  it('reads the live state of all queues, the busiest first, and of one', async () => {
    const all = (await client.call('get_queue_observations')).json
    expect(all.summary).toMatch(/^5 queues: \d+ waiting and 28 interacting\. Waiting: E-Mail Backoffice \d+/)
    const one = (await client.call('get_queue_observations', { queues: ['Störungsannahme'] })).json
    expect(one.queues).toHaveLength(1)
    const [queue] = one.queues
    expect(queue).toMatchObject({ name: 'Störungsannahme', interacting: 6, on_queue: 7, off_queue: 1 })
    expect(queue.on_queue_by_status).toEqual({ interacting: 6, not_responding: 1 })
    expect(queue.presences).toEqual({ 'On Queue': 7, Meal: 1 })
    // The API tells since when the oldest waits, not how long.
    expect(queue.longest_wait_seconds).toBeGreaterThanOrEqual(312)
    expect(queue.longest_wait_seconds).toBeLessThan(400)
  })

  it('reads what one queue did before, as series over time and in total', async () => {
    const { json } = await client.call('get_queue_history', { queues: ['störungsannahme'], hours: 6 })
    expect(json.summary).toMatch(
      /^Queue Störungsannahme in 6 hours: \d+ offered, \d+ answered, \d+ abandoned \([\d.]+ %\), average wait \d+/,
    )
    expect([json.minutes, Date.parse(json.to) - Date.parse(json.from)]).toEqual([15, 6 * 3_600_000])
    const [offered, abandoned, wait] = json.series
    expect([offered.label, abandoned.label, wait.label]).toEqual([
      'Störungsannahme: offered',
      'Störungsannahme: abandoned',
      'Störungsannahme: average wait (s)',
    ])
    expect(offered.timestamps).toHaveLength(24)
    const sum = (values: number[]) => values.reduce((all, one) => all + one, 0)
    const [queue] = json.queues
    expect([sum(offered.values), sum(abandoned.values)]).toEqual([queue.offered, queue.abandoned])
    expect(queue.answered).toBe(queue.offered - queue.abandoned)
    // A trunk has been down for 47 minutes: since then callers give up.
    expect(Math.max(...abandoned.values.slice(-4))).toBeGreaterThan(
      2 * Math.max(...abandoned.values.slice(0, 18)),
    )
  })

  it('reads the history of all queues, the most abandoned first, in parts that a person can survey', async () => {
    const parts = async (hours: number) => {
      const { json } = await client.call('get_queue_history', { hours })
      return [json.minutes, json.series[0].values.length]
    }
    expect([await parts(1), await parts(24), await parts(168)]).toEqual([
      [15, 4],
      [60, 24],
      [240, 42],
    ])
    const { json } = await client.call('get_queue_history')
    expect(json.summary).toMatch(/^5 queues in 6 hours: .* Abandoned most: Störungsannahme \d+ of \d+,/)
    expect(json.queues.map((one: { name: string }) => one.name)).toContain('Zählerstand')
    expect((await client.call('get_queue_history', { hours: 0 })).isError).toBe(true)
  })

  it('counts what never happened as none', async () => {
    const { json } = await client.call('get_queue_history', { queues: ['E-Mail Backoffice'], hours: 168 })
    expect(json.series[1].values.every((one: number) => one === 0)).toBe(true)
    expect(json.queues[0].abandoned_percent).toBe(0)
  })

  it('reads members, the estimated wait and presences', async () => {
    const members = await client.call('list_queue_members', { queue: 'Störungsannahme', limit: 3 })
    expect(members.json.summary).toBe(
      'Queue Störungsannahme has 8 members: 6 interacting, 1 not responding, 1 off queue. Showing 1-3 of 8 members.',
    )
    const wait = await client.call('get_estimated_wait_time', { queue: 'Zählerstand' })
    expect(wait.json.summary).toMatch(/^The estimated wait in Zählerstand is \d+s\.$/)
    expect((await client.call('list_presence_definitions')).json.counts.total).toBe(9)
  })

  it('signs in once for many parallel calls, and once more when the token has expired', async () => {
    const before = signIns()
    world.expireTokens()
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.call('get_organization')))
    expect(answers.some(answer => answer.isError)).toBe(false)
    expect(signIns() - before).toBe(1)
  })

  it('renews its token before it expires', async () => {
    const short = await startDemoWorld({ tokenSeconds: 1 })
    const other = await startOwnServer('genesys', {
      ...CLIENT,
      GENESYS_LOGIN_URL: `${short.url}/nordwind/genesys/login`,
      GENESYS_API_URL: `${short.url}/nordwind/genesys/api`,
    })
    const otherClient = await connect('modern', other)
    const tokens = () => short.requests.filter(({ path }) => path.startsWith('/login')).length
    await until('a second sign-in', async () => {
      expect((await otherClient.call('get_organization')).isError).toBe(false)
      return tokens() > 1
    })
    await otherClient.close()
    await other.stop()
    await short.close()
  })

  it('obeys Retry-After, and fails with a clear message if it is too long', async () => {
    world.setFault(SYSTEM, { kind: 'status', status: 429, retryAfter: 1, path: '/api' })
    const before = world.requests.length
    // A client that comes back after less than a second is rejected again and sends a third request.
    setTimeout(() => world.setFault(SYSTEM, undefined), 900)
    expect((await client.call('get_organization')).isError).toBe(false)
    expect(world.requests.slice(before)).toHaveLength(2)
    world.setFault(SYSTEM, { kind: 'status', status: 429, retryAfter: 300, path: '/api' })
    const answer = await client.call('get_organization')
    expect([answer.isError, answer.text]).toEqual([
      true,
      'Genesys Cloud: rate limited, try again in 5 min (HTTP 429): injected fault',
    ])
  })

  it('says which credential or region is wrong, and never the secret', async () => {
    const wrong = await start({ GENESYS_CLIENT_SECRET: 'canary-secret-4711' })
    const other = await connect('modern', wrong)
    const answer = await other.call('get_organization')
    expect([answer.isError, answer.text]).toEqual([
      true,
      'Genesys Cloud login: not authorized (HTTP 401): client not found or wrong secret; check the OAuth client and its region',
    ])
    expect(wrong.log()).not.toContain('canary-secret-4711')
    await other.close()
    await wrong.stop()
    await expect(start({ GENESYS_API_URL: '', GENESYS_REGION: 'eu-centrl-1' })).rejects.toThrow(
      /eu-centrl-1.*did you mean .*eu-central-1/,
    )
    await expect(start({ GENESYS_CLIENT_SECRET: '' })).rejects.toThrow('GENESYS_CLIENT_SECRET: not set')
  })

  it('shows ids if it has no permission to read presences', async () => {
    world.setFault(SYSTEM, { kind: 'status', status: 403, path: '/api/api/v2/presence' })
    expect((await client.call('get_queue_observations')).json.counts.queues).toBe(5)
  })

  it('knows regions by name and by host', () => {
    for (const word of [
      'eu-central-1',
      'mypurecloud.de',
      'login.mypurecloud.de',
      'https://api.mypurecloud.de/',
      'LOGIN.mypurecloud.de:443',
    ])
      expect(regionHost(word)).toBe('mypurecloud.de')
    expect(() => regionHost('mypurecloud.dee')).toThrow('did you mean "mypurecloud.de"?')
  })
})
