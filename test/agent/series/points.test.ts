import { expect, it } from 'vitest'
import { pointLines } from '../../../src/agent/series/lines/points.ts'
import { shortName } from '../../../src/agent/series/lines/short-name.ts'
import type { TimeSeries } from '../../../src/agent/series/series.ts'
import { columnsOf } from '../../../src/base/text/columns.ts'

const T = new Date(2026, 10, 27, 13, 0).getTime()
const series = (name: string, values: number[], step = 900_000): TimeSeries => ({
  name,
  times: Float64Array.from(values, (_, i) => T + i * step),
  values: Float64Array.from(values),
})

it('the points of all series are beside each other, a line for each time', () => {
  const lines = pointLines([
    series('Hotline: offered', [12, 7]),
    series('Hotline: wait (s)', [28, Number.NaN, 1_262]),
  ])
  expect(lines.map(line => line.replace(/^UTC\S*/, 'UTC'))).toEqual([
    expect.stringMatching(/^UTC +Hotline: offered {2}Hotline: wait \(s\)$/),
    '2026-11-27 13:00                12                 28',
    '2026-11-27 13:15                 7                  –',
    '2026-11-27 13:30                 –              1,262',
  ])
})

it('more points than a person reads are for /plot', () => {
  const many = Array.from({ length: 1_200 }, (_, i) => i)
  expect(pointLines([series('up', many)])).toEqual(['1,200 times: `/plot` draws them'])
  expect(pointLines(['a', 'b', 'c', 'd', 'e', 'f'].map(name => series(name, [1])))).toEqual([])
  expect(pointLines([])).toEqual([])
})

it.each([
  ['Störungsannahme: abandoned', 40, 'Störungsannahme: abandoned'],
  ['Störungsannahme: abandoned', 20, 'Störungs…: abandoned'],
  ['Störungsannahme: average wait (s)', 24, 'Störu…: average wait (s)'],
  ['Störungsannahme: average wait (s)', 18, 'average wait (s)'],
  ['Störungsannahme: average wait (s)', 10, '… wait (s)'],
  ['machine-17.nordwind.example:9100', 12, 'machine-17.…'],
])('%s in %i columns is %s', (name, width, short) => {
  expect(shortName(name, width)).toBe(short)
  expect(columnsOf(short)).toBeLessThanOrEqual(width)
})
