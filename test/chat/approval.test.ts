import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/base/text/columns.ts'
import { approvalLines } from '../../src/chat/draw/approval/lines.ts'
import type { CallDialog } from '../../src/chat/view/dialogs.ts'
import { DESTROYS, WRITES } from '../helpers/effects.ts'

const customer = { id: 'segura', name: 'Segura Caixa', production: true, access: 'read-write' } as const

function linesOf(about: Partial<CallDialog>, width = 76): string[] {
  const dialog: CallDialog = {
    kind: 'call',
    id: 1,
    customer: 'segura',
    server: 'alertmanager',
    tool: 'create_silence',
    args: {},
    effect: WRITES,
    foreseen: [],
    ready: true,
    ...about,
  }
  return approvalLines(dialog, { customer, width })
}

describe('a dialog in words', () => {
  it('names the customer and PROD in the question, then what the call is, its arguments and its effect', () => {
    const args = {
      matchers: ['alertname="DiskFull"', 'site="hamburg"'],
      duration: '2h',
      n: 2,
      note: { a: [1] },
    }
    const foreseen = ['would mute 1 alert now:', '  DiskFull']
    expect(linesOf({ args, foreseen, effect: DESTROYS })).toEqual([
      'Allow this on Segura Caixa PROD?',
      'DESTRUCTIVE  alertmanager · create_silence  (its server says so)',
      'matchers  • alertname="DiskFull"',
      '          • site="hamburg"',
      'duration  2h',
      'n         2',
      'note      {"a":[1]}',
      'would mute 1 alert now:',
      '  DiskFull',
      'y once · t destructive until the answer · n or a reason: no',
    ])
  })

  it('tells texts from numbers, and shows what cannot be seen', () => {
    const args = {
      a: '2',
      b: 2,
      c: 'true',
      d: true,
      e: ' x',
      f: 'x\ny',
      g: 'a\u200bb\u202ec\u{e0041}',
      h: '',
    }
    expect(linesOf({ args, tool: 'create\u200b_silence' }).slice(1, 11)).toEqual([
      'WRITE  alertmanager · create\\u{200b}_silence  (adds something: its server',
      '  says that it deletes and overwrites nothing)',
      'a  "2"',
      'b  2',
      'c  "true"',
      'd  true',
      'e  " x"',
      'f  │ x',
      '   │ y',
      'g  a\\u{200b}b\\u{202e}c\\u{e0041}',
    ])
  })

  it.each([40, 80, 120])('fits a screen of %i columns, with nothing left out', width => {
    const values = {
      wide: '東京電力'.repeat(30),
      [`long_${'name'.repeat(12)}`]: 'v'.repeat(200),
      escape: '\u001b]8;;http://evil\u0007',
      rows: Array.from({ length: 200 }, (_, i) => `row ${i}`),
    }
    const lines = linesOf({ args: values }, width - 4)
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width - 4)
    const all = lines.join('').replace(/\s/g, '')
    expect(all).toContain('東京電力'.repeat(30))
    expect(all).toContain(`long_${'name'.repeat(12)}`)
    expect(all).toContain('v'.repeat(200))
    expect(all).toContain('\\u{1b}]8;;http://evil\\u{7}')
    expect(all.match(/•row/g)).toHaveLength(200)
  })
})
