import { expect, it } from 'vitest'
import { costRows } from '../../../src/coordinator/figures/costs.ts'
import { aTurn } from '../../helpers/turns.ts'

const usage = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 40, cacheWriteTokens: 0 }
const at = (month: number, day: number, hour = 12) => new Date(2026, month - 1, day, hour).getTime()
const turns = [
  aTurn({ at: at(10, 31, 23), customer: 'acme', costUsd: 0.25, usage }),
  aTurn({ at: at(11, 1, 0), customer: 'acme', costUsd: 0.5, usage }),
  aTurn({ at: at(11, 1), customer: 'acme', platform: 'inhouse', model: 'x', usage }),
  aTurn({ at: at(11, 2), customer: 'segura', outcome: 'auth', firstTokenMs: undefined }),
]
const shown = (...by: Parameters<typeof costRows>[1]) =>
  costRows(turns, by).map(({ values, requests, cost }) => [...values, requests, cost.usd, cost.unknown])

it('costs are grouped by what was asked for, in that order', () => {
  expect(shown('customer', 'month')).toEqual([
    ['acme', '2026-10', 1, 0.25, 0],
    ['acme', '2026-11', 2, 0.5, 1],
    ['segura', '2026-11', 1, 0, 0],
  ])
  expect(shown('day')).toEqual([
    ['2026-10-31', 1, 0.25, 0],
    ['2026-11-01', 2, 0.5, 1],
    ['2026-11-02', 1, 0, 0],
  ])
  expect(shown('platform', 'model')).toEqual([
    ['inhouse', 'x', 1, 0, 1],
    ['openai', 'm', 3, 0.75, 0],
  ])
})

it('without keys, all requests are one row; without requests, there is none', () => {
  expect(costRows(turns, [])).toEqual([
    {
      values: [],
      requests: 4,
      usage: { inputTokens: 300, outputTokens: 30, cacheReadTokens: 120, cacheWriteTokens: 0 },
      cost: { usd: 0.75, unknown: 1 },
    },
  ])
  expect(costRows([], [])).toEqual([])
})
