// Money, computed a second time from what the fake vendors were told to bill: no code of the product is used for it.

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { costRows } from '../../../src/coordinator/figures/costs.ts'
import { platformRows } from '../../../src/coordinator/figures/report.ts'
import { savingsOf } from '../../../src/coordinator/money/savings.ts'
import type { Message, Usage } from '../../../src/platforms/platform.ts'
import { openUsage } from '../../../src/store/usage.ts'
import { closing } from '../../helpers/closing.ts'
import { asking, customer, FOUR, hear, type One, TOOL, world } from '../../helpers/coordinated.ts'
import { newFolder } from '../../helpers/folder.ts'
import { noise } from '../../helpers/noise.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const SYSTEM = 'be brief '.repeat(1_500)

/** Dollars per million tokens: input, output, cache read, cache write. */
const LIST: Record<One, [model: string, input: number, output: number, read: number, write: number]> = {
  openai: ['gpt-5.4-mini', 1, 8, 0.1, 1],
  anthropic: ['claude-sonnet-5', 3, 15, 0.3, 3.75],
  azure_openai: ['our-deployment', 2, 8, 0.5, 2],
  google_gemini: ['gemini-3.5-flash', 0.5, 3, 0.05, 0.5],
}
const names = Object.keys(LIST) as One[]

function billed(name: One, usage: Usage): number {
  const [, input, output, read, write] = LIST[name]
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage
  const fresh = inputTokens - cacheReadTokens - cacheWriteTokens
  return (fresh * input + cacheReadTokens * read + cacheWriteTokens * write + outputTokens * output) / 1e6
}

/** Anthropic's cache in the world where it has answered everything, as its documentation describes it. */
function baselineCache() {
  const marked = new Map<string, number>()
  return {
    /** Tokens read by a request of so many, sent at this time. */
    request(texts: readonly string[], tokens: number, now: number): number {
      const whole = texts.join('').length
      const beginnings = texts.map((_, at) => texts.slice(0, at + 1).join('\n'))
      const lengths = texts.map((_, at) => texts.slice(0, at + 1).join('').length)
      const found = beginnings.findLastIndex(text => now - (marked.get(text) ?? -DAY) <= 5 * MINUTE)
      if (found >= 0) marked.set(beginnings[found] as string, now)
      for (const text of [beginnings[0], beginnings.at(-1)]) marked.set(text as string, now)
      const read = found < 0 ? 0 : Math.floor(((lengths[found] ?? 0) / whole) * tokens)
      return read < 1_024 ? 0 : Math.min(read, tokens)
    },
  }
}

interface Line {
  customer: string
  platform: One
  at: number
  usd: number | undefined
  baselineUsd: number | undefined
}

it('200 turns over four platforms cost and save what an independent account says, on every face', async () => {
  const below = noise(20_261_126)
  const store = closing(openUsage(join(newFolder(), 'usage.db')))
  let now = new Date(2026, 9, 28, 9).getTime()
  const over = Object.fromEntries(
    names.map(name => {
      const [model, input, output, cacheRead, cacheWrite] = LIST[name]
      return [name, { models: [model], prices: { [model]: { input, output, cacheRead, cacheWrite } } }]
    }),
  )
  const { fake, coordinator } = await world({
    routing: { baseline: 'anthropic', fallback: true, retryWaitMs: 0 },
    over,
    now: () => now,
    prefixes: store.prefixes,
    record: store.add,
  })
  const cache = baselineCache()
  const account: Line[] = []
  const conversations: Record<string, Message[]> = { acme: [], segura: [] }
  for (let turn = 0; turn < 200; turn++) {
    now += [20_000, MINUTE, 3 * MINUTE, 6 * MINUTE, 5 * 60 * MINUTE][below(5)] ?? 0
    const id = below(2) === 0 ? 'acme' : 'segura'
    const messages = below(6) === 0 ? [] : (conversations[id] ?? [])
    conversations[id] = messages
    messages.push({ role: 'user', text: `question ${turn} ${'of a long log '.repeat(below(1_000))}` })
    const inputTokens = 4_000 + below(30_000)
    const cacheReadTokens = below(inputTokens >> 1)
    const usage = { inputTokens, outputTokens: 1 + below(800), cacheReadTokens, cacheWriteTokens: 0 }
    const name = names[below(4)] as One
    const fails = below(6) === 0
    fake.script(FOUR[name], fails ? [{ fault: 'server-error' }] : [{ text: 'yes', usage }])
    const question = asking({ customer: { ...customer, id }, platform: name })
    const heard = await hear(coordinator.forQuestion(question).platform, {
      system: SYSTEM,
      messages: [...messages],
    })
    expect(heard.fault !== undefined).toBe(fails)
    const line = { customer: id, platform: name, at: now }
    if (fails) {
      account.push({ ...line, usd: undefined, baselineUsd: undefined })
      messages.pop()
      continue
    }
    const usd = billed(name, usage)
    const texts = [JSON.stringify([SYSTEM, [TOOL]]), ...messages.map(one => `${one.role}\n${one.text}\n`)]
    const read = cache.request(texts, inputTokens, now)
    // What the baseline itself answered cost what it cost: in this test, it is never warmer than it was.
    const asIf = { ...usage, cacheReadTokens: read, cacheWriteTokens: inputTokens - read }
    account.push({ ...line, usd, baselineUsd: name === 'anthropic' ? undefined : billed('anthropic', asIf) })
    messages.push({ role: 'assistant', text: 'yes', calls: [] })
  }
  const turns = store.turns(0)
  const sum = (lines: readonly Line[]) => lines.reduce((total, one) => total + (one.usd ?? 0), 0)

  expect(turns).toHaveLength(200)
  for (const [i, { usd, baselineUsd }] of account.entries()) {
    if (usd !== undefined) expect(turns[i]?.costUsd, `turn ${i}`).toBeCloseTo(usd, 10)
    if (baselineUsd === undefined) continue
    // Both estimate by characters how many tokens a beginning has.
    const { least = 0, most = 0 } = turns[i]?.baselineUsd ?? {}
    expect(Math.abs(least / baselineUsd - 1), `turn ${i}`).toBeLessThan(0.001)
    expect(most).toBe(least)
  }
  for (const { values, cost, requests } of costRows(turns, ['customer', 'platform', 'month'])) {
    const [id, platform, month] = values
    const lines = account.filter(
      one =>
        one.customer === id &&
        one.platform === platform &&
        `2026-${String(new Date(one.at).getMonth() + 1).padStart(2, '0')}` === month,
    )
    expect(requests).toBe(lines.length)
    expect(cost.usd).toBeCloseTo(sum(lines), 9)
    expect(cost.unknown).toBe(0)
  }
  for (const row of platformRows([], turns, new Map()))
    expect(row.cost.usd).toBeCloseTo(sum(account.filter(one => one.platform === row.platform)), 9)
  for (const id of ['acme', 'segura'])
    expect(store.spentSince(0, id)).toBeCloseTo(sum(account.filter(one => one.customer === id)), 9)
  const savings = savingsOf(turns, 'anthropic')
  expect(savings.actualUsd).toBeCloseTo(sum(account), 9)
  const others = account.filter(one => one.baselineUsd !== undefined)
  const saved = others.reduce((total, one) => total + (one.baselineUsd ?? 0) - (one.usd ?? 0), 0)
  // The baseline's own turns can only have been cheaper in that world.
  expect(savings.savedUsd?.most).toBeLessThanOrEqual(saved * 1.001)
  expect(savings.savedUsd?.most).toBeGreaterThan(
    saved - sum(account.filter(one => one.platform === 'anthropic')),
  )
})
