import { expect, it } from 'vitest'
import { barText } from '../../../src/cli/print/bar.ts'

it.each([
  [0, 0, 36, '[----------] '],
  [24, 0, 36, '[######----] '],
  [35, 0, 36, '[#########-] '],
  [36, 0, 36, '[##########] '],
  [35, 1, 36, '[#########x] '],
  [12, 24, 36, '[###xxxxxx-] '],
  [0, 36, 36, '[xxxxxxxxxx] '],
  [999, 1, 1_000, '[#########x] '],
  [1, 0, 1, ''],
  [0, 0, 0, ''],
])('%i reached and %i failed of %i are %j', (reached, failed, total, bar) => {
  expect(barText({ reached, failed, total }, 80)).toBe(bar)
})

it('leaves a narrow terminal to the names', () => {
  expect(barText({ reached: 1, failed: 0, total: 2 }, 59)).toBe('')
})
