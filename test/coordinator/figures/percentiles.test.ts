import { expect, it } from 'vitest'
import { openSamples, percentile } from '../../../src/coordinator/figures/percentiles.ts'

/** The share-th value of the sorted samples by counting, the slow way. */
function oracle(samples: readonly number[], share: number): number | undefined {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted.find(value => sorted.filter(one => one <= value).length >= share * sorted.length)
}

/** Numbers that look random and are the same in each run. */
function numbers(count: number, seed: number): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % 10_000
  })
}

it.each([1, 2, 3, 10, 99, 100, 101, 1_000])(
  'percentiles of %i samples are those of the sorted list',
  count => {
    const samples = numbers(count, count)
    for (const share of [0.5, 0.95, 0.99, 1]) expect(percentile(samples, share)).toBe(oracle(samples, share))
  },
)

it('without samples there is no percentile', () => {
  expect(percentile([], 0.5)).toBeUndefined()
  expect(openSamples(3).at(0.5)).toBeUndefined()
})

it('only the newest samples count', () => {
  const samples = openSamples(100)
  const all = numbers(1_234, 7)
  for (const one of all) samples.add(one)
  expect(samples.count).toBe(100)
  for (const share of [0.5, 0.95, 0.99]) expect(samples.at(share)).toBe(oracle(all.slice(-100), share))
})
