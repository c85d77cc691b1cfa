import { expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { costsCsv, costsText } from '../../../src/cli/commands/platforms/costs-text.ts'
import type { CostRow } from '../../../src/coordinator/figures/costs.ts'

const usage = { inputTokens: 1_234_567, outputTokens: 890, cacheReadTokens: 1_000_000, cacheWriteTokens: 5 }
const ROWS: CostRow[] = [
  { values: ['acme', '2026-11'], requests: 1_200, usage, cost: { usd: 1.5, unknown: 2 } },
  { values: ['=SUM(A1)', 'a "quoted", cell'], requests: 1, usage: undefined, cost: { usd: 0, unknown: 1 } },
]
const total: CostRow = { values: [], requests: 1_201, usage, cost: { usd: 1.5, unknown: 3 } }
const options = {
  by: ['customer', 'month'] as const,
  since: new Date(2026, 10, 1, 9, 30),
  until: undefined,
  total,
  command: 'supportmax',
  style: (_: string, text: string) => text,
}

it('the table says what is unknown, and sums up the period', () => {
  expect(costsText(ROWS, { ...options, width: undefined }).split('\n')).toEqual([
    expect.stringMatching(/^CUSTOMER +MONTH +REQUESTS +TOKENS IN +FROM CACHE +TOKENS OUT +COST$/),
    expect.stringMatching(/^acme +2026-11 +1,200 +1,234,567 +1,000,000 +890 +\$1.50 \+ 2 unknown$/),
    expect.stringMatching(/^=SUM\(A1\) +a "quoted", cell +1 +- +- +- +cost unknown$/),
    '$1.50 + 3 unknown for 1,201 requests since 2026-11-01 09:30',
    'unknown: the model has no price (set "prices"), or the tokens were not counted, as in a cancelled request',
  ])
  expect(costsText([], { ...options, total: undefined, width: 80 })).toBe(
    'no requests since 2026-11-01 09:30',
  )
  const until = new Date(2026, 10, 8)
  expect(costsText([], { ...options, until, total: undefined, width: 80 })).toBe(
    'no requests since 2026-11-01 09:30, until 2026-11-08 00:00',
  )
})

it.each([60, 80, 100])('the table is never wider than %i columns', width => {
  for (const line of costsText(ROWS, { ...options, width })
    .split('\n')
    .slice(0, 3))
    expect(columnsOf(line)).toBeLessThanOrEqual(width)
})

it('CSV quotes what must be quoted, defuses formulas, and leaves an unknown cost empty', () => {
  expect(costsCsv(ROWS, ['customer', 'month']).split('\r\n')).toEqual([
    'customer,month,requests,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,cost_usd,unknown_costs',
    'acme,2026-11,1200,1234567,890,1000000,5,1.5,2',
    '\'=SUM(A1),"a ""quoted"", cell",1,,,,,,1',
  ])
})
