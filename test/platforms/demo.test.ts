import { describe, expect, it } from 'vitest'
import { withAlertTable } from '../../src/agent/alerts/table.ts'
import { framedResult } from '../../src/platforms/calls/framed.ts'
import { requestWithoutTools } from '../../src/platforms/calls/without-tools.ts'
import { NOTICE } from '../../src/platforms/demo/answer.ts'
import { openDemo } from '../../src/platforms/demo/open.ts'
import { pickTools } from '../../src/platforms/demo/pick.ts'
import type { Message, ModelEvent, ToolSpec } from '../../src/platforms/platform.ts'

const spec = (
  name: string,
  description: string,
  properties: object = {},
  required: string[] = [],
): ToolSpec => ({
  name,
  description,
  inputSchema: { type: 'object', properties, required },
})
const state = { type: 'string', enum: ['active', 'silenced', 'inhibited', 'all'] }
const tools = [
  spec('alertmanager__list_alerts', 'Alerts in Alertmanager now, the worst first', { state }),
  spec('alertmanager__list_alert_groups', 'Alerts as Alertmanager groups and routes them', { state }),
  spec('alertmanager__list_silences', 'Silences with their matchers, end, author and comment'),
  spec('alertmanager__get_silence', 'One silence by its id', { id: { type: 'string' } }, ['id']),
  spec('alertmanager__create_silence', 'Mutes alerts', { comment: { type: 'string' } }),
  spec('alertmanager__get_status', 'Version, uptime and cluster of Alertmanager itself'),
  spec('genesys__list_queues', 'Queues of the organization', { name: { type: 'string' } }),
  spec('genesys__queue_observations', 'Who waits and who works in the queues right now'),
  spec('grafana__search_dashboards', 'Search for dashboards', { query: { type: 'string' } }, ['query']),
]
const picked = (question: string, from = tools) => pickTools(question, from).map(pick => pick.tool.name)

const MAIL =
  '[FIRING:1] DiskFull\nLabels\nalertname = DiskFull\nsite = hamburg\nAnnotations\nsummary = port=9 fails\n'

async function answer(
  messages: Message[],
  from = tools,
  system = '',
): Promise<{ text: string; events: ModelEvent[] }> {
  const events: ModelEvent[] = []
  const request = { system, messages, tools: from }
  for await (const event of openDemo().stream(request, new AbortController().signal)) events.push(event)
  return { text: events.map(event => (event.type === 'text' ? event.text : '')).join(''), events }
}

describe('the demo model', () => {
  it.each([
    ['Which alerts are firing?', ['alertmanager__list_alerts']],
    ["What's wrong right now?", ['alertmanager__list_alerts']],
    ['Show me the silences', ['alertmanager__list_silences']],
    ['alert groups please', ['alertmanager__list_alert_groups']],
    ['find the dashboards for billing', ['grafana__search_dashboards']],
    ['Tell me a joke', []],
  ])('calls for "%s" %j', (question, names) => {
    expect(picked(question)).toEqual(names)
  })

  it('calls several tools if the question asks for several things', () => {
    const names = picked('Which alerts are firing and who is waiting in the queues?')
    expect(names[0]).toMatch(/alerts$/)
    expect(names.some(name => name.startsWith('genesys__'))).toBe(true)
    expect(names.length).toBeLessThanOrEqual(3)
  })

  it('calls the same tool of two servers', () => {
    const two = [...tools, spec('alertmanager-eu__list_alerts', 'Alerts in Alertmanager now')]
    expect(picked('firing alerts', two)).toEqual([
      'alertmanager__list_alerts',
      'alertmanager-eu__list_alerts',
    ])
  })

  it('changes nothing unless the question uses the word', () => {
    expect(picked('mute the silence things')).not.toContain('alertmanager__create_silence')
  })

  it('uses values from the question as arguments', () => {
    expect(pickTools('all silenced alerts', tools)[0]?.args).toEqual({ state: 'silenced' })
    expect(pickTools('dashboards for "billing api"', tools)[0]?.args).toEqual({ query: 'billing api' })
    const queues = { type: 'array', items: { type: 'string' } }
    const history = spec('genesys__get_queue_history', 'What queues did before', { queues })
    expect(pickTools('history of the queue "Sales"', [history])[0]?.args).toEqual({ queues: ['Sales'] })
    expect(pickTools('the trend of all queues', [history])[0]?.args).toEqual({})
  })

  it('takes matchers, a length and a reason from the question, and the labels of a pasted alert', async () => {
    const texts = { type: 'array', items: { type: 'string' } }
    const silence = spec('alertmanager__create_silence', 'Mutes alerts', {
      ...{ matchers: texts, duration: { type: 'string' }, comment: { type: 'string' } },
    })
    const question = 'create a silence for alertname=DiskFull site=~"ham.+" for 2h "CHG-1: cleaned up"'
    expect(pickTools(question, [silence])[0]?.args).toEqual({
      ...{
        matchers: ['alertname="DiskFull"', 'site=~"ham.+"'],
        duration: '2h',
        comment: 'CHG-1: cleaned up',
      },
    })
    const list = spec('alertmanager__list_alerts', 'Alerts now', { filter: texts })
    const { events } = await answer([{ role: 'user', text: withAlertTable(MAIL) }], [list])
    expect(events[0]).toMatchObject({
      call: { args: { filter: ['alertname="DiskFull"', 'site="hamburg"'] } },
    })
  })

  it.each([
    ['Which alerts of site=hamburg?', ['site="hamburg"']],
    ['alerts (site=hamburg), severity=critical.', ['site="hamburg"', 'severity="critical"']],
    ['alerts of instance=sbc-hh-02:5061, now!', ['instance="sbc-hh-02:5061"']],
    ['alerts of site="hamburg?" and x=~(a|b)', ['site="hamburg?"', 'x=~"(a|b)"']],
  ])('takes from "%s" the labels without the punctuation of the sentence', (question, filter) => {
    const list = spec('list_alerts', 'Alerts', { filter: { type: 'array', items: { type: 'string' } } })
    expect(pickTools(question, [list])[0]?.args).toEqual({ filter })
  })

  it.each([
    ['for 2 hours', { duration: '2h' }],
    ['for two hours', { duration: '2h' }],
    ['for an hour', { duration: '1h' }],
    ['for 30 minutes "x"', { duration: '30m', comment: 'x' }],
    ['2h "it\'s planned until 9h"', { duration: '2h', comment: "it's planned until 9h" }],
    ['without a word on how long', {}],
  ])('takes how long a silence lasts, and why, from "%s"', (words, args) => {
    const texts = { duration: { type: 'string' }, comment: { type: 'string' } }
    const silence = spec('create_silence', 'Mutes alerts', texts)
    expect(pickTools(`create a silence ${words}`, [silence])[0]?.args).toEqual(args)
  })

  it.each([
    ['the last 2 hours', 2],
    ['the last hour', 1],
    ['the past twelve hours', 12],
    ['the last 90 minutes', 2],
    ['3 days', 48],
    ['now', undefined],
  ])('takes hours from "history of the queues: %s"', (words, hours) => {
    const history = spec('get_queue_history', 'Queues', { hours: { type: 'integer', maximum: 48 } })
    expect(pickTools(`history of the queues: ${words}`, [history])[0]?.args.hours).toBe(hours)
  })

  it('fulfils both wishes of a sentence', () => {
    const queues = { queues: { type: 'array', items: { type: 'string' } } }
    const own = [
      spec('g__get_queue_history', 'What queues did before: waiting, offered, wait times', queues),
      spec('g__get_queue_observations', 'Who is waiting in the queues now', queues),
    ]
    const both = pickTools('Queue "Sales": waiting now and history of the last 2 hours', own)
    expect(both.map(({ tool, args }) => [tool.name, args])).toEqual([
      ['g__get_queue_history', { queues: ['Sales'] }],
      ['g__get_queue_observations', { queues: ['Sales'] }],
    ])
  })

  it.each([
    ['Start with the alerts', ['alertmanager__list_alerts']],
    ['make a list of the alerts', ['alertmanager__list_alerts']],
    ['End of the shift: which silences are there?', ['alertmanager__list_silences']],
    ['silence hiding something?', ['alertmanager__list_silences']],
  ])('does not take "%s" for a change', (question, names) => {
    expect(picked(question)).toEqual(names)
  })

  it('creates a silence when told to silence a label', () => {
    expect(picked('Silence severity=critical for 2h')).toContain('alertmanager__create_silence')
  })

  it.each([
    ['Create a silence for alertname=DiskFull', 'Access is read-only: nothing.', 'is **read-only** here'],
    ['please expire the silence', 'Access is read-only: nothing.', 'is **read-only** here'],
    ['restart the queue', '', 'no tool of this customer can restart that'],
    ['create a rule', '', 'no tool of this customer can create that'],
    ['expire the silence', '', '`expire_silence` needs `id` in the question'],
  ])('says why "%s" changed nothing, and calls no other tool', async (question, system, why) => {
    const expire = spec('a__expire_silence', 'Ends a silence', { id: { type: 'string' } }, ['id'])
    const readers = tools.filter(({ name }) => !name.includes('create'))
    const { text, events } = await answer([{ role: 'user', text: question }], [...readers, expire], system)
    expect(text).toContain(`Nothing was changed: `)
    expect(text).toContain(why)
    expect(events.some(event => event.type === 'call')).toBe(false)
  })

  it('shows the matchers of a silence, and of a preview the alerts', async () => {
    const told = async (data: object) =>
      (
        await answer([
          { role: 'user', text: 'x' },
          { role: 'tool', callId: 'x', name: 'a__x', text: JSON.stringify(data), isError: false },
        ])
      ).text
    const silence = { comment: 'CHG-1', matchers: ['a="b"', 'c="d"'], muted_alerts: 2, state: 'active' }
    expect(await told({ summary: '1 active silence.', silences: [silence] })).toContain(
      '- **CHG-1** — a="b", c="d" — muted_alerts 2, state active',
    )
    const preview = { paging: { total: 1 }, summary: 's', matchers: ['a="b"'], alerts: [{ alertname: 'X' }] }
    expect(await told(preview)).toContain('- **X**')
    const none = { ...preview, paging: { total: 0 }, alerts: [] }
    expect(await told(none)).not.toContain('a="b"')
  })

  it('quotes the summary of the real results, lists the top items, and says that no model was called', async () => {
    const alerts = Array.from({ length: 8 }, (_, i) => ({
      alertname: `Disk${i}`,
      severity: 'critical',
      since: '2h',
    }))
    const result = JSON.stringify({
      summary: '8 alerts are firing: 8 critical.',
      counts: { critical: 8 },
      alerts,
    })
    const { text, events } = await answer([
      { role: 'user', text: 'alerts?' },
      { role: 'tool', callId: 'x', name: 'alertmanager__list_alerts', text: result, isError: false },
    ])
    expect(text).toContain('**alertmanager · list_alerts**: 8 alerts are firing: 8 critical.')
    expect(text).toContain('- **Disk0** — severity critical, since 2h')
    expect(text).toContain('- … and 3 more')
    expect(text.endsWith(NOTICE)).toBe(true)
    expect(events.filter(event => event.type === 'text').length).toBeGreaterThan(5)
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
  })

  it('quotes errors and plain text, and the summary of a truncated result', async () => {
    const { text } = await answer([
      { role: 'user', text: 'alerts?' },
      { role: 'tool', callId: 'a', name: 'a__x', text: 'Invalid API key', isError: true },
      { role: 'tool', callId: 'b', name: 'b__y', text: 'one\ntwo', isError: false },
      {
        role: 'tool',
        callId: 'c',
        name: 'c__z',
        text: '{"summary":"3 \\"hot\\" things.","list":[{"na',
        isError: false,
      },
    ])
    expect(text).toContain('**a · x** failed: Invalid API key')
    expect(text).toContain('> one\n> two')
    expect(text).toContain('**c · z**: 3 "hot" things.')
  })

  it('takes a question about what would be for a preview', () => {
    const matchers = { matchers: { type: 'array', items: { type: 'string' } } }
    const own = [
      spec('am__list_silences', 'Silences that mute alerts'),
      spec('am__preview_silence', 'Which alerts a silence would mute', matchers, ['matchers']),
    ]
    const asked = 'Which alerts would a silence of alertname=DiskFull mute?'
    expect(pickTools(asked, own)[0]?.tool.name).toBe('am__preview_silence')
  })

  it('cites the result after each line that comes from it', async () => {
    const alerts = { summary: '1 alert.', alerts: [{ alertname: 'DiskFull', severity: 'warning' }] }
    const text = framedResult(3, JSON.stringify(alerts))
    const said = await answer([
      { role: 'user', text: 'alerts?' },
      { role: 'tool', callId: 'a', name: 'am__list_alerts', text, isError: false },
    ])
    expect(said.text).toBe(`**1 alert.** [3]\n\n- **DiskFull** — severity warning [3]\n\n${NOTICE}`)
  })

  it('says that a call was denied, and not that it failed', async () => {
    const name = 'alertmanager__expire_silence'
    const { text } = await answer([
      { role: 'user', text: 'expire the silence' },
      { role: 'tool', callId: 'a', name, text: `${name} was not run: the engineer denied it`, isError: true },
    ])
    expect(text).toContain('**alertmanager · expire_silence** was not run: the engineer denied it')
    expect(text).not.toContain('failed')
  })

  it('lists the tools when none matches', async () => {
    const { text } = await answer([{ role: 'user', text: 'Tell me a joke' }])
    expect(text).toContain('No tool matches')
    expect(text).toContain('English words such as *alerts*, *silences*, *alert groups*, *queues*, *waiting*')
    expect(text).not.toContain('*logs*')
    expect(text).toContain('`list_alerts`')
    expect(text).toContain(NOTICE)
    const without = await answer([{ role: 'user', text: 'alerts?\n\n[2026-11-27 17:20 UTC]' }], [])
    expect(without.text).toContain('This customer has no tools')
    expect(without.text).toContain(NOTICE)
    const call = { role: 'tool', callId: 'a', name: 'a__x', isError: false } as const
    const result = { ...call, text: framedResult(1, 'ok') }
    const { messages } = requestWithoutTools([result], '', 'What should be checked next?')
    const later = await answer(messages, [])
    expect(later.text).toContain('Rules propose nothing: that takes a language model.')
  })

  it('names a tool of supportmax itself, which belongs to no server, in full', async () => {
    const from = [spec('read_resource', 'Reads a resource'), spec('grafana__search', 'Search')]
    const { text } = await answer([{ role: 'user', text: 'qwertz' }], from)
    expect(text).toContain('- `read_resource`\n- **grafana**: `search`')
  })
})
