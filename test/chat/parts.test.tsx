import { expect, it } from 'vitest'
import { truncated } from '../../src/toolset/calls/cut.ts'
import { callThenSay } from '../helpers/scripted-platform.ts'
import { chat, toolsetOf } from './open-chat.tsx'

it('the line of a call says how much of its result the model got', async () => {
  const whole = Array.from({ length: 3_812 }, (_, i) => `line ${i}: ${'x'.repeat(20)}`).join('\n')
  const { type, sees, frame } = chat(callThenSay(['s__write', {}]), {}, {}, async id => ({
    ...toolsetOf(id),
    call: async () => ({ kind: 'answered', ...truncated(whole, 4_000), whole, took: 3 }),
  }))
  await sees('1 tool')
  await type('how long is it?')
  await sees('heard:')
  expect(frame()).toMatch(/s · write +3 ms, \d+ of 3,812 lines/)
})
