import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ALERTMANAGERS, type RunningAlertmanager, startAlertmanager } from '../helpers/alertmanager.ts'
import { connect, type TestClient, WAYS_IN } from '../helpers/mcp-clients.ts'
import { type OwnServer, startOwnServer } from '../helpers/own-server.ts'
import { until } from '../helpers/until.ts'

const TOOLS = [
  'create_silence',
  'expire_silence',
  'get_silence',
  'get_status',
  'list_alert_groups',
  'list_alerts',
  'list_receivers',
  'list_silences',
  'preview_silence',
]

const trunk = (site: string, severity = 'critical') => ({
  labels: { alertname: 'TrunkDown', severity, site, team: 'telephony' },
  annotations: { summary: `SIP trunk of ${site} is down` },
})
const disk = (host: string) => ({
  labels: { alertname: 'DiskFull', severity: 'warning', host },
  annotations: { description: `Disk of ${host} is over 90 %` },
})

if (ALERTMANAGERS.length === 0) it.skip('needs prometheus-alertmanager', () => {})

describe.each(ALERTMANAGERS)(
  'the Alertmanager MCP server on the real Alertmanager $version',
  ({ program }) => {
    let alertmanager: RunningAlertmanager
    let server: OwnServer
    let reader: OwnServer
    let client: TestClient

    beforeAll(async () => {
      alertmanager = await startAlertmanager({ program, routePrefix: '/alertmanager' })
      const env = { ALERTMANAGER_URL: `${alertmanager.url}/` }
      server = await startOwnServer('alertmanager', {
        ...env,
        MCP_ACCESS: 'read-write',
        MCP_PATH: '/team/sse',
      })
      reader = await startOwnServer('alertmanager', env)
      client = await connect('modern', server)
      await alertmanager.post([
        trunk('berlin'),
        trunk('madrid'),
        disk('db-1'),
        disk('db-2'),
        disk('db-3'),
        { labels: { alertname: 'SiteDown', severity: 'critical', site: 'lyon' } },
        { labels: { alertname: 'SlowWeb', severity: 'warning', site: 'lyon' } },
      ])
      await until('the inhibition is in force', async () => {
        const { json } = await client.call('list_alerts', { state: 'inhibited' })
        return json.counts.total === 1
      })
    })
    afterAll(async () => {
      await client?.close()
      for (const each of [server, reader, alertmanager]) await each?.stop()
    })

    const silence = async (args: Record<string, unknown>) =>
      (await client.call('create_silence', { comment: 'a test', duration: '1h', ...args })).json

    it.each(WAYS_IN)('offers its nine tools with all four hints and answers, to a %s client', async way => {
      const other = await connect(way, server)
      const tools = await other.tools()
      expect(tools.map(tool => tool.name).sort()).toEqual(TOOLS)
      for (const tool of tools)
        expect(Object.values(tool.annotations).filter(v => typeof v === 'boolean')).toHaveLength(4)
      const writers = tools.filter(tool => tool.annotations.readOnlyHint !== true).map(tool => tool.name)
      expect(writers.sort()).toEqual(['create_silence', 'expire_silence'])
      const answer = await other.call('list_alerts')
      expect(answer.json.summary).toBe('6 alerts firing: 3 critical, 3 warning; 1 more inhibited.')
      expect(Object.keys(answer.json)).toEqual(['paging', 'summary', 'counts', 'alerts'])
      await other.close()
    })

    it('also serves SSE at a configured path that ends in /sse', async () => {
      const answer = await fetch(`${server.url}/team/sse`, {
        headers: { authorization: `Bearer ${server.token}` },
      })
      expect(answer.headers.get('content-type')).toContain('text/event-stream')
      await answer.body?.cancel()
    })

    it('reports version, uptime and cluster, but never the configuration', async () => {
      const { json, text } = await client.call('get_status')
      expect(json.summary).toMatch(
        /^Alertmanager \d+\.\d+\.\d+\S* has been up for .+; cluster disabled, no peers\.$/,
      )
      expect(text).not.toContain('receivers')
    })

    it('filters alerts by severity, name, matchers and receiver', async () => {
      const total = async (args: Record<string, unknown>) =>
        (await client.call('list_alerts', args)).json.counts.total
      expect(await total({ severity: 'critical' })).toBe(3)
      expect(await total({ alertname: 'DiskFull' })).toBe(3)
      expect(await total({ filter: ['host=~"db-[12]"'] })).toBe(2)
      expect(await total({ filter: ['alertname!="DiskFull"', 'site!="lyon"'] })).toBe(2)
      expect(await total({ receiver: 'telephony' })).toBe(2)
      expect(await total({ filter: ['{alertname="DiskFull", host=~`db-[12]`}'] })).toBe(2)
    })

    it('says of an empty list what it was filtered by, and what is silenced or inhibited', async () => {
      const told = async (name: string, args: Record<string, unknown>) =>
        (await client.call(name, args)).json.summary
      const filter = ['site="Lyon?"']
      expect(await told('list_alerts', { filter })).toBe('No alerts firing with site="Lyon?".')
      expect(await told('list_alert_groups', { filter, receiver: 'tele.+' })).toBe(
        'No alert groups firing with site="Lyon?" for receiver "tele.+".',
      )
      expect(await told('list_alerts', { severity: 'none such' })).toBe(
        'No alerts firing with severity="none such".',
      )
      expect(await told('list_alerts', { alertname: 'SlowWeb' })).toBe(
        'No alerts firing with alertname="SlowWeb"; 1 inhibited.',
      )
      expect(await told('list_silences', { filter })).toBe(
        'No active silences with a matcher like site="Lyon?".',
      )
      expect(await told('list_silences', {})).toBe('No active silences.')
    })

    it('says what each silence mutes, and that a silence mutes alerts whose labels its matchers do not name', async () => {
      const made = await silence({ matchers: ['alertname="DiskFull"', 'host=~"db-[12]"'] })
      const idle = await silence({ matchers: ['alertname="NotThere"'] })
      const { json } = await client.call('list_silences')
      const mutes = json.silences.map((one: { id: string; muted_alerts: number }) => [
        one.id,
        one.muted_alerts,
      ])
      expect(new Map(mutes)).toEqual(
        new Map([
          [made.id, 2],
          [idle.id, 0],
        ]),
      )
      const named = json.silences.find((one: { id: string }) => one.id === made.id)
      expect(named.muted_by_alertname).toEqual({ DiskFull: 2 })
      const others = await client.call('list_silences', { filter: ['severity="warning"'] })
      expect(others.json.summary).toBe(
        'No active silences with a matcher like severity="warning". ' +
          'Silences with other matchers mute 2 alerts with these labels.',
      )
      for (const { id } of [made, idle]) await client.call('expire_silence', { id })
      const [ended] = (await client.call('list_silences', { state: 'expired' })).json.silences
      expect(ended).not.toHaveProperty('muted_alerts')
    })

    it('pages through alerts in a stable order, the most severe first', async () => {
      const first = (await client.call('list_alerts', { limit: 4 })).json
      const second = (await client.call('list_alerts', { limit: 4, offset: first.paging.next_offset })).json
      expect(first.summary).toBe(
        '6 alerts firing: 3 critical, 3 warning; 1 more inhibited. Showing 1-4 of 6 alerts.',
      )
      expect(first.alerts.map((alert: { severity: string }) => alert.severity)).toEqual([
        'critical',
        'critical',
        'critical',
        'warning',
      ])
      expect(second.paging).toEqual({ total: 6, offset: 4, returned: 2, next_offset: null })
      const prints = [...first.alerts, ...second.alerts].map(alert => alert.fingerprint)
      expect(new Set(prints).size).toBe(6)
    })

    it('returns compact alerts unless detail is requested', async () => {
      const { json } = await client.call('list_alerts', { filter: ['site="berlin"'] })
      expect(json.alerts[0]).toMatchObject({
        alertname: 'TrunkDown',
        state: 'active',
        note: 'SIP trunk of berlin is down',
        labels: { site: 'berlin', team: 'telephony' },
      })
      const whole = await client.call('list_alerts', { filter: ['site="berlin"'], detail: true })
      expect(whole.json.alerts[0].receivers).toEqual([{ name: 'telephony' }])
    })

    it('groups alerts and lists receivers', async () => {
      const { json } = await client.call('list_alert_groups')
      expect(json.summary).toBe('6 alerts firing: 3 critical, 3 warning, in 3 groups.')
      expect(json.groups[0]).toMatchObject({ labels: { alertname: 'DiskFull' }, receiver: 'on-call' })
      expect((await client.call('list_receivers')).json.summary).toBe('2 receivers: on-call, telephony.')
    })

    it('previews, dry-runs, creates, extends and expires a silence, and its alerts change their state', async () => {
      const matchers = ['alertname="TrunkDown"', 'site=~"berlin|madrid"']
      const preview = await client.call('preview_silence', { matchers })
      expect(preview.json.summary).toBe('This silence would mute 2 alerts: 2 critical.')
      const dry = await silence({ matchers, dry_run: true })
      expect(dry.summary).toMatch(/^Dry run: it would mute 2 alerts: 2 critical, for 1h 0m, until /)
      expect((await client.call('list_silences')).json.counts.total).toBe(0)

      const made = await silence({ matchers, created_by: 'Ada' })
      const muted = await client.call('list_alerts', { state: 'silenced' })
      expect(muted.json.summary).toBe('2 alerts silenced: 2 critical.')
      expect(muted.json.alerts[0].silenced_by).toEqual([made.id])
      expect((await client.call('list_alerts')).json.counts.total).toBe(4)
      expect((await client.call('list_alerts', { state: 'all' })).json.counts.by_state).toEqual({
        active: 4,
        silenced: 2,
        inhibited: 1,
      })

      const extended = await client.call('create_silence', { id: made.id, duration: '3h' })
      expect(extended.json.summary).toContain(`Silence ${made.id} changed`)
      const now = await client.call('get_silence', { id: made.id })
      expect(now.json.silence).toMatchObject({
        matchers,
        created_by: 'Ada',
        comment: 'a test',
        state: 'active',
      })
      expect(now.json.summary).toMatch(/ends in (2h 59m|3h 0m): a test$/)

      expect((await client.call('expire_silence', { id: made.id })).json.changed).toBe(true)
      expect((await client.call('expire_silence', { id: made.id })).json.changed).toBe(false)
      expect((await client.call('list_alerts')).json.counts.total).toBe(6)
      const ended = (await client.call('list_silences', { state: 'expired' })).json.silences
      expect(ended.map((one: { id: string }) => one.id)).toContain(made.id)
    })

    it('keeps quotes and backslashes of a matcher as they are', async () => {
      const matchers = ['path="C:\\\\a \\"b\\""']
      const made = await silence({ matchers })
      expect((await client.call('get_silence', { id: made.id })).json.silence.matchers).toEqual(matchers)
      await client.call('expire_silence', { id: made.id })
    })

    it('says what is wrong with arguments, in words that help', async () => {
      const told = async (name: string, args: Record<string, unknown>) => {
        const answer = await client.call(name, args)
        expect(answer.isError).toBe(true)
        return answer.text
      }
      expect(await told('list_alerts', { filter: ['severity'] })).toContain('must have the form name="value"')
      expect(await told('list_alerts', { sevrity: 'critical' })).toContain('sevrity')
      expect(await told('create_silence', { matchers: ['a="b"'] })).toContain('needs matchers, a comment')
      expect(await told('create_silence', { matchers: ['a=~".*"'], comment: 'c', duration: '1h' })).toContain(
        '400',
      )
      expect(await told('get_silence', { id: '9d3b5a5e-0000-4000-8000-000000000000' })).toContain('404')
      expect(await told('get_silence', { id: '../status' })).toContain('Invalid')
    })

    it('lists the writing tools but refuses to write when it is read-only', async () => {
      const other = await connect('legacy', reader)
      expect((await other.tools()).map(tool => tool.name).sort()).toEqual(TOOLS)
      const args = { matchers: ['alertname="DiskFull"'], comment: 'no', duration: '1h' }
      const refused = await other.call('create_silence', args)
      expect([refused.isError, refused.text]).toEqual([
        true,
        expect.stringContaining('this server is read-only'),
      ])
      expect(
        (await other.call('expire_silence', { id: '9d3b5a5e-0000-4000-8000-000000000000' })).isError,
      ).toBe(true)
      expect((await other.call('create_silence', { ...args, dry_run: true })).json.summary).toContain(
        '3 alerts',
      )
      expect((await other.call('list_silences')).json.counts.total).toBe(0)
      await other.close()
    })

    it('answers 100 parallel calls of each client', async () => {
      for (const way of WAYS_IN) {
        const other = await connect(way, server)
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, i) => other.call('list_alerts', { offset: i % 6, limit: 1 })),
        )
        expect(answers.every((answer, i) => answer.json.paging.offset === i % 6)).toBe(true)
        await other.close()
      }
    })
  },
)
