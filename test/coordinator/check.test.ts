import { describe, expect, it } from 'vitest'
import { spentOn } from '../../src/coordinator/figures/spent.ts'
import type { ModelCheck } from '../../src/coordinator/health/check.ts'
import { savingsOf } from '../../src/coordinator/money/savings.ts'
import type { Turn } from '../fake-platforms/turn.ts'
import { type Coordinated, customer, FOUR, type One, world } from '../helpers/coordinated.ts'

const NEVER = new AbortController().signal
const four = Object.keys(FOUR) as One[]
const called = (args: object | string, name = 'report_word'): Turn => ({
  calls: [{ name, args: args as Record<string, unknown> }],
  usage: { inputTokens: 80, outputTokens: 20 },
})

async function checked(name: One, turns: readonly Turn[]): Promise<Coordinated & { check: ModelCheck }> {
  const one = await world({ order: [name] })
  one.fake.script(FOUR[name], turns)
  const [check] = await one.coordinator.checkModels(undefined, NEVER)
  if (!check) throw new Error('nothing was checked')
  return { ...one, check }
}

describe.each(four)('a check of %s', name => {
  it('asks one tiny question with one tool, and bills and records it', async () => {
    const { check, fake, turns } = await checked(name, [called({ word: 'ready' })])
    expect(check).toMatchObject({ answers: true, calls: 'yes', fault: undefined })
    expect(check.firstTokenMs).toBeLessThanOrEqual(check.tookMs)
    const [request, ...others] = fake.requests(FOUR[name])
    expect([others, fake.listings(FOUR[name]), fake.violations()]).toEqual([[], [], []])
    const body = JSON.stringify(request?.body)
    expect(body.length).toBeLessThan(1_200)
    expect(body).toMatch(/"(max_tokens|max_output_tokens|maxOutputTokens)":1000\b/)
    expect(turns).toMatchObject([
      { purpose: 'check', customer: '', outcome: 'ok', usage: { inputTokens: 80 } },
    ])
    expect(check.cost).toEqual(spentOn(turns).cost)
  })

  it.each([
    ['no', { text: 'ready' }],
    ['wrong-arguments', called({ word: 'steady' })],
    ['wrong-arguments', called({})],
    ['wrong-arguments', called({ word: 'ready' }, 'another')],
  ] as [string, Turn][])('says whether it calls tools: %s', async (calls, turn) => {
    expect((await checked(name, [turn])).check).toMatchObject({ answers: true, calls })
  })

  it('keeps the words of a failure', async () => {
    const { check, turns } = await checked(name, [{ fault: 'not-found' }])
    expect(check).toMatchObject({ answers: false, calls: 'unknown', cost: { usd: 0, unknown: 0 } })
    expect(check.fault).toMatchObject({ kind: 'not_found', reason: expect.stringMatching(/./) })
    expect(turns).toMatchObject([{ outcome: 'not_found' }])
  })

  it('asks again without a tool if the failure may be due to it', async () => {
    const { check, fake, turns, coordinator } = await checked(name, [
      { fault: 'unsupported' },
      { text: 'ready' },
    ])
    expect(check).toMatchObject({ answers: true, calls: 'no', fault: { kind: 'unsupported' } })
    expect(fake.requests(FOUR[name])).toHaveLength(2)
    expect(turns.map(turn => turn.outcome)).toEqual(['unsupported', 'ok'])
    // An answer without tools does not end the pause of a model that cannot use them.
    expect(coordinator.states()[0]?.breaker).toMatchObject({ state: 'open', kind: 'unsupported' })
  })
})

describe('a check', () => {
  it('asks paused platforms too, and ends the pause of one that answers', async () => {
    const { fake, ask, coordinator } = await world({ order: ['openai', 'anthropic'] })
    fake.script('openai', [{ fault: 'quota' }, called({ word: 'ready' })])
    await ask()
    const checks = await coordinator.checkModels(undefined, NEVER)
    expect(checks.map(one => [one.route.platform.name, one.answers])).toEqual([
      ['openai', true],
      ['anthropic', true],
    ])
    expect((await ask()).finish?.served?.platform).toBe('openai')
  })

  it('asks only the platforms of its customer, on whose bill it is', async () => {
    const { fake, coordinator, turns } = await world()
    const checks = await coordinator.checkModels({ ...customer, platformsAllowed: ['anthropic'] }, NEVER)
    expect(checks.map(one => one.route.platform.name)).toEqual(['anthropic'])
    expect([turns[0]?.customer, fake.requests('openai')]).toEqual(['acme', []])
  })

  it('is refused when a limit is reached', async () => {
    const spending = { questionUsd: undefined, dayUsd: 5, monthUsd: undefined }
    const { fake, coordinator } = await world({ spentSince: () => 5, spending })
    await expect(coordinator.checkModels(undefined, NEVER)).rejects.toMatchObject({ code: 'refused' })
    expect(four.flatMap(name => fake.requests(FOUR[name]))).toEqual([])
  })

  it('changes neither savings nor the speed by which platforms are ranked', async () => {
    const { coordinator, turns, ask } = await world({
      order: ['openai', 'anthropic'],
      routing: { baseline: 'anthropic', strategy: 'latency' },
    })
    for (let i = 0; i < 3; i++) await coordinator.checkModels(undefined, NEVER)
    expect(savingsOf(turns, 'anthropic')).toMatchObject({ turns: 0, actualUsd: 0 })
    expect((await ask()).finish?.served?.rule).toBe('not measured yet')
  })

  it('of a question that is cancelled rejects', async () => {
    const stop = new AbortController()
    const { fake, coordinator } = await world({ order: ['openai'] })
    fake.script('openai', [{ fault: 'hang' }])
    const checking = coordinator.checkModels(undefined, stop.signal)
    checking.catch(() => {})
    await expect.poll(() => fake.requests('openai').length).toBe(1)
    stop.abort()
    await expect(checking).rejects.toThrow()
  })
})
