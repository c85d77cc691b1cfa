// UTF-8 label names (Alertmanager 0.27+) and mutes by time intervals (0.28+), on the real Alertmanager.
import { describe, expect, it } from 'vitest'
import { ALERTMANAGERS, startAlertmanager } from '../helpers/alertmanager.ts'
import { closing } from '../helpers/closing.ts'
import { ownClient } from '../helpers/own-client.ts'
import { until } from '../helpers/until.ts'

const CONFIG = `
route:
  receiver: on-call
  group_by: [alertname]
  group_wait: 1s
  routes:
    - { receiver: nightly, matchers: [job="backup"], mute_time_intervals: [always] }
    - { receiver: nightly, matchers: [job="both"], mute_time_intervals: [always], continue: true }
    - { receiver: on-call, matchers: [job="both"] }
    - { receiver: nightly, matchers: [job="office"], active_time_intervals: [never] }
receivers: [{ name: on-call }, { name: nightly }]
time_intervals:
  - { name: always, time_intervals: [{ times: [{ start_time: "00:00", end_time: "24:00" }] }] }
  - { name: never, time_intervals: [{ years: ["2000"] }] }
`
const ODD = ['host.name', 'größe x', 'say "hi"', 'k8s.io/name-1', '🙂']

async function started(program: string, alerts: { labels: Record<string, string>; startsAt?: string }[]) {
  const real = await startAlertmanager({ program, config: CONFIG })
  closing({ close: () => real.stop() })
  await real.post(alerts)
  return (await ownClient('alertmanager', { ALERTMANAGER_URL: real.url, MCP_ACCESS: 'read-write' })).client
}

if (!ALERTMANAGERS.some(({ minor }) => minor >= 28))
  it.skip('needs Alertmanager 0.28: run `scripts/new-alertmanager.sh`', () => {})

describe.each(ALERTMANAGERS.filter(({ minor }) => minor >= 27))('Alertmanager $version', ({ program }) => {
  it.each(ODD)('finds, silences and unsilences alerts by the label %s', async name => {
    const labels = { alertname: 'Disk', severity: 'critical', [name]: 'a "b" \\d' }
    const client = await started(program, [{ labels }, { labels: { ...labels, [name]: 'other' } }])
    const quoted = `${JSON.stringify(name)}="a \\"b\\" \\\\d"`
    const found = await client.call('list_alerts', { filter: [quoted] })
    expect(found.json.summary).toBe('1 alert firing: 1 critical.')
    expect(found.json.alerts[0].labels).toEqual({ [name]: 'a "b" \\d' })
    const [matcher] = (await client.call('preview_silence', { matchers: [quoted] })).json.matchers
    expect(matcher).toBe(quoted)
    const made = await client.call('create_silence', { matchers: [quoted], comment: 'c', duration: '1h' })
    expect(made.json.summary).toContain('it mutes 1 alert')
    const listed = await client.call('list_silences', { filter: [quoted] })
    expect(listed.json.silences.map((one: { matchers: string[] }) => one.matchers)).toEqual([[quoted]])
    await until('it is silenced', async () => {
      const { json } = await client.call('list_alerts', { state: 'silenced' })
      return json.counts.total === 1
    })
    expect((await client.call('expire_silence', { id: made.json.id })).json.changed).toBe(true)
  })

  it('accepts both forms of a name, and a list in braces', async () => {
    const client = await started(program, [
      { labels: { alertname: 'Disk', 'host.name': 'server-01', 'service.name': 'rails' } },
      { labels: { alertname: 'Disk', 'host.name': 'server-02', 'service.name': 'rails' } },
    ])
    for (const filter of [
      ['host.name="server-01"'],
      ['"host.name"="server-01"'],
      ['host.name=server-01'],
      ['host.name=~"server-\\d1"'],
      ['{"host.name"="server-01", service.name=~"rails|go"}'],
      ['service.name="rails"', 'host.name!="server-02"'],
    ])
      expect([filter, (await client.call('list_alerts', { filter })).json?.counts.total]).toEqual([filter, 1])
    const broken = await client.call('list_alerts', { filter: ['host.name=~"h("'] })
    expect(broken.text).toMatch(/ bad matcher format: "host\.name"=~"h\("; check the regex; /)
  })
})

describe.each(ALERTMANAGERS.filter(({ minor }) => minor >= 28))('Alertmanager $version', ({ program }) => {
  it('mutes by time intervals, which counts only when all routes of an alert are muted', async () => {
    const client = await started(program, [
      { labels: { alertname: 'A', job: 'backup' } },
      { labels: { alertname: 'B', job: 'both' } },
      { labels: { alertname: 'C', job: 'office' } },
      { labels: { alertname: 'D', job: 'other' } },
    ])
    const muted = await until('the groups are muted', async () => {
      const { json } = await client.call('list_alerts', { state: 'muted' })
      return json.counts.total === 2 && json
    })
    expect(muted.alerts.map((one: Record<string, unknown>) => [one.alertname, one.muted_by])).toEqual(
      expect.arrayContaining([
        ['A', ['always']],
        ['C', ['never']],
      ]),
    )
    const firing = (await client.call('list_alerts')).json.alerts
    expect(firing.map((one: { alertname: string }) => one.alertname).sort()).toEqual(['B', 'D'])
    expect((await client.call('list_alert_groups', { state: 'muted' })).json.counts.groups).toBe(3)
  })

  it('keeps the time zones of senders, and the oldest comes first', async () => {
    const at = (startsAt: string, alertname: string) => ({ labels: { alertname }, startsAt })
    const client = await started(program, [
      at('2026-01-25T08:00:00.000+01:00', 'B'),
      at('2026-01-25T09:00:00.000Z', 'C'),
      at('2026-01-25T10:00:00.000+05:30', 'A'),
    ])
    const { json } = await client.call('list_alerts')
    expect(json.alerts.map((one: { alertname: string }) => one.alertname)).toEqual(['A', 'B', 'C'])
    expect(json.alerts.map((one: { since: string }) => one.since)).toContain('2026-01-25T10:00:00.000+05:30')
  })
})

describe.each(ALERTMANAGERS.filter(({ minor }) => minor < 27))('Alertmanager $version', ({ program }) => {
  it('works with classic names, quoted or not, and says that it cannot parse others', async () => {
    const client = await started(program, [{ labels: { alertname: 'Disk', host: 'a' } }])
    for (const filter of ['host="a"', '"host"="a"', "host='a'", '{host="a"}'])
      expect((await client.call('list_alerts', { filter: [filter] })).json.counts.total).toBe(1)
    const { isError, text } = await client.call('list_alerts', { filter: ['host.name="a"'] })
    expect([isError, text]).toEqual([
      true,
      'Alertmanager: the request was rejected (HTTP 400): bad matcher format: "host.name"="a"; ' +
        'label names such as this one need Alertmanager 0.27 or newer',
    ])
  })
})
