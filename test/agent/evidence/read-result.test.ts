import { describe, expect, it } from 'vitest'
import { openBook } from '../../../src/agent/evidence/book.ts'
import { overview, readResult } from '../../../src/agent/evidence/read-result.ts'

const metrics = Array.from({ length: 3_812 }, (_, i) => ({
  host: `web-${i}`,
  up: i % 7 === 0 ? 0 : 1,
  note: 'x'.repeat(40),
}))
const json = JSON.stringify({ status: 'success', data: { result: metrics } })
const log = Array.from({ length: 5_000 }, (_, i) => `line ${i + 1}${i === 4_321 ? ' ERROR: disk' : ''}`).join(
  '\n',
)

function bookWith(whole: string) {
  const book = openBook()
  book.end(book.begin({ server: 's', tool: 't', args: {}, isWrite: false }), {
    kind: 'answered',
    text: '',
    whole,
    took: 1,
    cutBytes: 1,
  })
  return book
}

const read = (whole: string, args: object) => readResult(bookWith(whole), { result: 1, ...args })

describe('a result that is too long', () => {
  it('of JSON is shown by its shape, its counts and its first rows', () => {
    const shown = overview(json, 3, 4_000).text
    expect(Buffer.byteLength(shown)).toBeLessThan(5_000)
    expect(shown).toContain('3,812 items of "data.result"]')
    expect(shown).toContain(
      '[shape: {"status": text, "data": {"result": [3,812 × {"host": text, "up": number, "note": text}]}}]',
    )
    expect(shown).toContain(JSON.stringify(metrics[0]))
    const [, from] = /"from": (\d+)\}/.exec(shown) ?? []
    expect(shown).toContain(JSON.stringify(metrics[Number(from) - 2]))
    expect(shown).not.toContain(JSON.stringify(metrics[Number(from) - 1]))
  })

  it('of text is shown by its beginning and its end', () => {
    const shown = overview(log, 1, 2_000).text
    expect(shown).toContain('\nline 1\n')
    expect(shown).toMatch(/\nline 5000\n\[to read on/)
    expect(shown).not.toContain('ERROR')
  })

  it('is shown in part even if one row is longer than everything', () => {
    const shown = overview(JSON.stringify({ text: 'y'.repeat(20_000_000) }), 1, 10_000).text
    expect(Buffer.byteLength(shown)).toBeLessThan(15_000)
  })
})

describe('read_result', () => {
  it('reads rows by number and by words', () => {
    expect(read(json, { from: 3_811 }).text.split('\n')).toEqual([
      '[3,811 to 3,812 of 3,812 items of "data.result"]',
      JSON.stringify(metrics[3_810]),
      JSON.stringify(metrics[3_811]),
    ])
    expect(read(json, { filter: 'WEB-17"' }).text).toBe(
      `[1 to 1 of 1 items of "data.result" that contain "WEB-17\\""]\n${JSON.stringify(metrics[17])}`,
    )
    expect(read(log, { filter: 'error' }).text).toContain('line 4322 ERROR: disk')
    expect(read(log, { from: 10, to: 11 }).text).toBe(
      '[10 to 11 of 5,000 lines]\nline 10\nline 11\n[to read on: "from": 12]',
    )
  })

  it('reads all rows, part by part, each once', () => {
    const seen: string[] = []
    for (let from: number | undefined = 1; from !== undefined; ) {
      const { text } = read(json, { from })
      expect(Buffer.byteLength(text)).toBeLessThan(40_000)
      seen.push(...text.split('\n').filter(line => line.startsWith('{')))
      const next: string | undefined = /\[to read on: "from": (\d+)\]$/.exec(text)?.[1]
      from = next === undefined ? undefined : Number(next)
    }
    expect(seen).toEqual(metrics.map(one => JSON.stringify(one)))
  })

  it.each<[object, string]>([
    [{ result: 2 }, 'read_result: there is no result 2'],
    [{ result: 'one' }, 'read_result: there is no result "one"'],
    [{ from: 0 }, 'read_result: "from" and "to" must be row numbers from 1'],
    [{ filter: 7 }, 'read_result: "filter" must be a text'],
  ])('says what is wrong with %j', (args, text) => {
    expect(read(log, args)).toEqual({ text, isError: true })
  })

  it('says what there is not', () => {
    expect(read(log, { filter: 'unicorn' }).text).toBe('[none of 5,000 lines that contain "unicorn"]')
    expect(read(log, { from: 6_000 }).text).toBe('[there are only 5,000 lines]')
  })
})

it('all of a long line, and of JSON around a short list, can be read', () => {
  const line = `${'x'.repeat(50_000)}needle${'x'.repeat(50_000)}`
  expect(read(line, { filter: 'needle' }).text).toContain('needle')
  expect(read(JSON.stringify({ tags: ['a', 'b'], log: line }), { filter: 'needle' }).text).toContain('needle')
})

it('keys of any length do not make an overview long', () => {
  const wide = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}${'k'.repeat(50_000)}`, i]))
  expect(Buffer.byteLength(overview(JSON.stringify(wide), 1, 4_000).text)).toBeLessThan(12_000)
})

it.each([
  ['lines', Array.from({ length: 3_812 }, (_, i) => `line ${i}`).join('\n'), /^\d+ of 3,812 lines$/],
  [
    'items',
    JSON.stringify({ data: Array.from({ length: 2_000 }, (_, i) => ({ i })) }),
    /^\d+ of 2,000 items$/,
  ],
  ['6 MB', Array.from({ length: 60_000 }, () => 'x'.repeat(100)).join('\n'), /^\d+ of 60,000 lines$/],
])('says how much of a large result is shown: %s', (_what, text, words) => {
  const { text: shown, part } = overview(text, 1, 4_000)
  expect(part).toMatch(words)
  const rows = shown.split('\n').filter(line => !line.startsWith('[')).length
  expect(part.split(' ')[0]).toBe(String(rows))
})

it('a result that is read on and on is read from its file once, and never in place of another one', () => {
  let times = 0
  const evidence = (number: number, text: string) => ({
    ...(bookWith('').find(1) as NonNullable<ReturnType<ReturnType<typeof bookWith>['find']>>),
    number,
    text() {
      times++
      return text
    },
  })
  const all = [evidence(1, 'one\ntwo\nthree'), evidence(2, 'other')]
  const book = { find: (number: number) => all[number - 1] }
  const of = (result: number, from: number) => readResult(book, { result, from, to: from }).text
  expect([of(1, 1), of(1, 2), of(1, 3)].map(one => one.split('\n')[1])).toEqual(['one', 'two', 'three'])
  expect(times).toBe(1)
  expect(of(2, 1)).toContain('other')
  expect(of(1, 1)).toContain('one')
})
