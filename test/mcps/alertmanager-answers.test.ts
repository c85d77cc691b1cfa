// Answers of Alertmanager that a test cannot make a real one give, or not for every version.
import { describe, expect, it } from 'vitest'
import { alert, answers, clientOf, group, status } from '../helpers/made-alerts.ts'

describe('states of alerts', () => {
  const muted = alert({ job: 'muted' }, status('active'))
  const both = alert({ job: 'both' }, status('active'))
  const silenced = alert(
    { job: 'silenced' },
    status('suppressed', { silencedBy: ['s1'], inhibitedBy: ['x'] }),
  )
  const inhibited = alert({ job: 'inhibited' }, status('suppressed', { inhibitedBy: ['x'] }))
  const otherwise = alert({ job: 'otherwise' }, status('suppressed'))
  const inGroup = (one: object, by: string) => ({ ...one, ...status('suppressed', { mutedBy: [by] }) })
  const answer = answers(
    [muted, both, silenced, inhibited, otherwise],
    [
      group('nightly', [inGroup(muted, 'weekend'), inGroup(both, 'weekend')]),
      group('backup', [inGroup(muted, 'holiday')]),
      group('on-call', [both, silenced, inhibited]),
    ],
  )

  it('count as firing only what is in no way suppressed; /alerts alone would call the muted one active', async () => {
    const { client, system } = await clientOf(answer)
    const firing = await client.call('list_alerts')
    expect(firing.json.summary).toBe(
      '1 alert firing: 1 critical; 1 more inhibited, 1 more muted, 1 more silenced, 1 more suppressed.',
    )
    expect(firing.json.alerts[0].labels).toEqual({ job: 'both' })
    expect(system.counts()).toEqual({ '/api/v2/alerts': 1, '/api/v2/alerts/groups': 1 })
    const every = await client.call('list_alerts', { state: 'all' })
    expect(every.json.counts.by_state).toEqual({
      active: 1,
      inhibited: 1,
      muted: 1,
      silenced: 1,
      suppressed: 1,
    })
  })

  it('name who muted, silenced or inhibited', async () => {
    const { client } = await clientOf(answer)
    const { json } = await client.call('list_alerts', { state: 'muted' })
    expect(json.summary).toBe('1 alert muted: 1 critical.')
    expect(json.alerts[0]).toMatchObject({ state: 'muted', muted_by: ['weekend', 'holiday'] })
    const inhibitedOnes = (await client.call('list_alerts', { state: 'inhibited' })).json
    expect(inhibitedOnes.alerts.map((one: { state: string }) => one.state)).toEqual(['inhibited', 'silenced'])
    expect(inhibitedOnes.alerts[0].inhibited_by).toEqual(['x'])
  })

  it('are those of the group in list_alert_groups', async () => {
    const { client } = await clientOf(answer)
    const { json } = await client.call('list_alert_groups')
    expect(json.summary).toBe('1 alert firing: 1 critical, in 1 group.')
    const mutes = (await client.call('list_alert_groups', { state: 'muted' })).json
    expect(mutes.summary).toBe('3 alerts muted: 3 critical, in 2 groups.')
  })

  it('need no second request where Alertmanager knows no mutes, and say so when it fails', async () => {
    const old = await clientOf(answers([alert({ job: 'a' })]))
    expect((await old.client.call('list_alerts')).json.summary).toBe('1 alert firing: 1 critical.')
    expect(old.system.counts()).toEqual({ '/api/v2/alerts': 1 })
    const half = await clientOf(asked => (asked.path === '/api/v2/alerts' ? [muted] : undefined))
    expect((await half.client.call('list_alerts')).json.summary).toBe(
      '1 alert firing: 1 critical. Muted alerts are not marked: Alertmanager: not found (HTTP 404): nothing here.',
    )
  })

  it('survive a null instead of a list', async () => {
    const { client } = await clientOf(() => ({ reply: { status: 200, body: 'null' } }))
    for (const tool of ['list_alerts', 'list_alert_groups', 'list_silences', 'list_receivers'])
      expect([tool, (await client.call(tool)).json?.paging.total]).toEqual([tool, 0])
  })
})

describe('the order of alerts', () => {
  it('is the oldest first across time zones', async () => {
    const { client } = await clientOf(
      answers([
        alert({ is: 'B' }, { startsAt: '2026-11-25T08:00:00.000+01:00' }),
        alert({ is: 'C' }, { startsAt: '2026-11-25T09:00:00.000Z' }),
        alert({ is: 'A' }, { startsAt: '2026-11-25T10:00:00.000+05:30' }),
      ]),
    )
    const { json } = await client.call('list_alerts')
    expect(json.alerts.map((one: { labels: { is: string } }) => one.labels.is)).toEqual(['A', 'B', 'C'])
  })

  it('is the worst first, and the summary names unknown severities', async () => {
    const words = ['warning', 'info', 'P3', 'emergency', 'zonk', 'P1', 'critical']
    const { client } = await clientOf(answers(words.map((severity, i) => alert({ severity, i: String(i) }))))
    const { json } = await client.call('list_alerts')
    expect(json.alerts.map((one: { severity: string }) => one.severity)).toEqual([
      'emergency',
      'P1',
      'critical',
      'zonk',
      'P3',
      'warning',
      'info',
    ])
    expect(json.summary).toBe(
      '7 alerts firing: 1 emergency, 1 P1, 1 critical, 1 zonk, 1 P3, 1 warning, 1 info. ' +
        'Unknown severity, ranked between critical and warning: zonk.',
    )
  })

  it('and the filter use the configured label', async () => {
    const { client, system } = await clientOf(
      answers([
        alert({ severity: 'info', 'ops.prio': 'P1', is: 'bad' }),
        alert({ severity: 'critical', 'ops.prio': 'P5', is: 'good' }),
        alert({ severity: 'major', is: 'without' }),
      ]),
      { ALERTMANAGER_SEVERITY_LABEL: 'ops.prio' },
    )
    const { json } = await client.call('list_alerts', { severity: 'P1' })
    expect(system.asked[0]?.query.getAll('filter')).toEqual(['"ops.prio"="P1"'])
    expect(json.alerts.map((one: { severity: string }) => one.severity)).toEqual(['P1', 'major', 'P5'])
    expect(json.alerts[0].labels).toEqual({ severity: 'info', 'ops.prio': 'P1', is: 'bad' })
  })

  it('is that of the ends of silences, as moments', async () => {
    const silence = (id: string, endsAt: string) => ({
      id,
      status: { state: 'active' },
      matchers: [{ name: 'host.name', value: 'a', isRegex: false }],
      startsAt: '2026-11-25T09:00:00Z',
      endsAt,
      createdBy: 'ada',
      comment: 'c',
    })
    const { client } = await clientOf(() => [
      silence('later', '2099-01-01T02:00:00+00:00'),
      silence('sooner', '2099-01-01T03:00:00+02:00'),
    ])
    const { json } = await client.call('list_silences')
    expect(json.silences.map((one: { id: string }) => one.id)).toEqual(['sooner', 'later'])
    expect(json.silences[0].matchers).toEqual(['"host.name"="a"'])
  })
})
