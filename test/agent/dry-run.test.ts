import { describe, expect, it } from 'vitest'
import { dryRun } from '../../src/agent/dry-run/dry-run.ts'
import { matching } from '../../src/agent/dry-run/matching.ts'
import { lengthText, momentText, periodLine } from '../../src/agent/dry-run/period.ts'
import { builtInTypes } from '../../src/catalog/built-in.ts'
import type { Customer } from '../../src/config/project.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder, serverOf } from '../helpers/customer-of.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'

const NOW = new Date('2026-11-27T10:00:00Z')
const read = { annotations: { readOnlyHint: true } }
const properties = (...names: string[]) => ({
  inputSchema: { type: 'object', properties: Object.fromEntries(names.map(name => [name, {}])) },
})

const alert = (name: string, more: object = {}) => ({
  alertname: name,
  severity: 'critical',
  state: 'active',
  labels: { site: 'hamburg' },
  ...more,
})
const preview = (...alerts: object[]) =>
  JSON.stringify({
    alerts,
    counts: { total: alerts.length },
    matchers: ['alertname=~"Disk.*"', 'site="hamburg"'],
  })

const create: ToolSketch = {
  name: 'create_silence',
  ...properties('matchers', 'duration', 'id', 'comment'),
  run: () => 'made',
}
const expire: ToolSketch = { name: 'expire_silence', ...properties('id'), run: () => 'gone' }

/** The toolset of a read-write customer with a server of this type. */
async function world(type: string, tools: ToolSketch[]) {
  const server = closing(await startServer({ kind: 'modern', tools }))
  const { effects = [], dryRuns = {} } = builtInTypes().find(one => one.type === type) ?? {}
  const access = 'read-write'
  const one = serverOf('acme', 'am', { type, access, effects, dryRuns })
  const customer: Customer = customerOf('acme', [one], { access })
  const pool = closing(openPool(finder(new Map([['acme/am', server]]))))
  const toolset = await buildToolset(customer, { pool, generation: 1 })
  const foresee = async (tool: string, args: object, signal = new AbortController().signal) => {
    const all: (readonly string[])[] = []
    for await (const lines of dryRun(toolset, { server: 'am', tool, args }, { signal, now: () => NOW }))
      all.push(lines)
    return all
  }
  return { server, foresee }
}

describe('a silence of Alertmanager', () => {
  const args = { matchers: ['alertname=~"Disk.*"'], duration: '2h', comment: 'x' }

  it('says at once how long it lasts, then which alerts it mutes', async () => {
    const asked: unknown[] = []
    const tool = {
      name: 'preview_silence',
      ...read,
      run: (given: object) => {
        asked.push(given)
        return preview(alert('DiskFull'), alert('DiskSlow', { state: 'silenced', silenced_by: ['1'] }))
      },
    }
    const { foresee, server } = await world('alertmanager', [create, tool])
    const [first, last] = await foresee('create_silence', args)
    expect(first).toEqual([
      periodLine({ from: undefined, until: new Date('2026-11-27T12:00:00Z') }, NOW),
      expect.stringMatching(/…$/),
    ])
    expect(last).toEqual([
      expect.stringContaining('for 2 h, until Fri '),
      'it mutes alerts with alertname =~ "Disk.*" and site = "hamburg"',
      'would mute 2 alerts now:',
      '  DiskFull  critical  site=hamburg',
      '  DiskSlow  critical  site=hamburg  (already silenced)',
    ])
    expect(asked).toEqual([{ matchers: args.matchers, limit: 100 }])
    expect(server.calls).toEqual(['preview_silence'])
  })

  it('says loudly that no end is given', async () => {
    const tool = { name: 'preview_silence', ...read, run: () => preview() }
    const { foresee } = await world('alertmanager', [create, tool])
    const { duration: _, ...endless } = args
    const [first] = await foresee('create_silence', endless)
    expect(first?.[0]).toBe('NO END is given: Alertmanager will refuse it')
  })

  it('says that it mutes nothing', async () => {
    const { foresee } = await world('alertmanager', [
      create,
      { name: 'preview_silence', ...read, run: () => preview() },
    ])
    expect((await foresee('create_silence', args)).at(-1)).toContain('would mute nothing now')
  })

  it.each<[string, ToolSketch[], string]>([
    ['is not there', [], 'could not ask what it would do: am offers no preview_silence'],
    [
      'fails',
      [
        {
          name: 'preview_silence',
          ...read,
          run: () => ({ content: [{ type: 'text', text: 'HTTP 502' }], isError: true }),
        },
      ],
      'could not ask what it would do: HTTP 502',
    ],
    [
      'may write',
      [{ name: 'preview_silence', run: () => preview() }],
      'could not ask what it would do: am offers no preview_silence',
    ],
  ])('says so if the tool to ask %s, and calls nothing that may write', async (_, tools, words) => {
    const { foresee, server } = await world('alertmanager', [create, ...tools])
    const last = (await foresee('create_silence', args)).at(-1)
    expect(last).toEqual([expect.stringContaining('for 2 h'), words])
    expect(server.calls.filter(one => one === 'create_silence')).toEqual([])
  })

  it('stops without a word once the dialog is answered', async () => {
    const stopping = new AbortController()
    const { foresee } = await world('alertmanager', [
      create,
      {
        name: 'preview_silence',
        ...read,
        run: () => {
          stopping.abort()
          return new Promise<string>(() => {})
        },
      },
    ])
    expect((await foresee('create_silence', args, stopping.signal)).length).toBe(1)
  })

  it('says of the end of one whose it is, and which alerts notify again', async () => {
    const silence = {
      matchers: ['site="hamburg"'],
      ends_at: '2026-11-27T12:30:00Z',
      created_by: 'anna',
      comment: 'disk swap',
      state: 'active',
    }
    const id = '11111111-1111-4111-8111-111111111111'
    const { foresee } = await world('alertmanager', [
      expire,
      { name: 'get_silence', ...read, run: () => JSON.stringify({ silence }) },
      {
        name: 'preview_silence',
        ...read,
        run: () =>
          preview(
            alert('DiskFull', { state: 'silenced', silenced_by: [id] }),
            alert('DiskSlow', { state: 'silenced', silenced_by: [id, '2'] }),
          ),
      },
    ])
    const last = (await foresee('expire_silence', { id })).at(-1)
    expect(last?.slice(1)).toEqual([
      'by anna: disk swap',
      `it would last until ${momentText(new Date(silence.ends_at), NOW)}`,
      '1 alert would notify again:',
      '  DiskFull  critical  site=hamburg',
    ])
  })
})

describe('a silence of mcp-grafana', () => {
  const rules = [
    { uid: 'r1', title: 'DiskFull', state: 'firing' },
    { uid: 'r2', title: 'CpuHigh', state: 'normal' },
  ]
  const alerts = [
    { labels: { alertname: 'DiskFull', instance: 'a:1' }, state: 'Alerting' },
    { labels: { alertname: 'DiskFull', instance: 'b:1' }, state: 'Normal' },
  ]
  const tools: ToolSketch[] = [
    {
      name: 'alerting_silences_write',
      ...properties('operation', 'matchers', 'starts_at', 'ends_at', 'silence_id'),
      run: () => 'made',
    },
    {
      name: 'alerting_rules_read',
      ...read,
      run: ({ operation }) => JSON.stringify(operation === 'list' ? rules : { uid: 'r1', alerts }),
    },
    {
      name: 'alerting_silences_read',
      ...read,
      run: () =>
        JSON.stringify({
          matchers: [{ name: 'alertname', value: 'DiskFull', isRegex: false }],
          endsAt: '2026-11-27T12:00:00Z',
          createdBy: 'anna',
          comment: 'swap',
        }),
    },
  ]
  const silence = (value: string, isRegex = false) => ({
    operation: 'create',
    matchers: [{ name: 'alertname', value, isRegex }],
    starts_at: '2026-11-27T10:00:00Z',
    ends_at: '2026-11-27T14:00:00Z',
  })

  it.each([
    [silence('DiskFull'), ['would mute 1 alert now:', '  DiskFull  instance=a:1']],
    [silence('Disk.*|Cpu.*', true), ['would mute 1 alert now:', '  DiskFull  instance=a:1']],
    [silence('Other'), ['would mute nothing now']],
    [silence('(a+)+$', true), ['cannot tell which alerts: only Grafana can read alertname =~ "(a+)+$"']],
    [
      { operation: 'delete', silence_id: '1' },
      ['1 alert would notify again, unless another silence mutes it:', '  DiskFull  instance=a:1'],
    ],
  ])('%j', async (args, ending) => {
    const { foresee, server } = await world('grafana', tools)
    const last = (await foresee('alerting_silences_write', args)).at(-1) ?? []
    for (const line of ending) expect(last).toContain(line)
    expect(server.calls).not.toContain('alerting_silences_write')
  })

  it('has nothing to say of other calls', async () => {
    const { foresee, server } = await world('grafana', tools)
    expect(await foresee('alerting_silences_write', { operation: 'list' })).toEqual([])
    expect(await foresee('alerting_rules_read', { operation: 'list' })).toEqual([])
    expect(server.calls).toEqual([])
  })
})

describe('matchers', () => {
  it.each([
    ['=', 'a.c', { n: 'a.c' }, true],
    ['=', 'a.c', { n: 'abc' }, false],
    ['!=', 'x', {}, true],
    ['=', '', {}, true],
    ['=~', 'web-.*', { n: 'web-1' }, true],
    ['=~', 'web-.*', { n: 'my-web-1' }, false],
    ['=~', 'web-.+', { n: 'web-' }, false],
    ['=~', 'a|b|c.*', { n: 'cd' }, true],
    ['!~', 'a|b', { n: 'a' }, false],
    ['=~', '10\\.0\\.0\\.1', { n: '10.0.0.1' }, true],
    ['=~', '10\\.0\\.0\\.1', { n: '10a0b0c1' }, false],
    ['=~', 'toString', {}, false],
  ])('n %s %j of %j: %s', (operator, value, labels, expected) => {
    const found = matching([{ name: 'n', operator, value }])
    expect('matches' in found && found.matches(labels)).toBe(expected)
  })

  it.each(['a.c', '[ab]', '(a)', 'a{2}', 'a?', '^a$', 'a+', '.+x.+', '\\d', 'a.*?'])(
    '=~ %j is not compared here',
    value => {
      expect(matching([{ name: 'n', operator: '=~', value }])).toHaveProperty('unclear')
    },
  )
})

it.each([
  [2 * 3_600_000, '2 h'],
  [90 * 60_000, '1 h 30 min'],
  [86_400_000 * 365, '365 d'],
  [26 * 3_600_000 + 60_000, '1 d 2 h'],
  [10_000, 'less than a minute'],
])('%i ms is %s', (ms, text) => {
  expect(lengthText(ms)).toBe(text)
})
