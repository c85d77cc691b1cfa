// Every number of money that a person or a script can see, against the account of account.ts.

import { expect, it } from 'vitest'
import { costTable } from '../../../src/chat/commands/platforms/cost.ts'
import type { PlatformRow } from '../../../src/coordinator/figures/report.ts'
import type { Savings } from '../../../src/coordinator/money/savings.ts'
import type { Spent } from '../../../src/platforms/platform.ts'
import { placeIn, supportmax } from '../../helpers/cli.ts'
import { type Line, savedOn, sumOf, type Vendor } from './account.ts'
import { history, vendors } from './history.ts'

/** `$0.0123 + 2 unknown`, or the same in words, as in a text; nothing is $0. */
function readAmount(text: string | undefined): { usd: number; unknown: number } {
  const [, usd = '0', unknown = '0'] =
    /\$([\d.]+)(?:(?: \+ |, and an unknown amount for )(\d+) )?/.exec(text ?? '') ?? []
  return { usd: Number(usd), unknown: /an unknown amount$/.test(text ?? '') ? 1 : Number(unknown) }
}

async function json<T>(folder: string, ...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await supportmax(placeIn(folder), ...args, '--since', '90d', '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

interface Figures {
  cost: { usd: number; unknown: number }
  costUsd: number | null
  tokens: { inputTokens: number; outputTokens: number } | null
}

function expectSum(found: Figures | Spent | undefined, lines: readonly Line[], what: string): void {
  const { usd, unknown, tokens } = sumOf(lines)
  expect(found?.cost.usd, what).toBeCloseTo(usd, 9)
  expect(found?.cost.unknown, what).toBe(unknown)
  const usage = found && ('tokens' in found ? found.tokens : found.usage)
  expect((usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), what).toBe(tokens)
  if (found && 'costUsd' in found && unknown > 0) expect(found.costUsd, what).toBeNull()
}

const monthOf = ({ at }: Line) =>
  `${new Date(at).getFullYear()}-${String(new Date(at).getMonth() + 1).padStart(2, '0')}`

it.each(['anthropic', 'openai'] as const)(
  '200 questions cost and save on every face what the account says, with %s as the baseline',
  async baseline => {
    const { folder, store, lines, shown } = await history(baseline, 200)
    const ends = new Set(lines.map(one => `${one.end} ${one.isAnswer}`))
    expect(ends.size, 'every end, in answers and in cross-checks').toBe(8)

    expect(shown).toHaveLength(200)
    for (const { question, spent, text } of shown) {
      const own = lines.filter(one => one.question === question)
      expectSum(spent, own, `question ${question}`)
      const { usd, unknown } = sumOf(own)
      expect(Math.abs(readAmount(text).usd - usd), `question ${question}: ${text}`).toBeLessThan(0.000_1)
      expect(readAmount(text).unknown).toBe(unknown)
    }

    const by = ['customer', 'platform', 'month'] as const
    type Row = Figures & Record<(typeof by)[number], string> & { requests: number }
    const costs = await json<{ rows: Row[]; total: Figures }>(folder, 'costs', '--by', by.join())
    expectSum(costs.total, lines, 'costs')
    expect(costs.rows.reduce((sum, one) => sum + one.requests, 0)).toBe(lines.length)
    for (const row of costs.rows) {
      const own = lines.filter(
        one => one.customer === row.customer && one.vendor === row.platform && monthOf(one) === row.month,
      )
      expect(row.requests).toBe(own.length)
      expectSum(row, own, by.map(key => row[key]).join())
    }

    type Report = { platforms: (PlatformRow & { costUsd: number | null })[]; savings: Savings }
    const { platforms, savings } = await json<Report>(folder, 'platforms')
    for (const row of platforms)
      expectSum(
        row,
        lines.filter(one => one.vendor === row.platform),
        row.platform,
      )
    expect(savings.actualUsd).toBeCloseTo(sumOf(lines).usd, 9)
    const saved = savedOn(baseline, lines)
    expect(savings.savedUsd?.least).toBeCloseTo(saved.least, 6)
    expect(savings.savedUsd?.most).toBeCloseTo(saved.most, 6)

    const place = placeIn(folder)
    const metrics = (await supportmax(place, 'platforms', '--metrics', '--since', '90d')).stdout
    const metric = (name: string, vendor: Vendor) =>
      [...metrics.matchAll(new RegExp(`^${name}\\{.*platform="${vendor}".*\\} (\\S+)$`, 'gm'))].reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      )
    for (const vendor of vendors) {
      const { usd, unknown } = sumOf(lines.filter(one => one.vendor === vendor))
      expect(metric('supportmax_model_cost_usd_total', vendor)).toBeCloseTo(usd, 9)
      expect(metric('supportmax_model_unpriced_requests_total', vendor)).toBe(unknown)
    }

    const conversation = lines.at(-1)?.conversation
    const table = costTable(store.turns(0, lines.at(-1)?.customer), conversation)
    const cell = (row: string) => readAmount(table.split('\n').find(line => line.includes(row)))
    const ofCustomer = lines.filter(one => one.customer === lines.at(-1)?.customer)
    for (const [row, some] of [
      ['this conversation', lines.filter(one => one.conversation === conversation)],
      ['this customer', ofCustomer],
      ...vendors.map(name => [`  ${name}`, ofCustomer.filter(one => one.vendor === name)] as const),
    ] as const) {
      expect(Math.abs(cell(row).usd - sumOf(some).usd), `${row}\n${table}`).toBeLessThan(0.006)
      expect(cell(row).unknown).toBe(sumOf(some).unknown)
    }
    for (const id of ['acme', 'segura'])
      expect(store.spentSince(0, id)).toBeCloseTo(sumOf(lines.filter(one => one.customer === id)).usd, 9)
  },
  120_000,
)
