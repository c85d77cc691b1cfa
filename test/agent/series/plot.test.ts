import { expect, it } from 'vitest'
import { chartOf } from '../../../src/agent/series/chart.ts'
import { seriesIn } from '../../../src/agent/series/find.ts'
import { plotLines } from '../../../src/agent/series/lines/plot.ts'
import { timeTicks, valueTicks } from '../../../src/agent/series/lines/ticks.ts'
import { columnsOf } from '../../../src/base/text/columns.ts'

const T = 1_764_241_200

function plotted(width: number, wanted: string, ...series: number[][]): string[] {
  const data = series.map((values, i) => ({
    metric: { instance: `web-${i + 1}`, job: 'node' },
    values: values.map((one, at) => [T + at * 60, String(one)]),
  }))
  const all = seriesIn(JSON.stringify({ data }))
  return plotLines(chartOf(all, { call: 3, wanted, most: 3 }), width)
}

const up = Array.from({ length: 61 }, (_, i) => i)

it('a curve rises from the lower left to the upper right, between round numbers', () => {
  const lines = plotted(44, '', up)
  expect(lines[0]).toBe('{instance="web-1", job="node"} · last 60')
  expect(lines[1]).toMatch(/^60 ┤ +⣀⡠⠤⠒⠉$|^60 ┤ {36,}\S+$/u)
  expect(lines[10]).toMatch(/^ 0 ┤[\u2801-\u28ff]/u)
  expect(lines[11]).toMatch(/^ {3}└[─┬]{40}$/u)
  expect(lines.slice(1, 11).filter(line => line.includes('┤'))).toHaveLength(4)
})

it('times are those of this place, with their offset', () => {
  const [labels, day] = plotted(80, '', up).slice(-2)
  const at = new Date((T + 1_800) * 1_000)
  expect(labels).toContain(at.toTimeString().slice(0, 5))
  expect(day).toMatch(/\d{4}-\d\d-\d\d, local time \(UTC([+-]\d+(:\d\d)?)?\)$/)
})

it('a flat curve is in the middle', () => {
  const lines = plotted(40, '', [5, 5, 5])
  expect(lines.filter(line => /[\u2801-\u28ff]/u.test(line))).toEqual([expect.stringMatching(/^ {2}5 ┤/)])
})

it('a gap breaks the curve', () => {
  const holes = up.map(one => (one > 20 && one < 40 ? Number.NaN : 5))
  const line = plotted(64, '', holes).find(one => /[\u2801-\u28ff]/u.test(one))
  expect(line).toMatch(/[\u2801-\u28ff] {15,}[\u2801-\u28ff]/u)
})

it('several curves are below each other, on one scale, with their numbers', () => {
  const lines = plotted(60, '', up, up, up, up)
  expect(lines.filter(line => line.startsWith('100 ┤') || line.startsWith(' 60 ┤'))).toHaveLength(3)
  expect(lines.filter(line => /^\d {2}web-\d · last 60$/.test(line))).toHaveLength(3)
  expect(lines.at(-1)).toMatch(/^and 1 more: \/plot 3 SERIES$/)
})

it('curves of very different sizes have a scale each', () => {
  const calls = up.map(one => one / 10)
  const lines = plotted(60, '', calls, up, calls)
  const labels = lines.flatMap(line => /^ *([\d.]+) ┤/.exec(line)?.[1] ?? [])
  expect(labels).toEqual(['10', '5', '0', '100', '50', '0', '10', '5', '0'])
})

it('one of them is chosen by its number or a part of its name', () => {
  expect(plotted(60, '2', up, up)[0]).toBe('web-2 · last 60')
  expect(plotted(60, 'WEB-2', up, up)[0]).toBe('web-2 · last 60')
})

it('what there is not is said in one line', () => {
  expect(() => plotted(60, '9', up, up)).toThrow('call 3 has no series 9')
  expect(() => plotted(60, '')).toThrow('the result of call 3 has no series over time')
})

it.each([20, 40, 80, 200])('it fits %i columns, whatever the numbers', width => {
  const series = [
    up,
    [-1e300, 1e300],
    [1e-9, 2e-9],
    [0, 0],
    [-3, Number.NaN, 1e12],
    [0, 5e-324],
    [1e12, 1e12 + 1],
  ]
  for (const values of series) {
    const lines = plotted(width, '', values)
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width)
    expect(lines.join()).toMatch(/[\u2801-\u28ff]/u)
  }
})

it('a million points are drawn with a few', () => {
  const chart = chartOf(
    [{ name: 'a', times: Float64Array.from({ length: 1e6 }, (_, i) => i), values: new Float64Array(1e6) }],
    { call: 1, wanted: '', most: 3 },
  )
  expect(chart.series[0]?.times.length).toBeLessThan(2_000)
})

it('ticks are round', () => {
  expect(valueTicks(0.3, 6.1, 4)).toEqual([0, 2, 4, 6, 8])
  expect(valueTicks(-7, 3, 2)).toEqual([-10, -5, 0, 5])
  expect(valueTicks(1e-9, 3e-9, 2)).toEqual([1e-9, 2e-9, 3e-9])
  const { times } = timeTicks(T * 1_000, (T + 3_600) * 1_000, 5)
  expect(times.map(one => one / 1_000 - T)).toEqual([0, 900, 1800, 2700, 3600])
})
