import { expect, it } from 'vitest'
import { seriesIn } from '../../../src/agent/series/find.ts'

const T = 1_764_241_200

const matrix = (...series: [metric: object, values: unknown[]][]) =>
  JSON.stringify({ data: series.map(([metric, values]) => ({ metric, values })) })

const plain = (text: string) =>
  seriesIn(text).map(({ name, times, values }) => [name, [...times].map(one => one / 1_000 - T), [...values]])

it("Prometheus's matrix is a series for each metric, named by what differs", () => {
  const text = matrix(
    [
      { __name__: 'up', job: 'node', instance: 'a' },
      [
        [T, '1'],
        [T + 60, '0'],
      ],
    ],
    [
      { __name__: 'up', job: 'node', instance: 'b' },
      [
        [T, '2'],
        [T + 60, '3'],
      ],
    ],
  )
  expect(plain(text)).toEqual([
    ['a', [0, 60], [1, 0]],
    ['b', [0, 60], [2, 3]],
  ])
})

it('a single series has all its labels in its name', () => {
  const text = matrix([
    { __name__: 'up', job: 'node' },
    [
      [T, '1'],
      [T + 60, '0'],
    ],
  ])
  expect(plain(text)[0]?.[0]).toBe('up{job="node"}')
})

it("Grafana's data frames are series, also inside the result of a panel", () => {
  const frame = {
    schema: {
      fields: [
        { name: 'Time', type: 'time' },
        { name: 'Value', type: 'number', labels: { pod: 'x' } },
      ],
    },
    data: {
      values: [
        [T * 1_000, T * 1_000 + 1_000],
        [5, null],
      ],
    },
  }
  const text = JSON.stringify({ results: { 4: { results: { A: { frames: [frame] } } } } })
  expect(plain(text)).toEqual([['x', [0, 1], [5, Number.NaN]]])
})

it('lists of times and values are series, by their labels', () => {
  const text = JSON.stringify([
    { timestamp: `${T}000000000`, value: 1, labels: { app: 'a' } },
    { timestamp: `${T}000000000`, value: 7, labels: { app: 'b' } },
    { timestamp: `${T + 5}000000000`, value: 2, labels: { app: 'a' } },
  ])
  expect(plain(text)).toEqual([
    ['a', [0, 5], [1, 2]],
    ['b', [0], [7]],
  ])
})

it('two lists side by side are a series', () => {
  const text = JSON.stringify({ label: 'CPU', timestamps: [T, T + 1], values: [1, 2] })
  expect(plain(text)).toEqual([['CPU', [0, 1], [1, 2]]])
})

it('unsorted times are sorted, and what is no number is a gap', () => {
  const values = [
    [T + 60, '+Inf'],
    [T + 120, 'NaN'],
    [T, '-4'],
    ['never', '9'],
    [T + 180, '1e999'],
  ]
  expect(plain(matrix([{ a: 'x' }, values]))).toEqual([
    ['x', [0, 60, 120, 180], [-4, Number.NaN, Number.NaN, Number.NaN]],
  ])
})

it('missing points are a gap', () => {
  const at = [0, 60, 120, 180, 600, 660]
  const [found] = seriesIn(matrix([{ a: 'x' }, at.map(one => [T + one, '1'])]))
  expect([...(found?.values ?? [])]).toEqual([1, 1, 1, 1, Number.NaN, 1, 1])
})

it('labels of any length are cleaned and cut', () => {
  const label = `\u001b]8;;http://evil\u0007${'\u001b[31mx'.repeat(10_000)}`
  const [found] = seriesIn(
    matrix([
      { a: label },
      [
        [T, '1'],
        [T + 1, '1'],
      ],
    ]),
  )
  expect(found?.name).toMatch(/^x{2,119}…$/)
})

it.each([
  ['alerts', JSON.stringify([{ labels: { alertname: 'Up' }, startsAt: '2026-11-27T08:00:00Z' }])],
  ['an instant vector', JSON.stringify([{ metric: { job: 'a' }, value: [T, '1'] }])],
  ['log lines', JSON.stringify([{ timestamp: `${T}`, line: 'GET / 200' }])],
  [
    'pairs that are no times',
    JSON.stringify({
      values: [
        [1, 2],
        [3, 4],
      ],
    }),
  ],
  ['text', 'all is well'],
  ['JSON that ends too early', '{"values": [[1764241200, "1"'],
  [
    'only gaps',
    matrix([
      { a: 'x' },
      [
        [T, 'NaN'],
        [T + 1, 'NaN'],
      ],
    ]),
  ],
  [
    'a list with labels nested too deeply',
    `[${Array.from({ length: 2 }, (_, i) => `{"time": ${T + i}, "value": 1, "a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`)}]`,
  ],
])('%s has no series', (_, text) => {
  expect(seriesIn(text)).toEqual([])
})

it('a million points are read', () => {
  const values = Array.from({ length: 1_000_000 }, (_, i) => [T + i, String(i % 100)])
  const [found] = seriesIn(matrix([{ a: 'x' }, values]))
  expect(found?.times.length).toBe(1_000_000)
})
