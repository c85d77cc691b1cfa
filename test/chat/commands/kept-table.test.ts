import { describe, expect, it } from 'vitest'
import { keptText } from '../../../src/chat/commands/conversation/kept-table.ts'
import type { KeptConversation } from '../../../src/store/transcripts/conversations.ts'

const NOW = new Date(2026, 10, 27, 17, 40)
const LONG = 'Which alerts are firing at site=hamburg, and since when do callers wait for longer?'

function kept(id: string, more: Partial<KeptConversation> = {}): KeptConversation {
  const at = new Date(2026, 10, 27, 17, 3)
  const none = { alert: undefined, setting: undefined, forkedFrom: undefined, openBy: undefined }
  const cost = { usd: 0, unknown: 0 }
  const by = { person: 'local', login: 'anna' }
  return { ...none, ...by, id, title: LONG, begunAt: at, touchedAt: at, cost, questions: 1, ...more }
}

const shown = (list: KeptConversation[], columns: number, current?: string) =>
  keptText(list, { command: 'supportmax', columns, current, now: NOW }).split('\n')

describe('the list of earlier conversations', () => {
  it.each([80, 200])('uses the width of %i columns for the titles', columns => {
    const alert = 'SipTrunkDown'
    const lines = shown([kept('a', { alert, title: LONG.repeat(4) }), kept('b')], columns)
    expect(lines[1]).toHaveLength(columns)
    expect(lines[1]).toContain('…')
    expect(Math.max(...lines.map(line => line.length))).toBe(columns)
  })

  it('leaves out columns in which nothing is told', () => {
    expect(shown([kept('a', { title: 'one?' })], 80)).toEqual([
      '   last         first question or title  questions',
      '1  today 17:03  one?                             1',
    ])
    const cost = { usd: 0.5, unknown: 0 }
    expect(shown([kept('a', { cost, alert: 'A' })], 80)[0]).toMatch(/questions {2}alert {2}cost$/)
  })

  it('leaves out the cost, then the alert, before the titles get too short', () => {
    const list = [kept('a', { alert: 'CallSetupFailureRateHigh', cost: { usd: 0.0447, unknown: 0 } })]
    expect(shown(list, 100)[0]).toMatch(/questions {2}alert +cost$/)
    expect(shown(list, 80)[0]).toMatch(/questions {2}alert$/)
    expect(shown(list, 80)[1]).toMatch(/Which alerts are firing at s.*… +1 {2}CallSetupFailureR…$/)
    expect(shown(list, 60)[0]).toMatch(/questions$/)
  })

  it('has the titles below the rest in a narrow window, whole where two lines hold them', () => {
    const title = 'Which alerts are firing at site=hamburg?'
    expect(shown([kept('a', { title, questions: 3 }), kept('b')], 40)).toEqual([
      '1  today 17:03  3 questions',
      `    ${title}`,
      '2  today 17:03  1 question',
      expect.stringMatching(/^ {4}Which alerts are firing at site=hamburg, and .*…$/),
    ])
  })

  it('names the day of all that was not today', () => {
    const [, line] = shown([kept('a', { touchedAt: new Date(2026, 10, 26, 17, 3) })], 80)
    expect(line).toMatch(/^1 {2}26 Nov 17:03 {2}Which/)
  })

  it('tells a copy from its original', () => {
    const titles = (list: KeptConversation[], current?: string) =>
      shown(list, 80, current)
        .slice(1)
        .map(line => line.slice(16, 44).trimEnd())
    const copy = kept('b', { title: 'one?', forkedFrom: 'a' })
    expect(titles([copy, kept('a', { title: 'one?' })]).map(line => line.split('  ')[0])).toEqual([
      'fork of 2: one?',
      'one?',
    ])
    expect(titles([copy], 'a')[0]).toMatch(/^fork of this conversation: /)
    expect(titles([copy])[0]).toMatch(/^fork: one\?/)
  })
})
