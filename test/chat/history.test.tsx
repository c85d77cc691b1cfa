import { expect, it } from 'vitest'
import type { PromptHistory } from '../../src/chat/work.ts'
import { say } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'
import { chat } from './open-chat.tsx'

const UP = '\u001b[A'

function historyOf(lines: Record<string, string[]>): PromptHistory {
  return { of: id => lines[id] ?? [], add: (id, line) => void lines[id]?.push(line) }
}

it('the prompt offers what was typed for this customer in earlier runs, and nothing of another one', async () => {
  const history = historyOf({ north: ['which alerts fire?', '/status'], south: ['how is the lift?'] })
  const { sees, screen, type } = chat(() => say('none'), {}, { history })
  await sees('1 tool')
  screen.stdin.write(UP)
  await sees('north PROD › /status')
  screen.stdin.write(UP)
  await sees('north PROD › which alerts fire?')
  screen.stdin.write('\u0015')
  await until('the line is empty', () => screen.lastFrame()?.includes('› ask about'))
  await type('/customer south')
  await sees('south ›')
  screen.stdin.write(UP)
  await sees('south › how is the lift?')
})

it('what is sent and run is added for its customer, with pasted text in place of its mark', async () => {
  const lines: Record<string, string[]> = { north: [] }
  const { sees, screen, type } = chat(() => say('none'), {}, { history: historyOf(lines) })
  await sees('1 tool')
  screen.stdin.write('\u001b[200~two\nlines\u001b[201~')
  await sees('[pasted #1: 2 lines]')
  screen.stdin.write('\r')
  await sees('none')
  await type('/customer south')
  await sees('south ›')
  expect(lines).toEqual({ north: ['two\nlines', '/customer south'] })
})
