import { expect, it } from 'vitest'
import { drawPromptly } from '../../src/chat/draw/promptly.ts'
import { openStore } from '../../src/chat/view/store.ts'
import { type ChatCustomer, firstView } from '../../src/chat/view/view.ts'
import { WRITES } from '../helpers/effects.ts'

const segura: ChatCustomer = { id: 'segura', name: 'Segura', production: true, access: 'read-only' }
const toolset = { servers: 1, tools: 2, withheld: 0, missing: [] }
const call = { kind: 'call', id: 1, customer: 'segura', server: 's', tool: 't', args: {} } as const

it('draws tools and dialogs at once, and the pieces of an answer with the next frame', () => {
  const store = openStore(firstView(segura))
  const drawn: string[] = []
  let now = ''
  const unwatch = drawPromptly(store, async () => void drawn.push(now))
  const happens = (what: string, event: Parameters<typeof store.dispatch>[0]) => {
    now = what
    store.dispatch(event)
  }
  happens('switch', { type: 'switching', customer: { ...segura, id: 'acme' } })
  happens('tools', { type: 'published', customer: 'acme', toolset })
  happens('question', { type: 'asked', question: 1, text: 'why?' })
  happens('text', { type: 'agent', question: 1, event: { type: 'text', text: 'Because' } })
  happens('dialog', { type: 'dialog', dialog: { ...call, effect: WRITES, foreseen: [], ready: false } })
  happens('closed', { type: 'dialog-closed', id: 1, allowed: false })
  unwatch()
  happens('late', { type: 'switching', customer: segura })
  expect(drawn).toEqual(['switch', 'tools', 'dialog', 'closed'])
})
