import { renderToString } from 'ink'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/base/text/columns.ts'
import type { Controller } from '../../src/chat/controller.ts'
import { ApprovalDialog } from '../../src/chat/draw/approval/ApprovalDialog.tsx'
import type { CallDialog } from '../../src/chat/view/dialogs.ts'
import { firstView } from '../../src/chat/view/view.ts'
import { DESTROYS } from '../helpers/effects.ts'

const customer = { id: 'segura', name: 'Segura Caixa', production: true, access: 'read-write' } as const
const foreseen = ['for 2 h, until Fri 14:30 (12:30 UTC)', 'would mute 1 alert now:', '  DiskFull  critical']

function drawn(args: object, width: number, rows: number, more = 0): string[] {
  const dialog: CallDialog = {
    kind: 'call',
    id: 1,
    customer: 'segura',
    server: 'alertmanager',
    tool: 'expire_silence',
    args,
    effect: DESTROYS,
    foreseen,
    ready: true,
  }
  const view = { ...firstView(customer), dialogs: Array.from({ length: 1 + more }, () => dialog) }
  const controller = { note() {} } as unknown as Controller
  const parts = { controller, view, dialog, width, rows }
  return renderToString(<ApprovalDialog {...parts} />, { columns: width }).split('\n')
}

describe('the frame of the dialog', () => {
  const args = { comment: 'Platte wird getauscht '.repeat(8), who: '東京 太郎', evil: '\u001b[2J\u202e' }

  it.each([40, 80, 120])('is closed on all sides on a screen of %i columns', width => {
    const lines = drawn(args, width, 60, 2)
    for (const line of lines) expect(columnsOf(line)).toBe(width)
    expect(lines[0]).toMatch(/^┏━+┓$/)
    expect(lines.at(-1)).toMatch(/^┗━+┛$/)
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^┃ .* ┃$/)
    const text = lines.join(' ').replace(/[\s┃]+/g, ' ')
    expect(text).toContain('Allow this on Segura Caixa PROD?')
    expect(text).toContain('DESTRUCTIVE alertmanager · expire_silence')
    expect(text).toContain('\\u{1b}[2J\\u{202e}')
    expect(text).toContain('would mute 1 alert now: DiskFull critical')
    expect(text).toContain('2 more behind it')
  })

  it('keeps the question, what it would do first, and the answers if there is no room for the arguments', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key${i}`, i]))
    const lines = drawn(many, 80, 9)
    expect(lines).toHaveLength(9)
    const text = lines.join('\n')
    expect(text).toContain('Allow this on Segura Caixa PROD?')
    expect(text).toContain('with the arguments above')
    expect(text).toContain('for 2 h, until Fri 14:30')
    expect(text).toContain('y once')
    expect(text).not.toContain('key0')
  })

  it('is one line on a screen that is too small for it', () => {
    const lines = drawn({ id: 1 }, 80, 0)
    expect(lines).toEqual(['Allow this on Segura Caixa PROD? DESTRUCTIVE  alertmanager · expire_silence'])
  })
})
