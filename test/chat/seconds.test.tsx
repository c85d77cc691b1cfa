import { render } from 'ink-testing-library'
import { expect, it } from 'vitest'
import type { Controller } from '../../src/chat/controller.ts'
import { Screen } from '../../src/chat/draw/Screen.tsx'
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
  const controller = { ...store, view: store.view } as unknown as Controller
  const { lastFrame, unmount } = render(<Screen controller={controller} color={false} />)
  open.push({ close: unmount })
  return (lastFrame() ?? '').split('why?\n')[1] ?? ''
}

it('a running call shows for how long it has been running, and how to cancel', () => {
  const late = [asked, started('a'), ...Array<ChatEvent>(11).fill(second), started('b'), second]
  const lines = liveScreen(late).split('\n')
  expect(lines[1]).toMatch(/^… grafana · query expr=up +12 s$/)
  expect(lines[2]).toMatch(/^… grafana · query expr=up +1 s$/)
  expect(lines[4]).toBe('calling tools, 12 s… press Esc to cancel')
})

it('a model that is silent shows for how long', () => {
  expect(liveScreen([asked])).toContain('waiting for the model… press Esc to cancel')
  expect(liveScreen([asked, second, second, second])).toContain(
    'waiting for the model, 3 s… press Esc to cancel',
  )
})
