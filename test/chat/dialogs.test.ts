import { afterEach, describe, expect, it, vi } from 'vitest'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import { openDialogs } from '../../src/chat/asking/dialogs.ts'
import type { ChatEvent } from '../../src/chat/view/view.ts'
import { WRITES } from '../helpers/effects.ts'

const call = (customer: string) => ({
  customer,
  server: 's',
  tool: 'write',
  args: { a: 'x'.repeat(80) },
  effect: WRITES,
})

function dialogs(onScreen = () => 'north') {
  const events: ChatEvent[] = []
  const opened = openDialogs(event => events.push(event), onScreen)
  const ids = () => events.flatMap(event => (event.type === 'dialog' ? [event.dialog.id] : []))
  const ready = () => events.flatMap(event => (event.type === 'dialog-ready' ? [event.id] : []))
  return { ...opened, events, ids, ready }
}

afterEach(() => vi.useRealTimers())

describe('dialogs', () => {
  it('of a question that is over are denied, those of the next one stay open', async () => {
    const { approver, close, answer, ids } = dialogs()
    const first = approver(1, 'north')(call('north'))
    const second = approver(2, 'north')(call('north'))
    close(1)
    expect(await first).toEqual({ allowed: false, reason: 'the engineer denied it' })
    answer(ids()[1] ?? 0, true)
    expect(await second).toEqual({ allowed: true })
  })

  it('never ask for a customer who is not on the screen', async () => {
    let screen = 'north'
    const { approver, events } = dialogs(() => screen)
    const approve = approver(1, 'north')
    screen = 'south'
    expect((await approve(call('north'))).allowed).toBe(false)
    expect((await approver(1, 'south')(call('north'))).allowed).toBe(false)
    expect(events).toEqual([])
  })

  it('take keys only after a pause in typing, one dialog after the other', async () => {
    vi.useFakeTimers()
    const { approver, typed, answer, ids, ready } = dialogs()
    const first = approver(1, 'north')(call('north'))
    void approver(1, 'north')(call('north'))
    for (let key = 0; key < 5; key++) {
      typed()
      await vi.advanceTimersByTimeAsync(TIMEOUTS.dialogQuiet - 1)
    }
    expect(ready()).toEqual([])
    await vi.advanceTimersByTimeAsync(2)
    expect(ready()).toEqual(ids().slice(0, 1))
    answer(ids()[0] ?? 0, true)
    expect(await first).toEqual({ allowed: true })
    await vi.advanceTimersByTimeAsync(TIMEOUTS.dialogQuiet + 1)
    expect(ready()).toEqual(ids())
    expect(ready()).toEqual(ids())
  })

  it('take no keys while the person sees something else', async () => {
    vi.useFakeTimers()
    const { approver, unseen, ids, ready } = dialogs()
    const reading = Promise.withResolvers<void>()
    const seen = unseen(reading.promise)
    void approver(1, 'north')(call('north'))
    await vi.advanceTimersByTimeAsync(10 * TIMEOUTS.dialogQuiet)
    expect(ready()).toEqual([])
    reading.resolve()
    await seen
    await vi.advanceTimersByTimeAsync(TIMEOUTS.dialogQuiet - 1)
    expect(ready()).toEqual([])
    await vi.advanceTimersByTimeAsync(2)
    expect(ready()).toEqual(ids())
  })
})
