import { describe, expect, it } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import { reduce } from '../../src/chat/view/reduce.ts'
import { firstView } from '../../src/chat/view/view.ts'
import { say } from '../helpers/scripted-platform.ts'
import { chat } from './open-chat.tsx'

const count = (text: string, words: string) => text.split(words).length - 1
const CHANGED = 'has changed since this chat read it'

/** A chat whose configuration file has the state that `file` says. */
function chatOver(file: { change: string | undefined; fault?: SupportError; started?: boolean }) {
  return chat(
    () => say('fine'),
    {},
    {
      configChange: () => file.change,
      async reload() {
        if (file.fault) throw file.fault
        file.change = undefined
        return [{ message: 'customers[0].host: never used', hint: 'remove it' }]
      },
      async up() {
        file.started = true
      },
    },
  )
}

describe.concurrent('when the configuration file changes', () => {
  it('the chat says so once for each change, also while nobody types', async () => {
    const file: Parameters<typeof chatOver>[0] = { change: undefined }
    const { sees, type, frame } = chatOver(file)
    await sees('1 tool')
    await type('How is it?')
    await sees('fine')
    expect(frame()).not.toContain(CHANGED)
    file.change = 'first'
    await sees('run `/reload` to use the file as it is now')
    await type('And now?')
    await type('/cost')
    await sees('REQUESTS')
    expect(count(frame(), CHANGED)).toBe(1)
    file.change = 'second'
    await type('/tools')
    await sees('s  write')
    expect(count(frame(), CHANGED)).toBe(2)
  })

  it('/up starts nothing with the previous settings', async () => {
    const file: Parameters<typeof chatOver>[0] = { change: 'first' }
    const { sees, type } = chatOver(file)
    await sees('1 tool')
    await type('/up')
    await sees('run `/reload` first')
    expect(file.started).toBeUndefined()
  })

  it('/reload connects to the same customer again, with the warnings of the file', async () => {
    const { sees, type, frame } = chatOver({ change: 'first' })
    await sees('1 tool')
    await type('/reload')
    await sees('read mcp_servers.json again')
    await sees('warning: customers[0].host: never used')
    await type('How is it?')
    await sees('fine')
    expect(frame()).not.toContain(CHANGED)
  })

  it('a new access of the same customer is on the screen', () => {
    const customer = { id: 'a', name: 'A', production: false, access: 'read-only' } as const
    const first = firstView(customer)
    const headers = (access: 'read-only' | 'read-write') => {
      const next = reduce(first, { type: 'switching', customer: { ...customer, access } })
      return next.finished.filter(one => one.kind === 'customer').length
    }
    expect([headers('read-only'), headers('read-write')]).toEqual([1, 2])
  })

  it('/reload of a broken file keeps what was read before, and shows the error', async () => {
    const fault = new SupportError('usage', 'mcp_servers.json:3:5: expected a comma', { hint: 'add one' })
    const { sees, type } = chatOver({ change: 'first', fault })
    await sees('1 tool')
    await type('/reload')
    await sees('mcp_servers.json:3:5: expected a comma')
    await sees('not reloaded: this chat still uses the configuration that it read before')
    await type('How is it?')
    await sees('fine')
  })
})
