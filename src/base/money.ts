// The one way in which amounts of money are added up and told. An unknown amount never counts or shows as $0.

import { counted } from './text/amounts.ts'

/** What requests cost: US dollars as far as they are known, and the number of requests that cost an unknown amount. */
export interface Cost {
  usd: number
  unknown: number
}

/** The cost of one request; undefined = unknown. */
export function costOf(usd: number | undefined): Cost {
  return usd === undefined ? { usd: 0, unknown: 1 } : { usd, unknown: 0 }
}

export function sumOfCosts(costs: Iterable<Cost>): Cost {
  let sum: Cost = { usd: 0, unknown: 0 }
  for (const { usd, unknown } of costs) sum = { usd: sum.usd + usd, unknown: sum.unknown + unknown }
  return { ...sum, usd: exactUsd(sum.usd) }
}

/** For a table: `$0.0123`; `$0.0123 + 2 unknown`; `cost unknown`. */
export function costText({ usd, unknown }: Cost): string {
  if (unknown === 0) return dollars(usd)
  return usd === 0 ? 'cost unknown' : `${dollars(usd)} + ${unknown} unknown`
}

/** For a sentence: `$0.0123`; `$0.0123, and an unknown amount for 2 requests`; `an unknown amount`. */
export function costWords({ usd, unknown }: Cost): string {
  if (unknown === 0) return dollars(usd)
  return usd === 0
    ? 'an unknown amount'
    : `${dollars(usd)}, and an unknown amount for ${counted(unknown, 'request')}`
}

/** For JSON: the sum, or null if a part of it is unknown. */
export function wholeUsd({ usd, unknown }: Cost): number | null {
  return unknown === 0 ? usd : null
}

/** Without the errors of adding floats, which are far smaller than any price: 0.7 + 0.1 is 0.8. */
export function exactUsd(sum: number): number {
  // Plus 0: never -0.
  return Number(sum.toFixed(12)) + 0
}

/** US dollars; a small amount is not shown as $0. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0'
  if (amount > 0 && amount < 0.0001) return '<$0.0001'
  return `$${amount.toFixed(amount < 0.999_95 ? 4 : 2)}`
}

/** Two amounts with as many digits as it takes to tell them apart. */
export function dollarsApart(one: number, other: number): [string, string] {
  const both = (write: (amount: number) => string): [string, string] => [write(one), write(other)]
  const usual = both(dollars)
  if (usual[0] !== usual[1] || (one === other && !usual[0].startsWith('<'))) return usual
  for (let digits = 3; digits < MOST_DIGITS; digits++) {
    const texts = both(amount => `$${amount.toFixed(digits)}`)
    if (texts[0] !== texts[1] || (one === other && Number(one.toFixed(digits)) === one)) return texts
  }
  return both(amount => `$${amount.toFixed(MOST_DIGITS)}`)
}

/** As exactUsd(). */
const MOST_DIGITS = 12
