import { expect, it } from 'vitest'
import { sparkline } from '../../../src/agent/series/lines/sparkline.ts'
import { tableLines, tableWords } from '../../../src/agent/series/lines/table-lines.ts'
import { seriesTable } from '../../../src/agent/series/table.ts'
import { numberText } from '../../../src/agent/series/words.ts'
import { columnsOf } from '../../../src/base/text/columns.ts'

const T = 1_764_241_200

function table(...series: number[][]) {
  const data = series.map((values, i) => ({
    metric: { instance: `machine-${i}.nordwind.example:9100` },
    values: values.map((one, at) => [T + at * 60, String(one)]),
  }))
  const made = seriesTable(JSON.stringify({ data }))
  if (!made) throw new Error('no table')
  return made
}

it('a sparkline goes from its least to its greatest value, with gaps blank', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, Number.NaN, 6])).toBe('▁▂▃▄▅▆ ▇')
})

it('a flat series is in the middle', () => {
  expect(sparkline([5, 5, Number.NaN, 5])).toBe('▄▄ ▄')
  // Such as `up`, which is 0 or 1.
  expect(sparkline([0, 0, Number.NaN, 0])).toBe('▁▁ ▁')
})

it('a table has up to three series, their figures, the time, and how many more there are', () => {
  const lines = tableLines(table([1, 2, 3], [-5, 0, 1_234_567], [0.5, 0.25, 0.75], [1, 1], [2, 2]), 7, 100)
  expect(lines).toHaveLength(4)
  expect(lines[0]).toBe('    machine-0.nordwind.example:9100  ▁▄▇  min 1     max 3          last 3')
  expect(lines[1]).toContain('▁▁▇  min -5    max 1,234,567  last 1,234,567')
  expect(lines[3]).toMatch(/^ {4}2025-11-2\d \d\d:\d\d:00 – .*\d\d:02:00 UTC.* · and 2 more: \/plot 7$/)
})

it.each([20, 40, 60, 80, 120])('a table fits %i columns', width => {
  const long = Array.from({ length: 500 }, (_, i) => Math.sin(i / 30) * 1e6)
  const lines = tableLines(table(long, long, long, long), 7, width)
  for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width)
})

it('a short peak among many points is seen', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => (i === 5_000 ? 100 : 1))
  const spark = sparkline(table(values).rows[0]?.cells ?? [])
  expect(spark).toHaveLength(24)
  expect(spark.replaceAll('▁', '')).toBe('▇')
})

it.each([
  [0, '0'],
  [0.012345, '0.01235'],
  [-12.3456, '-12.35'],
  [1_234_567.8, '1,234,568'],
  [12_345_678_901, '1.23e+10'],
  [0.00001234, '1.23e-5'],
  [Number.NaN, '–'],
])('%d is written %s', (value, text) => {
  expect(numberText(value)).toBe(text)
})

it('who hears it gets words instead of a curve', () => {
  const words = tableWords(table([1, 2, 3], [4, 4], [5, 5], [6, 6]))
  expect(words[0]).toBe('  machine-0.nordwind.example:9100: from 1 to 3, last 3')
  expect(words.at(-1)).toMatch(/ UTC.*, and 1 more series$/)
  expect(words.join()).not.toMatch(/[▁-█]/)
})
