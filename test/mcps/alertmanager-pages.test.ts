import { describe, expect, it } from 'vitest'
import { MOST_RESULT_BYTES } from '../../src/toolset/calls/cut.ts'
import { alert, answers, clientOf, group } from '../helpers/made-alerts.ts'

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
