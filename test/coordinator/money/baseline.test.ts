import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TurnRecord } from '../../../src/coordinator/figures/record.ts'
import { savingsOf } from '../../../src/coordinator/money/savings.ts'
import type { Message } from '../../../src/platforms/platform.ts'
import { openUsage } from '../../../src/store/usage.ts'
import { closing } from '../../helpers/closing.ts'
import { type asking, type Coordinated, customer, FOUR, type One, world } from '../../helpers/coordinated.ts'
import { newFolder } from '../../helpers/folder.ts'
import { noise } from '../../helpers/noise.ts'

const MINUTE = 60_000
const PRICES = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }

/** Chats and single questions of several processes that share a usage.db, as people have them over some days. */
async function history(routes: { order: readonly One[]; baseline: One; seed: number; turns: number }) {
  const { order, baseline, turns, seed } = routes
  const below = noise(seed)
  const file = join(newFolder(), 'usage.db')
  let time = Date.parse('2026-11-21T12:00:00Z')
  const prices = Object.fromEntries(
    ['gpt-5.4-mini', 'claude-sonnet-5', 'our-deployment', 'gemini-3.5-flash'].map(model => [model, PRICES]),
  )
  const processes = await Promise.all(
    [0, 1, 2].map(() => {
      const store = closing(openUsage(file, time))
      return world({
        order,
        routing: { baseline },
        over: Object.fromEntries(order.map(name => [name, { prices }])),
        now: () => time,
        prefixes: store.prefixes,
        record: store.add,
      })
    }),
  )
  const conversations: Message[][] = [[], [], [], [], []]
  for (let turn = 0; turn < turns; turn++) {
    time += [1_000, MINUTE, 6 * MINUTE, 40 * MINUTE, 26 * 60 * MINUTE][below(5)] ?? 0
    const at = below(conversations.length)
    const messages = below(3) === 0 ? [] : (conversations[at] ?? [])
    messages.push({ role: 'user', text: `question ${turn} ${'with a long log '.repeat(below(2_000))}` })
    conversations[at] = messages
    const asked = {
      customer: { ...customer, id: at % 2 === 0 ? 'acme' : 'segura' },
      platform: order[below(order.length)],
    }
    await oneTurn(processes[below(3)] as Coordinated, { asked, messages, below })
    messages.push({ role: 'assistant', text: 'answered', calls: [] })
  }
  return closing(openUsage(file, time)).turns(0)
}

/** The vendor reports what it likes: caches are hit or missed, requests fail half-way. */
async function oneTurn(
  { fake, ask }: Coordinated,
  {
    asked,
    messages,
    below,
  }: { asked: Partial<Parameters<typeof asking>[0]>; messages: Message[]; below: (n: number) => number },
): Promise<void> {
  const inputTokens = 2_000 + below(20_000)
  const usage = { inputTokens, outputTokens: below(900), cacheReadTokens: below(inputTokens >> 1) }
  const broken = below(8) === 0
  for (const name of Object.values(FOUR))
    fake.script(name, [{ text: 'an answer', usage, ...(broken ? { fault: 'cut' as const } : {}) }])
  await ask(asked, { messages: [...messages] })
}

describe('savings', () => {
  it.each(Object.keys(FOUR) as One[])(
    'are exactly 0 where %s is the baseline and the only platform',
    async name => {
      const turns = await history({ order: [name], baseline: name, seed: name.length, turns: 120 })
      const { savedUsd, compared, actualUsd } = savingsOf(turns, name)
      expect(compared).toBeGreaterThan(60)
      expect(actualUsd).toBeGreaterThan(0)
      expect(savedUsd).toEqual({ least: 0, most: 0 })
    },
  )

  it('take the turns of the baseline with the cache that it would have had', async () => {
    const turns = await history({
      order: ['anthropic', 'openai'],
      baseline: 'anthropic',
      seed: 7,
      turns: 150,
    })
    const own = turns.filter(one => one.platform === 'anthropic' && one.outcome === 'ok')
    const differs = ({ costUsd = 0, baselineUsd }: TurnRecord) => (baselineUsd?.least ?? 0) < costUsd
    expect(own.filter(differs).length).toBeGreaterThan(0)
    expect(turns.some(one => one.outcome === 'truncated')).toBe(true)
    // Never more than was paid: everything that it has really read would also be in the cache.
    for (const { costUsd = 0, baselineUsd } of own)
      expect(baselineUsd?.most).toBeLessThanOrEqual(costUsd + 1e-12)
  })
})
