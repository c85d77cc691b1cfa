import { expect, it } from 'vitest'
import type { TurnRecord } from '../../../src/coordinator/figures/record.ts'
import { savingsOf } from '../../../src/coordinator/money/savings.ts'
import { aTurn } from '../../helpers/turns.ts'

const turns = (count: number, over: Partial<TurnRecord> = {}) =>
  Array.from({ length: count }, () =>
    aTurn({ costUsd: 0.01, baselineUsd: { least: 0.03, most: 0.04 }, ...over }),
  )

it('no savings are reported below 50 turns', () => {
  expect(savingsOf(turns(49), 'b').savedUsd).toBeUndefined()
  expect(savingsOf(turns(50), 'b').savedUsd).toEqual({ least: expect.closeTo(1), most: expect.closeTo(1.5) })
})

it('failed turns and cross-checks reduce the savings', () => {
  const usage = { inputTokens: 9, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
  const broken = turns(5, { outcome: 'truncated', costUsd: 0.1, usage, baselineUsd: undefined })
  const checks = turns(5, { purpose: 'cross-check', costUsd: 0.02, baselineUsd: undefined })
  const { savedUsd, wasted, actualUsd } = savingsOf([...turns(50), ...broken, ...checks], 'b')
  expect(wasted).toEqual({ usd: 0.5, unknown: 0 })
  expect(actualUsd).toBeCloseTo(0.5 + 0.5 + 0.1)
  expect(savedUsd?.least).toBeCloseTo(1.5 - 1.1)
})

it('turns without a known price on both sides are not compared, and the priced share is reported', () => {
  const unknown = turns(50, { costUsd: undefined, baselineUsd: { least: 0.03, most: 0.04 } })
  const half = savingsOf([...turns(50), ...unknown], 'b')
  expect(half.pricedShare).toBeCloseTo(0.5)
  expect(half.savedUsd?.least).toBeCloseTo(1)
  expect(savingsOf(unknown, 'b')).toMatchObject({ pricedShare: 0, savedUsd: undefined, turns: 50 })
})

it('a more expensive choice is reported as a loss', () => {
  expect(savingsOf(turns(50, { costUsd: 0.05 }), 'b').savedUsd?.least).toBeCloseTo(-1)
})

it('equal costs on both sides give exactly 0, with failed turns of the baseline in between', () => {
  const costs = Array.from({ length: 200 }, (_, at) => 0.1 / (at + 3))
  const same = costs.map((usd, at) =>
    aTurn({
      costUsd: usd,
      baselineUsd: { least: usd, most: usd },
      outcome: at % 7 === 0 ? 'truncated' : 'ok',
    }),
  )
  expect(savingsOf(same, 'b').savedUsd).toEqual({ least: 0, most: 0 })
})

it('equal costs give exactly 0, even if the sums of floats differ', () => {
  const baselineUsd = { least: 0.1 + 0.2, most: 0.1 + 0.2 }
  expect(savingsOf(turns(50, { costUsd: 0.3, baselineUsd }), 'b').savedUsd).toEqual({ least: 0, most: 0 })
})

it('failed turns of unknown cost are counted, not taken as free', () => {
  const broken = turns(2, { outcome: 'truncated', costUsd: undefined, baselineUsd: undefined })
  expect(savingsOf([...turns(50), ...broken], 'b').wasted).toEqual({ usd: 0, unknown: 2 })
})

it('without requests no share of them is known', () => {
  expect(savingsOf([], 'b')).toMatchObject({ turns: 0, pricedShare: undefined, savedUsd: undefined })
})
