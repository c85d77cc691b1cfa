import { expect, it } from 'vitest'
import { PASSINGS, passes } from '../helpers/passing.ts'

it('100,000 made results reach clients of both eras as servers of both eras sent them', async () => {
  const each = 100_000 / PASSINGS.length
  for (const passing of PASSINGS) await passes(passing, each)
  expect(each * PASSINGS.length).toBe(100_000)
})
