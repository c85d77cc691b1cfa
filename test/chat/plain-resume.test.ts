import { expect, it } from 'vitest'
import { openQueue } from '../../src/chat/asking/queue.ts'
import { openSpeaking } from '../../src/chat/plain/speaking.ts'
import { openStore } from '../../src/chat/view/store.ts'
import { firstView } from '../../src/chat/view/view.ts'

it('the questions of a conversation that is continued are read out, and nothing is said to be under way', () => {
  const customer = { id: 'north', name: 'Nordwind', access: 'read-only', production: true } as const
  const store = openStore(firstView(customer))
  const printed: string[] = []
  const queue = openQueue(store, () => undefined)
  openSpeaking(
    { ...store, queue, history: { of: () => [], add() {} } },
    { print: lines => void printed.push(...lines), width: () => 80, isBusy: () => false },
  )
  printed.length = 0
  store.dispatch({ type: 'asked', question: -1, text: 'why is it red?', at: Date.UTC(2020, 0, 2, 12) })
  store.dispatch({ type: 'agent', question: -1, event: { type: 'text', text: 'A disk is full.' } })
  store.dispatch({ type: 'agent', question: -1, event: { type: 'cancelled' } })
  expect(printed.filter(Boolean).slice(0, 2)).toEqual([
    expect.stringMatching(/^asked 2 Jan \d\d:\d\d: why is it red\?$/),
    'A disk is full.',
  ])
  expect(printed.join('\n')).not.toContain('connecting')
})
