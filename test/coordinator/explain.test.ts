import { describe, expect, it } from 'vitest'
import type { CustomerRouting, RoutingSettings } from '../../src/config/project.ts'
import type { Explaining } from '../../src/coordinator/explain.ts'
import type { TurnRecord } from '../../src/coordinator/figures/record.ts'
import { type Coordinated, customer, FOUR, world } from '../helpers/coordinated.ts'
import { aTurn } from '../helpers/turns.ts'

const REQUEST = {
  system: 'be brief',
  messages: [{ role: 'user' as const, text: 'Which alerts?' }],
  tools: [],
}

function explain({ coordinator }: Coordinated, over: Partial<Explaining> = {}) {
  const asked = { customer, text: 'Which alerts?', isCritical: false, request: REQUEST, past: [] }
  return coordinator.explain({ ...asked, ...over })
}

/** What a question really asks if every request ends with a server error. */
async function reallyAsked(one: Coordinated, routing: CustomerRouting): Promise<string[]> {
  const before = one.turns.length
  for (const instance of Object.values(FOUR)) one.fake.script(instance, [{ fault: 'server-error' }])
  await one.ask({ customer: { ...customer, routing } }, REQUEST)
  return one.turns.slice(before).map(turn => `${turn.platform}/${turn.model}`)
}

const TIERS = { cheap: ['anthropic'], standard: [], premium: ['openai'] }
const CASES: [Partial<RoutingSettings>, CustomerRouting][] = [
  [{}, {}],
  [{ order: ['google_gemini', 'openai'] }, {}],
  [{ strategy: 'cost_optimized' }, {}],
  [{ strategy: 'latency', tiers: TIERS }, {}],
  [
    { strategy: 'capability', tiers: TIERS },
    { strategy: 'order', order: ['azure_openai'] },
  ],
  [{ fallback: false }, {}],
  [{ retryWaitMs: 0 }, { order: ['anthropic', 'google_gemini'] }],
]

describe('an explanation', () => {
  it.each(CASES)('names what is really asked, in its order: %j, %j', async (routing, own) => {
    const one = await world({ routing, over: { openai: { models: ['gpt-5.4-mini', 'gpt-5.4'] } } })
    const { steps, refusal } = await explain(one, { customer: { ...customer, routing: own } })
    expect(refusal).toBeUndefined()
    expect(steps.map(step => step.route.name)).toEqual(await reallyAsked(one, own))
  })

  it('names what is really asked while platforms are paused, and why those are not', async () => {
    const one = await world()
    one.fake.script('openai', [{ fault: 'quota' }])
    one.fake.script('anthropic', [{ fault: 'rate-limit', retryAfter: 600 }])
    await one.ask()
    const { steps, excluded } = await explain(one)
    expect(steps[0]?.route.platform.name).toBe('azure_openai')
    expect(excluded).toMatchObject([
      { platform: 'openai', model: 'gpt-5.4-mini', reason: 'paused', kind: 'quota' },
      { platform: 'anthropic', reason: 'paused', kind: 'rate_limit', until: expect.any(Number) },
    ])
    expect(steps.map(step => step.route.name)).toEqual(await reallyAsked(one, {}))
  })

  it('names the platform that is due first when all are paused', async () => {
    const one = await world({ order: ['openai', 'anthropic'] })
    one.fake.script('openai', [{ fault: 'rate-limit', retryAfter: 3_600 }])
    one.fake.script('anthropic', [{ fault: 'rate-limit', retryAfter: 1_800 }])
    await one.ask()
    const { steps, excluded } = await explain(one)
    expect(steps[0]).toMatchObject({
      route: { name: 'anthropic/claude-sonnet-5' },
      rule: 'next in order; despite its pause, because nothing else is available',
    })
    expect(excluded.map(one => one.platform)).toEqual(['openai'])
  })

  it('says for each other platform why it is not asked', async () => {
    const secretOf = (name: string) => (name === 'ANTHROPIC_KEY' ? undefined : 'key')
    const over = { google_gemini: { enabled: false } }
    const one = await world({ secretOf, over, routing: { fallback: false } })
    const whom = { ...customer, platformsAllowed: ['openai', 'anthropic', 'google_gemini'] }
    expect((await explain(one, { customer: whom })).excluded).toMatchObject([
      { platform: 'anthropic', reason: 'no-key', keyName: 'ANTHROPIC_KEY' },
      { platform: 'azure_openai', reason: 'not-allowed' },
      { platform: 'google_gemini', reason: 'disabled' },
    ])
    expect((await explain(one)).excluded).toMatchObject([
      { platform: 'anthropic', reason: 'no-key' },
      { platform: 'azure_openai', model: 'our-deployment', reason: 'no-fallback' },
      { platform: 'google_gemini', reason: 'disabled' },
    ])
    expect((await explain(one, { platform: 'azure_openai' })).excluded[0]).toMatchObject({
      platform: 'openai',
      reason: 'not-chosen',
    })
  })

  it('names a limit that is reached, and asks nothing', async () => {
    const spending = { questionUsd: undefined, dayUsd: 5, monthUsd: undefined }
    const one = await world({ spentSince: () => 5 })
    const { steps, refusal } = await explain(one, { customer: { ...customer, spending } })
    expect(steps).toEqual([])
    expect(refusal).toMatchObject({ code: 'refused', message: expect.stringContaining('("usd_per_day")') })
    const near = await world({ spentSince: () => 4.5 })
    const { warnings } = await explain(near, { customer: { ...customer, spending } })
    expect(warnings).toEqual(
      expect.arrayContaining(['acme: $4.50 of $5.00 spent today (90% of "usd_per_day")']),
    )
  })

  it('is sized like the earlier questions of the customer', async () => {
    const one = await world({ order: ['anthropic'] })
    const past = [1, 2, 3].flatMap(number => [aRequest(number, number * 2_000), aRequest(number, 9_000)])
    const { estimate, steps } = await explain(one, { past })
    expect(estimate).toMatchObject({ questions: 3, requests: 2 })
    expect(Math.abs(estimate.inputTokens - 4_000)).toBeLessThan(3)
    const { least = 0, most = 0 } = steps[0]?.cost ?? {}
    expect(least).toBeGreaterThan(0)
    expect(most).toBeGreaterThan(least)
    expect((await explain(one)).estimate).toMatchObject({ questions: 0, requests: undefined })
  })

  it('warns of a context window that is too small, and knows no price that it cannot know', async () => {
    const one = await world({ order: ['openai'], over: { openai: { contextWindow: 5, models: ['ours'] } } })
    expect((await explain(one)).steps[0]).toMatchObject({ tooSmall: 5, cost: undefined })
  })

  it('sends nothing, loads nothing and saves nothing', async () => {
    const saved: string[] = []
    const opened: string[] = []
    const one = await world({
      saveBreaker: key => void saved.push(key),
      open: async ({ name }) => {
        opened.push(name)
        throw new Error('not opened')
      },
    })
    opened.length = 0
    await explain(one)
    const requests = Object.values(FOUR).flatMap(name => [
      ...one.fake.requests(name),
      ...one.fake.listings(name),
    ])
    expect([requests, opened, saved, one.turns]).toEqual([[], [], [], []])
  })
})

function aRequest(question: number, inputTokens: number): TurnRecord {
  const usage = { inputTokens, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 }
  return aTurn({ question: `q${question}`, usage })
}
