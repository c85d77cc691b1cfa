import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/agent/evidence/book.ts'
import { silencesIn } from '../../src/agent/handover/in-force.ts'
import { type Handover, handoverText } from '../../src/agent/report/handover.ts'
import { MAY_HAVE_RUN } from '../../src/toolset/toolset.ts'

const now = new Date('2026-11-27T14:00:00Z')
const at = new Date('2026-11-27T13:00:00Z')

const evidence = (number: number, more: Partial<Evidence>): Evidence => ({
  number,
  server: 'alertmanager',
  tool: 'list_alerts',
  args: {},
  at,
  kind: 'answered',
  took: 5,
  size: 10,
  isWrite: false,
  byPerson: false,
  isLarge: false,
  text: () => '{"alerts": 3}',
  ...more,
})

const silence = evidence(2, {
  tool: 'create_silence',
  args: { matchers: ['alertname=Disk'], duration: '2h' },
  isWrite: true,
  byPerson: true,
  text: () => '{"silence_id": "abc"}',
})
const ending = evidence(3, { tool: 'expire_silence', args: { id: 'abc' }, isWrite: true, text: () => 'done' })

const note = (more: Partial<Handover>) =>
  handoverText({
    customer: { id: 'north', name: 'Nordwind', environment: 'prod' },
    story: [
      {
        question: 'which alerts?',
        at,
        calls: [1],
        end: {
          type: 'answer',
          text: '3 alerts fire [1]',
          turns: 1,
          platform: 'p',
          model: 'm',
          rule: undefined,
          crossCheck: undefined,
        },
      },
      {
        question: 'and the disk?',
        at,
        calls: [],
        end: { type: 'failed', reason: 'timed out', hint: undefined, code: 'failed' },
      },
    ],
    evidence: [evidence(1, {}), silence],
    missing: [{ server: 'grafana', reason: 'down' }],
    person: 'anna',
    now,
    conversation: '3f2a',
    command: 'supportmax --config north.json',
    next: {
      text: '- **Next checks**: look at the disk again [1], 99 of them [7]',
      check: { unknown: [7], unshown: ['99'] },
      platform: 'p',
      model: 'm',
    },
    ...more,
  })

describe('a handover', () => {
  it('says what was found, what is in force, what is next and how to go on', () => {
    const text = note({})
    expect(text).toContain('# Handover: Nordwind')
    expect(text).toContain('3 alerts fire [1]')
    expect(text).toContain('grafana was not available: down')
    expect(text).toMatch(
      /- \*\*in force until .*15:00.*UTC\)?\*\*: 13:00:00 UTC alertmanager · create_silence .*allowed by anna\) \[2\]/,
    )
    expect(text).toContain('no answer to "and the disk?": timed out')
    expect(text).toContain('`supportmax --config north.json chat north --resume 3f2a`')
  })

  it('checks what the model proposes like an answer', () => {
    const text = note({})
    expect(text).toContain('Proposed by p · m')
    expect(text).toContain('~~[7]~~')
    expect(text).toContain('not found in the results that the answer cites: 99')
  })

  it('says so where no model could be asked', () => {
    expect(note({ next: { reason: 'no platform' } })).toContain('_The model proposed nothing: no platform._')
  })

  it('tells a silence that was ended, and one that is over', () => {
    expect(note({ evidence: [silence, ending] })).toContain(
      '- ended by [3]: 13:00:00 UTC alertmanager · create_silence',
    )
    expect(note({ now: new Date('2026-11-27T16:00:00Z') })).toMatch(/- ended .*15:00/)
  })

  it('does not say that a silence is in force which a later call has changed', () => {
    const changing = evidence(3, {
      tool: 'create_silence',
      args: { id: 'abc', duration: '90m' },
      isWrite: true,
      text: () => '{"silence_id": "abc", "ends_at": "2026-11-27T14:30:00Z"}',
    })
    const text = note({ evidence: [silence, changing] })
    expect(text).toContain('- changed by [3]: 13:00:00 UTC alertmanager · create_silence')
    expect(text).toMatch(/- \*\*in force until .*14:30/)
    expect(text).not.toMatch(/in force until .*15:00/)
  })

  it('says so where nobody knows whether a silence was ended', () => {
    const unsure = { ...ending, kind: 'failed' as const, text: () => `timed out; ${MAY_HAVE_RUN}` }
    expect(note({ evidence: [silence, unsure] })).toMatch(
      /- \*\*in force until .*15:00.*\*\*, unless \[3\] ended it: 13:00:00/,
    )
    const notRun = { ...ending, kind: 'cancelled' as const, text: () => 'cancelled' }
    expect(note({ evidence: [silence, notRun] })).toMatch(/- \*\*in force until .*15:00[^,]*\*\*: 13:00:00/)
  })

  it.each([
    ['delete_silences', { ids: ['abc'] }],
    ['unsilence', { silence: { id: 'abc' } }],
    ['alerting_manage_silences', { operation: 'delete', silence_uid: 'abc' }],
  ])('knows a silence that was ended by %s %j', (tool, args) => {
    expect(note({ evidence: [silence, { ...ending, tool, args }] })).toContain('- ended by [3]: 13:00:00')
  })
})

describe('the end of a silence', () => {
  const untilOf = (more: Partial<Evidence>) => silencesIn([{ ...silence, ...more }])[0]?.until?.toISOString()

  it.each<[Partial<Evidence>, string | undefined]>([
    [{ args: { duration: '2h' } }, '2026-11-27T15:00:00.000Z'],
    [{ args: { ends_at: '2026-11-28T00:00:00Z' } }, '2026-11-28T00:00:00.000Z'],
    [
      { args: {}, text: () => '{"silence": {"ends_at": "2026-11-29T00:00:00Z"}}' },
      '2026-11-29T00:00:00.000Z',
    ],
    [{ args: { operation: 'create', ends_at: 'soon' } }, undefined],
    [{ args: { silence: { endsAt: '2026-11-28T00:00:00Z' } } }, '2026-11-28T00:00:00.000Z'],
    [
      { args: { duration: '2h' }, text: () => '{"endsAt": "2026-11-27T14:00:00Z"}' },
      '2026-11-27T14:00:00.000Z',
    ],
  ])('is read: %j', (more, until) => {
    expect(untilOf(more)).toBe(until)
  })

  it('is not made up for one that was not made', () => {
    expect(silencesIn([{ ...silence, kind: 'denied' }])).toEqual([])
    expect(silencesIn([evidence(1, { tool: 'list_silences' })])).toEqual([])
  })
})
