// Answers of Alertmanager that a test cannot make a real one give, or not for every version.
import { describe, expect, it } from 'vitest'
import { MOST_RESULT_BYTES } from '../../src/toolset/cut.ts'
import { type Asked, jsonSystem, type Made } from '../helpers/json-system.ts'
import { ownClient } from '../helpers/own-client.ts'

const alert = (labels: Record<string, string>, more: Record<string, unknown> = {}) => ({
  labels: { alertname: 'A', severity: 'critical', ...labels } as Record<string, string>,
  annotations: {},
  fingerprint: Object.values(labels).join('-'),
  startsAt: '2026-11-25T09:00:00Z',
  endsAt: '2099-01-01T00:00:00Z',
  updatedAt: '2026-11-25T09:00:00Z',
  receivers: [{ name: 'team' }],
  status: { state: 'active', silencedBy: [], inhibitedBy: [] },
  ...more,
})
const status = (state: string, by: Record<string, string[]> = {}) => ({
  status: { state, silencedBy: [], inhibitedBy: [], mutedBy: [], ...by },
})
const group = (receiver: string, alerts: unknown[]) => ({
  labels: { alertname: 'A' },
  receiver: { name: receiver },
  alerts,
})

async function clientOf(answer: (asked: Asked) => Made | undefined, env: Record<string, string> = {}) {
  const system = await jsonSystem(answer)
  const { client } = await ownClient('alertmanager', { ALERTMANAGER_URL: system.url, ...env })
  return { system, client }
}
const answers =
  (alerts: unknown[], groups: unknown[] = []) =>
  (asked: Asked) =>
    asked.path === '/api/v2/alerts' ? alerts : asked.path === '/api/v2/alerts/groups' ? groups : undefined

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
    expect(firing.json.summary).toBe('1 alert firing: 1 critical.')
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

describe('lists that are too large for one answer', () => {
  const many = Array.from({ length: 120 }, (_, i) =>
    alert(
      { pod: `pod-${String(i).padStart(3, '0')}`, text: 'x'.repeat(700) },
      { annotations: { description: 'y'.repeat(5_000) } },
    ),
  )
  const pages = async (
    ask: (offset: number) => Promise<{ text: string; paging: { next_offset: number | null } }>,
  ) => {
    const texts: string[] = []
    for (let offset: number | null = 0; offset !== null; ) {
      const { text, paging } = await ask(offset)
      expect(Buffer.byteLength(text)).toBeLessThan(MOST_RESULT_BYTES)
      texts.push(text)
      offset = paging.next_offset
    }
    return texts
  }
  const podsIn = (texts: string[]) =>
    texts.flatMap(text => [...text.matchAll(/"pod":"(pod-\d+)"/g)].map(([, pod]) => pod))
  const pods = many.map(one => one.labels.pod)

  it.each([{ detail: false }, { detail: true }])('come in whole pages: list_alerts %o', async args => {
    const { client } = await clientOf(answers(many))
    const texts = await pages(async offset => {
      const { text, json } = await client.call('list_alerts', { ...args, offset })
      const { returned } = json.paging
      const which = `Showing ${offset + 1}-${offset + returned} of 120 alerts`
      expect(json.summary).toContain(which)
      expect(json.counts.total).toBe(120)
      return { text, paging: json.paging }
    })
    expect(podsIn(texts).sort()).toEqual(pods)
  })

  it('come in whole pages: the alerts of a group, and the next group is not lost', async () => {
    const { client } = await clientOf(
      answers([], [group('team', many), group('other', [alert({ pod: 'pod-x' })])]),
    )
    const first = (await client.call('list_alert_groups', { detail: true })).json
    expect(first.paging).toEqual({ total: 2, offset: 0, returned: 1, next_offset: 1 })
    expect(first.summary).toContain('Showing 1-1 of 2 groups, as many as fit in one answer.')
    expect(first.summary).toContain('1 group shows only some of the alerts')
    expect(first.groups[0].paging).toEqual({ total: 120, offset: 0, returned: 26, next_offset: 26 })
    const texts = await pages(async alerts_offset => {
      const { text, json } = await client.call('list_alert_groups', { detail: true, limit: 1, alerts_offset })
      return { text, paging: json.groups[0].paging }
    })
    expect(podsIn(texts).sort()).toEqual(pods)
    const second = (await client.call('list_alert_groups', { detail: true, offset: 1 })).json
    expect(second.groups[0].alerts).toHaveLength(1)
  })

  it('shorten a single alert that is too large, and a silence', async () => {
    const huge = alert({ pod: 'pod-0' }, { annotations: { description: 'z'.repeat(200_000) } })
    const { client } = await clientOf(asked =>
      asked.path === '/api/v2/alerts'
        ? [huge]
        : {
            id: '9d3b5a5e-0000-4000-8000-000000000000',
            status: { state: 'active' },
            matchers: [{ name: 'a', value: 'v'.repeat(90_000), isRegex: true }],
            startsAt: '2026-11-25T09:00:00Z',
            endsAt: '2099-01-01T00:00:00Z',
            createdBy: 'ada',
            comment: 'c'.repeat(90_000),
          },
    )
    const { text, json } = await client.call('list_alerts', { detail: true })
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_RESULT_BYTES)
    expect(json.alerts[0].annotations.description).toMatch(/z… \[192000 more characters\]$/)
    const silence = await client.call('get_silence', { id: '9d3b5a5e-0000-4000-8000-000000000000' })
    expect(Buffer.byteLength(silence.text)).toBeLessThan(MOST_RESULT_BYTES)
    expect(silence.json.silence.comment).toContain('more characters]')
  })

  it('bound the counts too', async () => {
    const names = Array.from({ length: 2_000 }, (_, i) =>
      alert({ alertname: `${'N'.repeat(200)}${i}`, severity: `s${i}` }),
    )
    const { client } = await clientOf(answers(names))
    const { text, json } = await client.call('list_alerts', { limit: 200 })
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_RESULT_BYTES)
    const named = Object.values(json.counts.by_alertname as Record<string, number>)
    expect(named.reduce((sum, count) => sum + count, 0)).toBe(2_000)
    expect(json.counts.by_severity['(1975 more)']).toBe(1975)
    expect(json.paging.returned).toBeGreaterThan(20)
  })

  it('page the preview of a silence', async () => {
    const { client } = await clientOf(answers(many))
    const { json } = await client.call('preview_silence', { matchers: ['pod=~".+"'], limit: 10, offset: 110 })
    expect(json.summary).toBe(
      'This silence would mute 120 alerts: 120 critical. Showing 111-120 of 120 alerts.',
    )
    expect(json.alerts).toHaveLength(10)
  })
})
