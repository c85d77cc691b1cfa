import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { changeText } from '../../src/chat/following/lists.ts'
import type { ServerKey } from '../../src/config/project.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { listenerFor } from '../../src/stack/tools/watching.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder, serverOf } from '../helpers/customer-of.ts'
import { type Era, rawUpstream } from '../helpers/raw-upstream.ts'
import { callThenSay, callTools, type Script, say } from '../helpers/scripted-platform.ts'
import { chat, toolsetOf } from './open-chat.tsx'

const tool = (name: string) => ({
  name,
  description: '',
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
})

const NO_AUDIT = { started: () => ({ number: 0 }), ended() {} }

/** A chat with a server whose calls may change its list of tools. `calls`: the tools that were called. */
async function changingChat(tools: object[], options: { era?: Era; script: Script; change(): void }) {
  const { era = 'modern', script, change } = options
  const calls: unknown[] = []
  const upstream = await rawUpstream({
    era,
    lists: { tools },
    capabilities: { tools: { listChanged: true } },
    answer({ params, notify }) {
      calls.push(params.name)
      change()
      notify('notifications/tools/list_changed', {})
      return { result: { resultType: 'complete', content: [{ type: 'text', text: 'ok' }] } }
    },
  })
  const watchers = new Set<(key: ServerKey) => void>()
  const listener = listenerFor({ lists: watchers, answer: async () => ({ action: 'decline' }) }, NO_AUDIT)
  const pool = closing(openPool(finder(new Map([['north/s', upstream]])), undefined, listener))
  const about = { name: 'Nordwind', environment: 'prod', access: 'read-write' } as const
  const readOnly = { hints: true, tools: [], patterns: [] }
  const trusted = serverOf('north', 's', { access: about.access, readOnly })
  const north = customerOf('north', [trusted], about)
  let generation = 0
  const opened = chat(
    script,
    { toolsetFor: () => buildToolset(north, { pool, generation: ++generation }) },
    { watchLists: changed => void watchers.add(changed) },
  )
  return { ...opened, calls }
}

it.each(['modern', 'legacy'] as Era[])(
  'tools that a %s server adds and removes are offered at once, and told',
  async era => {
    const tools = [tool('plain'), tool('old')]
    const { type, sees, controller } = await changingChat(tools, {
      era,
      script: callThenSay(['s__plain', {}]),
      change: () => tools.splice(0, tools.length, tool('plain'), tool('fresh')),
    })
    // With our own tool that reads resources.
    await sees('3 tools')
    await type('go')
    await sees('tools have changed: new: s · fresh; gone: s · old')
    expect(controller.view().tools).toBe(3)
  },
)

const writing = (name: string, destructiveHint: boolean) => ({
  ...tool(name),
  annotations: { readOnlyHint: false, destructiveHint },
})

it('a read that becomes a write while a question is running needs approval in this question, too', async () => {
  const tools: object[] = [tool('turn'), tool('look')]
  const turned = Promise.withResolvers<void>()
  const { type, sees, calls } = await changingChat(tools, {
    async *script({ messages }) {
      const isFirst = messages.length === 1
      if (!isFirst) await turned.promise
      yield* callTools([isFirst ? 's__turn' : 's__look', {}])
    },
    change: () => tools.splice(1, 1, writing('look', false)),
  })
  await type('go')
  await sees('tools have changed: may change something now: s · look')
  turned.resolve()
  await sees('Allow this on Nordwind PROD?')
  expect(calls).toEqual(['turn'])
})

it('a yes allows nothing graver than what was asked: the tool may have changed meanwhile', async () => {
  const tools: object[] = [tool('turn'), writing('look', false)]
  const { type, sees, calls } = await changingChat(tools, {
    script({ messages }) {
      if (messages.length > 1) return say('over')
      return callTools(['s__look', {}], ['s__turn', {}])
    },
    change: () => tools.splice(1, 1, writing('look', true)),
  })
  await type('go')
  await sees('Allow this on Nordwind PROD?')
  await sees('tools have changed: may destroy something now: s · look')
  await sees('y once')
  await type('y')
  await sees('its server has changed this tool while a person was asked; call it again')
  expect(calls).toEqual(['turn'])
})

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
