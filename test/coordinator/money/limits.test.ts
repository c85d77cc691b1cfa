import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SupportError } from '../../../src/base/errors.ts'
import type { SpendingLimits } from '../../../src/config/project.ts'
import { checkBudgets, periodStarts } from '../../../src/coordinator/money/limits.ts'
import { openUsage } from '../../../src/store/usage.ts'
import { closing } from '../../helpers/closing.ts'
import { asking, customer, hear, world } from '../../helpers/coordinated.ts'
import { NO_LIMITS } from '../../helpers/customer-of.ts'
import { newFolder } from '../../helpers/folder.ts'

const price = { input: 1, output: 0, cacheRead: undefined, cacheWrite: undefined }
const TOKENS = { inputTokens: 100_000, outputTokens: 1 }
/** Each answer costs $0.10. */
const tenCents = { order: ['openai' as const], over: { openai: { prices: { 'gpt-5.4-mini': price } } } }

async function spender(limits: Partial<SpendingLimits>, all: Partial<SpendingLimits> = {}) {
  const store = closing(openUsage(join(newFolder(), 'usage.db')))
  const one = await world({
    ...tenCents,
    spending: { ...NO_LIMITS, ...all },
    spentSince: store.spentSince,
    record: store.add,
  })
  one.fake.script('openai', [{ text: 'yes', usage: TOKENS }])
  const ask = async (id = 'acme') => {
    const spending = { ...NO_LIMITS, ...limits }
    const { platform } = one.coordinator.forQuestion(asking({ customer: { ...customer, id, spending } }))
    return hear(platform).then(
      heard => heard.notices.join('\n') || heard.text,
      (error: Error) => error.message,
    )
  }
  return { ...one, ask }
}

describe('a limit', () => {
  it('of a day warns from 80% on, and refuses when it is reached, across processes', async () => {
    const { ask, fake, pass } = await spender({ dayUsd: 0.5 })
    const heard: string[] = []
    for (let n = 0; n < 6; n++) heard.push(await ask())
    expect(heard).toEqual([
      'yes',
      'yes',
      'yes',
      'yes',
      'acme: $0.4000 of $0.5000 spent today (80% of "usd_per_day")',
      'acme: $0.5000 spent today, and the limit is $0.5000 ("usd_per_day")',
    ])
    expect(fake.requests('openai')).toHaveLength(5)
    expect(await ask('segura')).toBe('yes')
    pass(24 * 3_600_000)
    expect(await ask()).toBe('yes')
  })

  it('of a month goes on over midnight', async () => {
    const { ask, pass } = await spender({ monthUsd: 0.2 })
    await ask()
    pass(24 * 3_600_000)
    await ask()
    expect(await ask()).toContain('spent this month, and the limit is $0.2000 ("usd_per_month")')
  })

  it('of all customers counts what each of them spends', async () => {
    const { ask } = await spender({}, { dayUsd: 0.2 })
    await ask('acme')
    await ask('segura')
    expect(await ask('third')).toBe(
      'all customers: $0.2000 spent today, and the limit is $0.2000 ("usd_per_day")',
    )
  })

  it('of a question ends it before its next turn', async () => {
    const { fake, coordinator } = await spender({})
    const spending = { ...NO_LIMITS, questionUsd: 0.15 }
    const { platform } = coordinator.forQuestion(asking({ customer: { ...customer, spending } }))
    await hear(platform)
    await hear(platform)
    await expect(hear(platform)).rejects.toMatchObject({
      code: 'refused',
      message: 'acme: $0.2000 spent for this question, and the limit is $0.1500 ("usd_per_question")',
      hint: 'ask a new question, or raise "usd_per_question" in the "limits" of this customer',
    })
    expect(fake.requests('openai')).toHaveLength(2)
  })
})

it('a limit is raised where it is written', () => {
  const limits = { ...NO_LIMITS, dayUsd: 0.000_05 }
  const spent = { questionUsd: 0, dayUsd: 0.000_07, monthUsd: 0 }
  const hintOf = (budget: Partial<Parameters<typeof checkBudgets>[0][number]>) => {
    try {
      checkBudgets([{ customer, limits, spent, ...budget }])
    } catch (error) {
      return (error as SupportError).hint
    }
    return 'not reached'
  }
  expect(hintOf({})).toMatch(/ "limits" of this customer$/)
  expect(hintOf({ inherited: ['dayUsd'] })).toMatch(/ "limits" of "defaults"$/)
  expect(hintOf({ customer: undefined })).toMatch(/ "limits" of the file$/)
  expect(() => checkBudgets([{ customer, limits, spent }])).toThrow(
    'acme: $0.00007 spent today, and the limit is $0.00005 ("usd_per_day")',
  )
})

it('a day and a month begin at midnight of this machine', () => {
  const { day, month } = periodStarts(new Date(2026, 10, 26, 15, 30).getTime())
  expect(new Date(day)).toEqual(new Date(2026, 10, 26))
  expect(new Date(month)).toEqual(new Date(2026, 10, 1))
})

it('a month begins at its own midnight when a day without one is in it', () => {
  const { TZ } = process.env
  try {
    // Egypt's summer time begins at 0:00 of 24 April 2026.
    process.env.TZ = 'Africa/Cairo'
    const { day, month } = periodStarts(Date.parse('2026-04-24T12:00:00Z'))
    expect(new Date(day).toISOString()).toBe('2026-04-23T22:00:00.000Z')
    expect(new Date(month).toISOString()).toBe('2026-03-31T22:00:00.000Z')
  } finally {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  }
})

it('a limit is reached and nearly reached by sums that floats make a hair too small', () => {
  const limits = { ...NO_LIMITS, dayUsd: 1 }
  const after = (dayUsd: number) =>
    checkBudgets([{ customer: undefined, limits, spent: { questionUsd: 0, dayUsd, monthUsd: 0 } }])
  expect([...after(0.7 + 0.1).values()]).toEqual([
    'all customers: $0.8000 of $1.00 spent today (80% of "usd_per_day")',
  ])
  const tenths = Array.from({ length: 10 }, () => 0.1).reduce((sum, one) => sum + one, 0)
  expect(tenths).toBeLessThan(1)
  expect(() => after(tenths)).toThrow('$1.00 spent today, and the limit is $1.00')
})

it('limits say once that they cannot count a model without a price', async () => {
  const over = { openai: { models: ['mystery'] } }
  const { coordinator } = await world({ order: ['openai'], over, spending: { ...NO_LIMITS, dayUsd: 1 } })
  const ask = () => hear(coordinator.forQuestion(asking()).platform)
  expect((await ask()).notices).toEqual([
    'limits do not count openai/mystery: its price is unknown (add "prices" to openai)',
  ])
  expect((await ask()).notices).toEqual([])
  const free = await world({ order: ['openai'], over })
  expect((await hear(free.coordinator.forQuestion(asking()).platform)).notices).toEqual([])
})

it('the limit of a question holds for all its tries', async () => {
  const { coordinator, fake } = await world({ ...tenCents, spending: { ...NO_LIMITS, questionUsd: 0.15 } })
  fake.script('openai', [{ text: 'yes', usage: TOKENS }])
  const ask = (earlierUsd: number) => hear(coordinator.forQuestion(asking({ earlierUsd })).platform)
  expect((await ask(0.1)).text).toBe('yes')
  await expect(ask(0.2)).rejects.toThrow('$0.2000 spent for this question, and the limit is $0.1500')
})

it('no limit is never reached', () => {
  const spent = { questionUsd: 1e6, dayUsd: 1e6, monthUsd: 1e6 }
  expect(checkBudgets([{ customer: undefined, limits: NO_LIMITS, spent }]).size).toBe(0)
})
