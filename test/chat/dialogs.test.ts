import { describe, expect, it } from 'vitest'
import { openDialogs } from '../../src/chat/dialogs.ts'
import type { ChatEvent } from '../../src/chat/view.ts'

const call = (customer: string) => ({ customer, server: 's', tool: 'write', args: { a: 'x'.repeat(80) } })

function dialogs(onScreen = () => 'north') {
  const events: ChatEvent[] = []
  const opened = openDialogs(event => events.push(event), onScreen)
  const ids = () => events.flatMap(event => (event.type === 'dialog' ? [event.dialog.id] : []))
  return { ...opened, events, ids }
}

describe('dialogs', () => {
  it('of a question that is over are answered No, those of the next one stay open', async () => {
    const { approver, close, answer, ids } = dialogs()
    const first = approver(1, 'north')(call('north'))
    const second = approver(2, 'north')(call('north'))
    close(1)
    expect(await first).toEqual({ allowed: false, reason: 'the engineer said no' })
    answer(ids()[1] ?? 0, true)
    expect(await second).toEqual({ allowed: true })
  })

  it('never ask in the name of a customer who is not on the screen', async () => {
    let screen = 'north'
    const { approver, events } = dialogs(() => screen)
    const approve = approver(1, 'north')
    screen = 'south'
    expect((await approve(call('north'))).allowed).toBe(false)
    expect((await approver(1, 'south')(call('north'))).allowed).toBe(false)
    expect(events).toEqual([])
  })

  it('show long arguments in full above the one line', () => {
    const { approver, events } = dialogs()
    void approver(1, 'north')(call('north'))
    expect(events.map(event => event.type)).toEqual(['note', 'dialog'])
    expect(JSON.stringify(events[0])).toContain('x'.repeat(80))
  })
})
