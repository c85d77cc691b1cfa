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
