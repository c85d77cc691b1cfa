import { expect, it } from 'vitest'
import { progressText } from '../../../src/chat/view/words/progress.ts'

it.each([
  [{ done: 0, total: 8, text: '' }, '░░░░░░░░░░░░░░░░░░░░ 0 %'],
  [{ done: 3, total: 8, text: 'shard 3' }, '███████░░░░░░░░░░░░░ 37 %  shard 3'],
  [{ done: 7.99, total: 8, text: '' }, '███████████████████░ 99 %'],
  [{ done: 9, total: 8, text: '' }, '████████████████████ 100 %'],
  [{ done: 1_200, total: undefined, text: 'lines read' }, '1,200  lines read'],
  [{ done: 0, total: undefined, text: 'starting' }, 'starting'],
  [{ done: 0, total: undefined, text: '' }, ''],
])('%j looks like %j', (progress, shown) => {
  expect(progressText(progress)).toBe(shown)
})
