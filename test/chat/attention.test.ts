import { describe, expect, it } from 'vitest'
import { callFor, openAttention, titleOf } from '../../src/chat/terminal/attention.ts'
import type { CallDialog } from '../../src/chat/view/dialogs.ts'
import { openStore } from '../../src/chat/view/store.ts'
import { type ChatCustomer, firstView } from '../../src/chat/view/view.ts'
import { WRITES } from '../helpers/effects.ts'

const segura: ChatCustomer = { id: 'segura', name: 'Segura', production: true, access: 'read-only' }
const atlantis: ChatCustomer = { id: 'atlantis', name: 'Atlantis', production: false, access: 'read-only' }
const dialog: CallDialog = {
  kind: 'call',
  id: 1,
  customer: 'segura',
  server: 's',
  tool: 't',
  args: {},
  effect: WRITES,
  foreseen: [],
  ready: false,
}
const idle = firstView(segura)
const asking = { ...idle, asking: 1 }
const waiting = { ...asking, dialogs: [dialog] }

describe('the title of the window', () => {
  it.each([
    ['segura · PROD', idle],
    ['… segura · PROD', asking],
    ['! segura · PROD', waiting],
    ['atlantis', firstView(atlantis)],
  ])('is %s', (title, view) => {
    expect(titleOf(view)).toBe(title)
  })
})

describe('a person is called', () => {
  it('when an approval waits, once for several', () => {
    expect(callFor(asking, waiting, 1)).toBe('segura PROD: a call needs your approval')
    expect(callFor(waiting, { ...waiting, dialogs: [dialog, { ...dialog, id: 2 }] }, 1)).toBe(undefined)
  })

  it('when a long answer is there, but not for a short one, and not for a customer that was left', () => {
    expect(callFor(asking, idle, 10)).toBe('segura PROD: the answer is there')
    expect(callFor(asking, idle, 9)).toBe(undefined)
    expect(callFor(asking, firstView(atlantis), 60)).toBe(undefined)
    expect(callFor(idle, asking, 60)).toBe(undefined)
  })
})

function written(isLoud: boolean): string {
  let text = ''
  const store = openStore(idle)
  const write = (part: unknown) => {
    text += part
    return true
  }
  const attention = openAttention(store, { write }, isLoud)
  store.dispatch({ type: 'asked', question: 1, text: 'why?' })
  store.dispatch({ type: 'dialog', dialog })
  store.dispatch({ type: 'dialog-closed', id: 1, allowed: false })
  attention.close()
  store.dispatch({ type: 'switching', customer: atlantis })
  return text
}

const title = (text: string) => `\u001b]2;${text}\u0007`
const titles = [title('segura · PROD'), title('… segura · PROD'), title('! segura · PROD')]

it('the terminal gets titles, a bell and a notification, and its old title at the end', () => {
  expect(written(true)).toBe(
    [
      '\u001b[22;0t',
      ...titles,
      '\u0007\u001b]9;segura PROD: a call needs your approval\u0007',
      title('… segura · PROD'),
      '\u001b[23;0t',
    ].join(''),
  )
})

it('who wants to hear nothing gets the titles alone', () => {
  expect(written(false)).toBe(['\u001b[22;0t', ...titles, title('… segura · PROD'), '\u001b[23;0t'].join(''))
})
