import { expect, it } from 'vitest'
import { chartOf } from '../../../src/agent/series/chart.ts'
import { seriesIn } from '../../../src/agent/series/find.ts'
import { pngOf, svgOf } from '../../../src/agent/series/picture/picture.ts'

const T = 1_764_241_200

function chart(count: number, label = 'web', values: (number | string)[] = [1, 2, 3]) {
  const data = Array.from({ length: count }, (_, i) => ({
    metric: { instance: `${label}-${i + 1}` },
    values: values.map((one, at) => [T + at * 60, String(one)]),
  }))
  return chartOf(seriesIn(JSON.stringify({ data })), { call: 3, wanted: '', most: 8 })
}

const words = {
  title: 'rate(calls{site="hamburg"}[5m]) < 5 & up',
  subtitle: 'Nordwind PROD · grafana · query',
}

it('a picture has its title, whose it is, the time in UTC, and a legend of eight series', async () => {
  const svg = await svgOf(chart(11), words)
  for (const text of ['rate(calls{site="hamburg"}[5m]) &lt; 5 &amp; up', words.subtitle, '11:02:00'])
    expect(svg).toContain(text)
  expect(svg).toContain('2025-11-27 11:00:00 – 11:02:00 UTC · 3 more series are not drawn')
  expect(new Set(svg.match(/>\d {1,2}web-\d+</g)).size).toBe(8)
})

it('curves of very different sizes have a scale each', async () => {
  const data = [1, 100].map((size, i) => ({
    metric: { instance: `web-${i + 1}` },
    values: [1, 2, 3].map((one, at) => [T + at * 60, String(one * size)]),
  }))
  const all = seriesIn(JSON.stringify({ data }))
  const svg = await svgOf(chartOf(all, { call: 3, wanted: '', most: 8 }), words)
  const texts = [...svg.matchAll(/>([\d.]+)<\/text>/g)].map(([, text]) => Number(text))
  expect([texts.includes(3), texts.includes(300)]).toEqual([true, true])
})

it('a gap breaks the line', async () => {
  const svg = await svgOf(chart(1, 'web', [1, 2, 'NaN', 4, 5]), words)
  const line = /<path aria-label="[^"]*" role="graphics-symbol"[^>]* d="(?<d>[^"]*)"/.exec(svg)?.groups?.d
  expect(line?.match(/M/g)).toHaveLength(2)
})

it('what a label says is text, and nothing is fetched', async () => {
  const svg = await svgOf(chart(2, '</text><image href="http://127.0.0.1:1/x"/><script>'), words)
  expect(svg).not.toMatch(/<(image|script|a|foreignObject)\b/)
  expect(svg.replace(/>[^<]*</g, '><')).not.toMatch(/href="/)
})

it('a PNG has letters although no font is installed', async () => {
  const png = await pngOf(await svgOf(chart(1), words))
  const bare = await pngOf(await svgOf(chart(1), { title: ' ', subtitle: ' ' }))
  expect(Buffer.from(png).subarray(1, 4).toString()).toBe('PNG')
  expect(png.length).toBeGreaterThan(bare.length + 2_000)
})

it.each([[[-1e300, 1e300]], [[5, 5]], [[1e-12, 2e-12]], [[-7, 12_345_678]]])(
  '%j can be drawn',
  async values => {
    const svg = await svgOf(chart(1, 'web', values), words)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  },
)
