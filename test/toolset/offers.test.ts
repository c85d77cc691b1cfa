import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ConnectionPool } from '../../src/mcp/pool.ts'
import { type Offer, openOffers } from '../../src/toolset/face/offers.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const accepted: Offer = { server: 'alpha', name: 'greet', item: { name: 'greet' }, isKnown: true }

/** Prompts of a server that never answers, after so many milliseconds. */
async function listedAfter(ms: number, isAway: boolean): Promise<Offer[] | undefined> {
  const pool = { about: () => new Promise(() => {}) } as unknown as ConnectionPool
  const offers = openOffers({
    customer: 'acme',
    servers: ['alpha'],
    pool,
    acceptedOf: () => [accepted],
    isAway: () => isAway,
    patience: 50,
  })
  let listed: Offer[] | undefined
  void offers.list('prompts').then(found => {
    listed = found
  })
  await vi.advanceTimersByTimeAsync(ms)
  return listed
}

it.each([
  ['half a second for one that is known to be away', true, 500],
  ['ten seconds for one that was up a moment ago', false, 10_000],
])('a list waits at most %s', async (_, isAway, most) => {
  expect(await listedAfter(most - 1, isAway)).toBeUndefined()
  expect(await listedAfter(most, isAway)).toEqual([accepted])
})
