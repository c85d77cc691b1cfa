import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { platformsText } from '../../../src/cli/commands/platforms/platforms-text.ts'
import type { Explained } from '../../../src/cli/error-text.ts'
import type { PlatformRow } from '../../../src/coordinator/figures/report.ts'
import type { Savings } from '../../../src/coordinator/money/savings.ts'

const IDLE: PlatformRow = {
  platform: 'google_gemini',
  vendor: 'google_gemini',
  model: 'gemini-3-flash',
  state: 'no-key',
  reason: 'key not set',
  hint: 'set GEMINI_API_KEY',
  until: null,
  requests: 0,
  ok: 0,
  errors: {},
  availability: null,
  firstTokenMs: { p50: null, p95: null, p99: null },
  tokens: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  cost: { usd: 0, unknown: 0 },
}
const BUSY: PlatformRow = {
  ...IDLE,
  platform: 'anthropic',
  model: 'claude-sonnet-5',
  state: 'paused',
  reason: 'overloaded: 529 Overloaded',
  hint: '',
  until: '2026-11-21T14:16:00.000Z',
  requests: 9,
  ok: 8,
  availability: 8 / 9,
  firstTokenMs: { p50: 410, p95: 980, p99: 1_980 },
  tokens: { inputTokens: 38_000, outputTokens: 2_100, cacheReadTokens: 0, cacheWriteTokens: 0 },
  cost: { usd: 0.043, unknown: 1 },
}
const SAVINGS: Savings = {
  baseline: 'openai/gpt-5.4',
  turns: 64,
  compared: 64,
  pricedShare: 1,
  actualUsd: 0.21,
  wasted: { usd: 0.001, unknown: 0 },
  baselineUsd: { least: 0.38, most: 0.38 },
  savedUsd: { least: 0.17, most: 0.17 },
}

function screen(
  rows: PlatformRow[],
  width: number | undefined,
  savings?: Savings,
  nobody?: Explained,
): string {
  const style = (_: string, text: string) => text
  return platformsText(rows, {
    since: '24h',
    savings,
    nobody,
    isKnown: true,
    width,
    command: 'supportmax',
    style,
  })
}

describe('the table of model platforms', () => {
  it('shows the numbers of a platform, and what is wrong with it below', () => {
    const lines = screen([BUSY, IDLE], undefined).split('\n')
    expect(lines[1]).toMatch(
      /^anthropic +claude-sonnet-5 +paused until \d\d:\d\d:00 +9 +88\.9% +410 ms +980 ms +2 s +38k\/2,100 +\$0\.0430 \+ 1 unknown$/,
    )
    expect(lines.slice(2, 6)).toEqual([
      '    overloaded: 529 Overloaded',
      expect.stringMatching(/^google_gemini +gemini-3-flash +no key( +-){7}$/),
      '    key not set',
      '      set GEMINI_API_KEY',
    ])
  })

  it.each([60, 80, 100])('is never wider than %i columns', width => {
    for (const line of screen([BUSY, IDLE], width, SAVINGS).split('\n'))
      expect(columnsOf(line), line).toBeLessThanOrEqual(width)
  })

  it('says first that no platform can answer, and has no table without rows', () => {
    const nobody = { message: 'no model platform is ready: no key is set', hint: 'put X into the file' }
    expect(screen([], undefined, undefined, nobody)).toBe(
      'no model platform is ready: no key is set\n  put X into the file\nno requests in the last 24h',
    )
    expect(screen([IDLE], undefined, undefined, nobody).split('\n')[2]).toMatch(/^PLATFORM/)
  })

  it('shows the savings, but no amount that would be a guess', () => {
    const shown = (least: number, most: number) => {
      const text = screen([BUSY], undefined, { ...SAVINGS, savedUsd: { least, most } })
      return /for everything: (.*); failed turns/.exec(text)?.[1]
    }
    expect(shown(0.17, 0.17)).toBe('$0.1700 cheaper')
    expect(shown(-0.17, -0.17)).toBe('$0.1700 more expensive')
    expect(shown(0, 0)).toBe('no difference')
    const note = ', depending on how long its prompt cache lasts'
    expect(shown(0.1, 0.17)).toBe(`$0.1000 to $0.1700 cheaper${note}`)
    expect(shown(-0.3, -0.1)).toBe(`$0.1000 to $0.3000 more expensive${note}`)
    expect(shown(-0.02, 0.1)).toBe(`between $0.0200 more expensive and $0.1000 cheaper${note}`)
    expect(screen([BUSY], undefined, { ...SAVINGS, turns: 9, savedUsd: undefined })).toContain(
      '(9 of 50; cost known for 100% of the requests)',
    )
  })
  it('shows tokens that nobody counted as unknown', () => {
    expect(screen([{ ...BUSY, tokens: null, cost: { usd: 0, unknown: 9 } }], undefined)).toMatch(
      / 2 s +- +cost unknown$/m,
    )
  })

  it('shows failed turns of unknown cost as unknown', () => {
    const wasted = { usd: 0, unknown: 2 }
    expect(screen([BUSY], undefined, { ...SAVINGS, wasted })).toContain(
      'failed turns: cost unknown (64 answers;',
    )
  })

  it('never rounds up to 100%', () => {
    const text = screen([{ ...BUSY, availability: 0.9999 }], undefined, { ...SAVINGS, pricedShare: 0.9999 })
    expect(text).toContain('99.9%')
    expect(text).toContain('cost known for 99% of the requests')
  })
})
