import { describe, expect, it } from 'vitest'
import { truncated } from '../../src/toolset/calls/cut.ts'

const alerts = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    name: `alert ${n}`,
    labels: { severity: 'warning', host: `h${n}` },
  }))
const NOTICE =
  /\n\n\[truncated: showing (.*); call the tool again with a filter, a page or a shorter time range to see the rest\]$/
const partsOf = (text: string, most: number) => {
  const cut = truncated(text, most)
  const what = NOTICE.exec(cut.text)?.[1]
  return { ...cut, shown: cut.text.replace(NOTICE, ''), what }
}

describe('a result that is too large', () => {
  it('of JSON keeps whole items of its longest list, its other keys, and its paging', () => {
    const value = { paging: { next_offset: 120 }, alerts: alerts(120), total: 900 }
    const { shown, what, cutBytes } = partsOf(JSON.stringify(value, null, 2), 2_000)
    const read = JSON.parse(shown)
    expect(read.paging).toEqual({ next_offset: 120 })
    expect(read.total).toBe(900)
    expect(read.alerts).toEqual(alerts(read.alerts.length))
    expect(read.alerts.length).toBeGreaterThan(20)
    expect(what).toBe(`${read.alerts.length} of 120 "alerts"`)
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(2_000)
    expect(cutBytes).toBe(Buffer.byteLength(JSON.stringify(value, null, 2)) - Buffer.byteLength(shown))
  })

  it('of a list of JSON says how many items are shown', () => {
    const { shown, what } = partsOf(JSON.stringify(alerts(300)), 1_000)
    expect(what).toBe(`${JSON.parse(shown).length} of 300 items`)
  })

  it('of several lists cuts the longest, then the next', () => {
    const value = { a: alerts(100), b: alerts(80), c: 'x' }
    const { shown, what } = partsOf(JSON.stringify(value), 3_000)
    const { a, b, c } = JSON.parse(shown)
    expect(what).toBe(`${a.length} of 100 "a", ${b.length} of 80 "b"`)
    expect(c).toBe('x')
  })

  it('is not cut at all if it fits without its white space', () => {
    const value = { alerts: alerts(20) }
    const pretty = JSON.stringify(value, null, 8)
    const compact = JSON.stringify(value)
    expect(truncated(pretty, compact.length)).toEqual({ text: compact, cutBytes: 0 })
  })

  it('keeps the text before its JSON', () => {
    const { shown, what } = partsOf(
      `120 alerts, of these:\n${JSON.stringify({ alerts: alerts(120) })}`,
      1_500,
    )
    expect(shown).toMatch(/^120 alerts, of these:\n\{"alerts":\[/)
    expect(what).toMatch(/^\d+ of 120 "alerts"$/)
  })

  it('of lines ends with a whole line', () => {
    const lines = Array.from({ length: 500 }, (_, n) => `2026-11-26T10:00:00Z line ${n} äöü`).join('\n')
    const { shown, what } = partsOf(lines, 4_000)
    expect(lines.startsWith(`${shown}\n`)).toBe(true)
    expect(what).toMatch(/^the first 3\.9 KB of 1\d KB$/)
  })

  it.each([
    ['one long line', 'ä'.repeat(5_000)],
    ['JSON whose size is one text', JSON.stringify({ log: 'ä'.repeat(5_000) })],
    ['JSON of one large item', JSON.stringify([{ log: 'ä'.repeat(5_000) }])],
    ['broken JSON', `{"alerts":[${'"ä",'.repeat(3_000)}`],
    ['JSON nested very deeply', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])('of %s ends with a whole character', (_what, text) => {
    const { shown, what } = partsOf(text, 1_001)
    expect(text.startsWith(shown)).toBe(true)
    expect(Buffer.byteLength(shown)).toBeGreaterThan(990)
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(1_001)
    expect(what).toMatch(/^the first [\d,]+ bytes of \d+(\.\d)? KB$/)
  })
})
