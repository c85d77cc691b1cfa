import { render } from 'ink-testing-library'
import { expect, it } from 'vitest'
import type { Controller } from '../../src/chat/controller.ts'
import { Screen } from '../../src/chat/draw/Screen.tsx'
import { NO_COLOURS } from '../../src/chat/draw/text/themes.ts'
import { reduce } from '../../src/chat/view/reduce.ts'
import { openStore } from '../../src/chat/view/store.ts'
import { type ChatEvent, firstView, type View } from '../../src/chat/view/view.ts'
import { open } from './open-chat.tsx'

const customer = { id: 'north', name: 'Nordwind', production: false, access: 'read-only' } as const
const second: ChatEvent = { type: 'second', question: 1 }
const asked: ChatEvent = { type: 'asked', question: 1, text: 'why?' }
const started = (id: string): ChatEvent => ({
  type: 'agent',
  question: 1,
  event: { type: 'call-started', id, server: 'grafana', tool: 'query', args: { expr: 'up' } },
})

/** The screen after these events, without its finished part. */
function liveScreen(events: ChatEvent[]): string {
  const first: View = { ...firstView(customer), phase: 'ready' }
  const view = events.reduce(reduce, first)
  const store = openStore(view)
  const history = { of: () => [], add() {} }
  const queue = { takeUnsent: () => [] }
  const controller = { ...store, history, queue, complete: () => undefined } as unknown as Controller
  const { lastFrame, unmount } = render(<Screen controller={controller} theme={NO_COLOURS} />)
  open.push({ close: unmount })
  return (lastFrame() ?? '').split('why?\n')[1] ?? ''
}

it('a running call shows for how long it has been running, and how to cancel', () => {
  const late = [asked, started('a'), ...Array<ChatEvent>(11).fill(second), started('b'), second]
  const lines = liveScreen(late).split('\n')
  expect(lines[1]).toMatch(/^… grafana · query expr=up +12 s$/)
  expect(lines[2]).toMatch(/^… grafana · query expr=up +1 s$/)
  expect(lines[4]).toBe('⠋ calling 2 tools · 12 s · Esc cancels')
})

it('a model that is silent shows for how long', () => {
  expect(liveScreen([asked])).toContain('⠋ waiting for the model · Esc cancels')
  expect(liveScreen([asked, second, second, second])).toContain('waiting for the model · 3 s · Esc cancels')
})

it('the line counts calls, and tells an answer that is being written from silence', () => {
  const outcome = { kind: 'answered', text: 'x', took: 3, cutBytes: 0 } as const
  const ended = (id: string): ChatEvent => ({
    type: 'agent',
    question: 1,
    event: { type: 'call-ended', id, outcome },
  })
  const text: ChatEvent = { type: 'agent', question: 1, event: { type: 'text', text: 'It ' } }
  expect(liveScreen([asked, started('a'), started('b'), ended('a')])).toContain(
    'calling 1 tool · 1 done · Esc',
  )
  expect(liveScreen([asked, started('a'), ended('a')])).toContain(
    'waiting for the model · 1 call so far · Esc',
  )
  expect(liveScreen([asked, started('a'), ended('a'), text])).toContain('answering · 1 call so far · Esc')
})

it('what a server reports stands below its call until the call ends', () => {
  const progress = { done: 5, total: 10, text: 'shard 5' }
  const reported: ChatEvent = {
    type: 'agent',
    question: 1,
    event: { type: 'call-progress', id: 'a', progress },
  }
  expect(liveScreen([asked, started('a'), reported]).split('\n')[2]).toBe(
    '  ██████████░░░░░░░░░░ 50 %  shard 5',
  )
})

it('no time counts while a server waits for the person', () => {
  const dialog: ChatEvent = {
    type: 'dialog',
    dialog: {
      id: 1,
      ready: false,
      kind: 'form',
      server: 'grafana',
      message: 'who?',
      address: undefined,
      fields: [],
      at: 0,
      values: [],
    },
  }
  const minute = Array<ChatEvent>(60).fill(second)
  const waiting = [asked, started('a'), second, second, dialog, ...minute]
  const answered: ChatEvent[] = [...waiting, { type: 'dialog-closed', id: 1, allowed: true }, second]
  expect(liveScreen(answered)).toContain('calling 1 tool · 3 s · Esc cancels')
  expect(answered.reduce(reduce, { ...firstView(customer), phase: 'ready' }).silent).toBe(3)
})
