import { afterEach, describe, expect, it, vi } from 'vitest'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import { openDialogs } from '../../src/chat/asking/dialogs.ts'
import { replyIn } from '../../src/chat/asking/reply.ts'
import type { ChatEvent } from '../../src/chat/view/view.ts'
import { DESTROYS, WRITES } from '../helpers/effects.ts'
import { until } from '../helpers/until.ts'

const call = (customer: string) => ({
  customer,
  server: 's',
  tool: 'write',
  args: { a: 'x'.repeat(80) },
  effect: WRITES,
})

function dialogs(onScreen = () => 'north', foresee?: Parameters<typeof openDialogs>[0]['foresee']) {
  const events: ChatEvent[] = []
  const opened = openDialogs({
    dispatch: event => void events.push(event),
    onScreen,
    ...(foresee && { foresee }),
  })
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
    answer(ids()[1] ?? 0, { kind: 'once' })
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
    answer(ids()[0] ?? 0, { kind: 'once' })
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

  it('allow a tool for the rest of a question, up to the kind of call that was shown', async () => {
    const { approver, answer, ids } = dialogs()
    const approve = approver(1, 'north')
    const first = approve(call('north'))
    const waiting = approve({ ...call('north'), args: { b: 1 } })
    answer(ids()[0] ?? 0, { kind: 'tool', most: 'write' })
    expect([await first, await waiting]).toEqual([{ allowed: true }, { allowed: true }])
    expect(await approve(call('north'))).toEqual({ allowed: true })
    expect(ids()).toHaveLength(2)
    const others = [
      { ...call('north'), effect: DESTROYS },
      { ...call('north'), tool: 'writes' },
      { ...call('north'), server: 's2' },
    ]
    for (const other of others) void approve(other)
    expect(ids()).toHaveLength(2 + others.length)
  })

  it('ask again in the next question, and for another customer', async () => {
    let screen = 'north'
    const { approver, answer, ids } = dialogs(() => screen)
    const approve = approver(1, 'north')
    void approve({ ...call('north'), effect: DESTROYS })
    answer(ids()[0] ?? 0, { kind: 'tool', most: 'destructive' })
    expect(await approve({ ...call('north'), effect: DESTROYS })).toEqual({ allowed: true })
    void approver(2, 'north')(call('north'))
    expect(ids()).toHaveLength(2)
    screen = 'south'
    expect((await approve(call('north'))).allowed).toBe(false)
    void approver(3, 'south')(call('south'))
    expect(ids()).toHaveLength(3)
  })

  it('pass the words of a no on, in one line and without what moves a cursor', async () => {
    const { approver, answer, ids } = dialogs()
    const asked = approver(1, 'north')(call('north'))
    answer(ids()[0] ?? 0, { kind: 'no', why: 'wrong\u001b[2J\nsite' })
    expect(await asked).toEqual({ allowed: false, reason: 'the engineer denied it: wrong site' })
  })

  it('show what a call would do as it becomes known, and stop asking once they are answered', async () => {
    const steps = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let stopped = false
    const { approver, answer, ids, events } = dialogs(undefined, async function* (_call, signal) {
      signal.addEventListener('abort', () => {
        stopped = true
      })
      for (const [at, step] of steps.entries()) {
        await step.promise
        yield [`line ${at}`]
      }
    })
    const asked = approver(1, 'north')(call('north'))
    steps[0]?.resolve()
    const shown = () => events.flatMap(event => (event.type === 'dialog-foreseen' ? event.lines : []))
    await until('the first line', () => shown().includes('line 0'))
    answer(ids()[0] ?? 0, { kind: 'once' })
    expect(await asked).toEqual({ allowed: true })
    expect(stopped).toBe(true)
    steps[1]?.resolve()
    await new Promise(setImmediate)
    expect(shown()).toEqual(['line 0'])
  })
})

describe('the answer to a dialog', () => {
  it.each([
    ['y', 'write', { kind: 'once' }],
    [' YES ', 'destructive', { kind: 'once' }],
    ['ｙ', 'write', { kind: 'once' }],
    ['t', 'write', { kind: 'tool', most: 'write' }],
    ['t', 'read', { kind: 'tool', most: 'read' }],
    ['t destructive', 'destructive', { kind: 'tool', most: 'destructive' }],
    ['', 'write', { kind: 'no', why: '' }],
    ['n', 'write', { kind: 'no', why: '' }],
    ['No', 'destructive', { kind: 'no', why: '' }],
    ['n wrong site', 'write', { kind: 'no', why: 'wrong site' }],
    ['no, wrong site', 'write', { kind: 'no', why: 'wrong site' }],
    ['No alert may be muted', 'write', { kind: 'no', why: 'No alert may be muted' }],
    ['wait for Anna', 'write', { kind: 'no', why: 'wait for Anna' }],
    ['yy', 'write', { kind: 'no', why: 'yy' }],
  ] as const)('%j about a %s call', (text, kind, answer) => {
    expect(replyIn(text, kind)).toEqual(answer)
  })

  it.each([
    ['t', 'destructive'],
    ['t destructive', 'write'],
    ['y please', 'write'],
    ['yes, all of them', 'destructive'],
    ['ok', 'write'],
  ] as const)('%j about a %s call is none', (text, kind) => {
    expect(replyIn(text, kind)).toMatchObject({
      kind: 'unclear',
      hint: expect.stringMatching(/^not answered: /),
    })
  })
})
