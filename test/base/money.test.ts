import { expect, it } from 'vitest'
import { costOf, costText, costWords, dollarsApart, sumOfCosts, wholeUsd } from '../../src/base/money.ts'

it('an unknown cost is never shown or summed up as $0', () => {
  const some = sumOfCosts([costOf(0.01), costOf(undefined), costOf(0.02), costOf(undefined)])
  expect(costText(some)).toBe('$0.0300 + 2 unknown')
  expect(wholeUsd(some)).toBeNull()
  expect(costText(costOf(undefined))).toBe('cost unknown')
  expect(costText(costOf(0))).toBe('$0')
  expect(costText(costOf(0.000_01))).toBe('<$0.0001')
  expect(costText(costOf(0.999_96))).toBe('$1.00')
  expect(costText(costOf(12.345))).toBe('$12.35')
  expect(wholeUsd(costOf(0.5))).toBe(0.5)
})

it('sums have no errors of floating-point numbers', () => {
  const tenths = (count: number) => sumOfCosts(Array.from({ length: count }, () => costOf(0.1))).usd
  expect([3, 8, 10].map(tenths)).toEqual([0.3, 0.8, 1])
})

it('a sentence says for how many requests the amount is unknown', () => {
  expect(costWords({ usd: 0.000_01, unknown: 4 })).toBe('<$0.0001, and an unknown amount for 4 requests')
  expect(costWords({ usd: 0.5, unknown: 1 })).toBe('$0.5000, and an unknown amount for 1 request')
  expect(costWords(costOf(undefined))).toBe('an unknown amount')
})

it('two amounts that are compared have enough digits to differ', () => {
  expect(dollarsApart(0.000_07, 0.000_05)).toEqual(['$0.00007', '$0.00005'])
  expect(dollarsApart(0.000_05, 0.000_05)).toEqual(['$0.00005', '$0.00005'])
  expect(dollarsApart(5.000_04, 5)).toEqual(['$5.00004', '$5.00000'])
  expect(dollarsApart(0.2, 0.2)).toEqual(['$0.2000', '$0.2000'])
  expect(dollarsApart(0.2, 0.15)).toEqual(['$0.2000', '$0.1500'])
})
