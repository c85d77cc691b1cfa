// The simulated Alertmanager is worth what it has in common with the real one.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../../src/demo/world.ts'
import { ALERTMANAGERS, type RunningAlertmanager, startAlertmanager } from '../helpers/alertmanager.ts'
import { newFolder } from '../helpers/folder.ts'
import { until } from '../helpers/until.ts'

const ALERTS = [
  { labels: { alertname: 'SiteDown', severity: 'critical', site: 'lyon' } },
  { labels: { alertname: 'SlowWeb', severity: 'warning', site: 'lyon' } },
  { labels: { alertname: 'SlowWeb', severity: 'warning', site: 'nice', team: 'telephony' } },
  { labels: { alertname: 'DiskFull', severity: 'warning', host: 'a"b' } },
  { labels: { alertname: 'TrunkDown', severity: 'critical', site: 'nice', team: 'telephony' } },
]
// The configuration of test/helpers/alertmanager.ts.
const CUSTOMER = {
  id: 'acme',
  name: 'Acme',
  alertmanager: {
    version: '0.28.1',
    upFor: '1d',
    groupBy: ['alertname'],
    receivers: ['on-call', 'telephony'],
    routes: [{ matchers: ['team="telephony"'], receiver: 'telephony' }],
    inhibit: [{ source: ['alertname="SiteDown"'], target: ['severity="warning"'], equal: ['site'] }],
    alerts: ALERTS.map(({ labels }) => ({ startedAgo: '5m', labels, annotations: {} })),
    silences: [],
  },
}
const SILENCE = {
  matchers: [{ name: 'alertname', value: 'Disk.*', isRegex: true, isEqual: true }],
  createdBy: 'test',
  comment: 'test',
}

if (ALERTMANAGERS.length === 0) it.skip('needs prometheus-alertmanager', () => {})

describe.each(ALERTMANAGERS)('the simulated Alertmanager, compared with $version', ({ program, minor }) => {
  const knowsUtf8 = minor >= 27
  const data = newFolder()
  let world: World
  let real: RunningAlertmanager
  let bases: string[]

  beforeAll(async () => {
    writeFileSync(join(data, 'acme.json'), JSON.stringify(CUSTOMER))
    writeFileSync(join(data, 'credentials.env'), '')
    world = await startWorld({ port: 0, data })
    real = await startAlertmanager({ program })
    bases = [`${real.url}/api/v2`, `${world.url}/acme/alertmanager/api/v2`]
    await real.post(ALERTS)
    const startsAt = new Date(Date.now() - 1_000).toISOString()
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    for (const base of bases) expect((await post(base, { ...SILENCE, startsAt, endsAt })).status).toBe(200)
    await until('the real one has silenced and inhibited', async () => {
      const alerts = (await (await fetch(`${real.url}/api/v2/alerts?active=false`)).json()) as unknown[]
      return alerts.length === 2
    })
  })
  afterAll(async () => {
    await real?.stop()
    await world?.close()
  })

  const post = (base: string, body: unknown) =>
    fetch(`${base}/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const both = async (path: string, look: (json: unknown) => unknown) =>
    Promise.all(
      bases.map(async base => {
        const answer = await fetch(base + path)
        return answer.ok ? look(await answer.json()) : answer.status
      }),
    )
  const alike = async (path: string, look: (json: unknown) => unknown) => {
    const [a, b] = await both(path, look)
    expect(b, path).toEqual(a)
    return a
  }

  type Alert = {
    labels: Record<string, string>
    receivers: unknown
    status: { state: string; silencedBy: string[] }
  }
  const inShort = (json: unknown) =>
    (json as Alert[])
      .map(({ labels, receivers, status }) =>
        JSON.stringify([Object.entries(labels).sort(), receivers, status.state]),
      )
      .sort()

  it('selects the same alerts as a real one', async () => {
    const filter = (text: string) => `filter=${encodeURIComponent(text)}`
    const queries = [
      '',
      'active=false',
      'silenced=false',
      'inhibited=false',
      'silenced=false&inhibited=false',
      'active=false&silenced=false',
      filter('alertname="SlowWeb"'),
      filter('alertname=~"Slow"'),
      filter('alertname=~"Slow.*|Disk.*"'),
      filter('site!="lyon"'),
      filter('site=""'),
      filter('site!~".+"'),
      filter('host="a\\"b"'),
      filter('alertname=SlowWeb'),
      `${filter('site="nice"')}&${filter('severity="critical"')}`,
      'receiver=tele.*',
      'receiver=tele',
      ...(knowsUtf8
        ? [
            filter('"host.name"=""'),
            filter('host.name!="x"'),
            filter('"a b"=""'),
            filter('"alertname"="SlowWeb"'),
          ]
        : []),
      filter('=x'),
    ]
    const counts = []
    for (const query of queries) counts.push((await alike(`/alerts?${query}`, inShort)) as string[] | number)
    expect(counts[0]).toHaveLength(5)
    expect(counts.at(-1)).toBe(400)
  })

  it('groups and routes like a real one', async () => {
    type Group = { labels: unknown; receiver: unknown; alerts: Alert[] }
    const look = (json: unknown) =>
      (json as Group[])
        .map(({ labels, receiver, alerts }) => JSON.stringify([labels, receiver, inShort(alerts)]))
        .sort()
    await alike('/alerts/groups', look)
    await alike('/alerts/groups?silenced=false', look)
    await alike('/receivers', json => (json as { name: string }[]).map(({ name }) => name).sort())
  })

  it('shows silences and rejects invalid ones like a real one', async () => {
    type Silence = { matchers: unknown; status: unknown; comment: string }
    const look = (json: unknown) =>
      (json as Silence[]).map(({ matchers, status, comment }) => ({ matchers, status, comment }))
    await alike('/silences', look)
    await alike(`/silences?filter=${encodeURIComponent('alertname="none"')}`, look)
    await alike('/silence/00000000-0000-4000-8000-000000000000', look)
    const times = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 60_000).toISOString() }
    const everything = {
      ...SILENCE,
      ...times,
      matchers: [{ name: 'a', value: '.*', isRegex: true, isEqual: true }],
    }
    for (const bad of [
      everything,
      { ...SILENCE, startsAt: times.endsAt, endsAt: times.startsAt },
      { ...SILENCE },
    ])
      expect((await post(bases[1] ?? '', bad)).status).toBe((await post(bases[0] ?? '', bad)).status)
  })

  it('ends a silence with an empty reply like a real one', async () => {
    for (const base of bases) {
      const [silence] = (await (await fetch(`${base}/silences`)).json()) as { id: string }[]
      const remove = () => fetch(`${base}/silence/${silence?.id}`, { method: 'DELETE' })
      const answer = await remove()
      expect([answer.status, await answer.text()]).toEqual([200, ''])
      expect((await remove()).status).toBe(200)
    }
  })
})
