import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { changeText } from '../../src/chat/following/lists.ts'
import type { ServerKey } from '../../src/config/project.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { listenerFor } from '../../src/stack/tools/watching.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder } from '../helpers/customer-of.ts'
import { type Era, rawUpstream } from '../helpers/raw-upstream.ts'
import { callThenSay } from '../helpers/scripted-platform.ts'
import { chat, toolsetOf } from './open-chat.tsx'

const tool = (name: string) => ({
  name,
  description: '',
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
})

it.each(['modern', 'legacy'] as Era[])(
  'tools that a %s server adds and removes are offered at once, and told',
  async era => {
    const tools = [tool('plain'), tool('old')]
    const done = { result: { resultType: 'complete', content: [{ type: 'text', text: 'ok' }] } }
    const upstream = await rawUpstream({
      era,
      lists: { tools },
      capabilities: { tools: { listChanged: true } },
      answer({ notify }) {
        tools.splice(0, tools.length, tool('plain'), tool('fresh'))
        notify('notifications/tools/list_changed', {})
        return done
      },
    })
    const NO_AUDIT = { started: () => ({ number: 0 }), ended() {} }
    const watchers = new Set<(key: ServerKey) => void>()
    const table = new Map([['north/s', upstream]])
    const pool = closing(
      openPool(
        finder(table),
        undefined,
        listenerFor({ lists: watchers, answer: async () => ({ action: 'decline' }) }, NO_AUDIT),
      ),
    )
    let generation = 0
    const north = customerOf('north', ['s'], { name: 'Nordwind', environment: 'prod', access: 'read-write' })
    const { type, sees, controller } = chat(
      callThenSay(['s__plain', {}]),
      { toolsetFor: () => buildToolset(north, { pool, generation: ++generation }) },
      { watchLists: changed => void watchers.add(changed) },
    )
    // With our own tool that reads resources.
    await sees('3 tools')
    await type('go')
    await sees('tools have changed: new: s · fresh; gone: s · old')
    expect(controller.view().tools).toBe(3)
  },
)

it("what another customer's server says meanwhile, again and again, hides no change", async () => {
  let report: ((key: ServerKey) => void) | undefined
  let name = 'old'
  const { sees } = chat(
    () => [],
    {
      async toolsetFor(id) {
        const made = toolsetOf(id)
        return { ...made, tools: made.tools.map(one => ({ ...one, tool: name })) }
      },
    },
    {
      watchLists(changed) {
        report = changed
      },
    },
  )
  await sees('1 tool')
  name = 'fresh'
  report?.({ customer: 'north', server: 's' })
  const noise = setInterval(() => report?.({ customer: 'south', server: 's' }), 50)
  await sees('tools have changed: new: s · fresh; gone: s · old').finally(() => clearInterval(noise))
})

it('a server that never stops reporting changes hides none, also when its list takes long to come', async () => {
  let report: ((key: ServerKey) => void) | undefined
  let name = 'old'
  const { sees } = chat(
    () => [],
    {
      async toolsetFor(id, signal) {
        if (name === 'fresh') await setTimeout(700, undefined, { signal })
        const made = toolsetOf(id)
        return { ...made, tools: made.tools.map(one => ({ ...one, tool: name })) }
      },
    },
    {
      watchLists(changed) {
        report = changed
      },
    },
  )
  await sees('1 tool')
  name = 'fresh'
  const noise = setInterval(() => report?.({ customer: 'north', server: 's' }), 50)
  await sees('tools have changed: new: s · fresh; gone: s · old').finally(() => clearInterval(noise))
})

it('only what differs is told', () => {
  const named = (...names: string[]) => names.map(name => ({ server: 's', tool: name, name }) as never)
  const offers = (tools: string[], withheld: string[] = []) => ({
    tools: named(...tools),
    withheld: named(...withheld),
  })
  expect(changeText(offers(['a'], ['w']), offers(['a'], ['w']))).toBeUndefined()
  expect(changeText(offers(['a']), offers(['a', 'b']))).toBe('tools have changed: new: s · b')
  expect(changeText(offers(['a', 'b']), offers(['a']))).toBe('tools have changed: gone: s · b')
  expect(changeText(offers(['a', 'b']), offers(['a'], ['b']))).toBe('tools have changed: withheld: s · b')
})
