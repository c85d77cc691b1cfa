import { expect, it } from 'vitest'
import { say } from '../helpers/scripted-platform.ts'
import { chat, toolsetOf } from './open-chat.tsx'

it('a question after a sign-in shows and uses the tools that it brought', async () => {
  const missing = [{ server: 'wiki', state: 'auth_required', reason: 'not signed in', hint: 'run `x`' }]
  let isSignedIn = false
  let built = 0
  const { type, sees, platform, frame } = chat(() => say('fine'), {
    async toolsetFor(id) {
      built++
      const toolset = toolsetOf(id)
      return isSignedIn ? toolset : { ...toolset, tools: [], missing, isOutdated: () => isSignedIn }
    },
  })
  await sees('sign-in required')
  isSignedIn = true
  await type('which pages are there?')
  await sees('fine')
  await sees('1 tool')
  expect(platform.requests.at(-1)?.tools.map(tool => tool.name)).toEqual(['s__write'])
  expect(built).toBe(2)
  expect(frame()).toContain('which pages are there?')
})

it('/status offers the tools of a server that was repaired elsewhere', async () => {
  const missing = [{ server: 's', state: 'degraded', reason: 'runs with another configuration', hint: '' }]
  let isRepaired = false
  const { type, sees, frame } = chat(
    () => say('fine'),
    {
      toolsetFor: async id => (isRepaired ? toolsetOf(id) : { ...toolsetOf(id), tools: [], missing }),
    },
    {
      status: async () => [{ server: 's', state: isRepaired ? 'ready' : 'degraded', reason: '', hint: '' }],
    },
  )
  await sees('0 tools')
  await type('/status')
  await sees('s  degraded')
  expect(frame()).not.toContain('1 tool')
  isRepaired = true
  await type('/status')
  await sees('s  ready')
  await sees('1 tool')
})
