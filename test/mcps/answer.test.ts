import { describe, expect, it } from 'vitest'
import { bytesOf, fitted, MOST_ANSWER_BYTES } from '../../src/mcps/answer/fit.ts'
import { listAnswer, type Paging, sliceOf } from '../../src/mcps/answer/page.ts'
import { countBy, shortened } from '../../src/mcps/answer/words.ts'
import { MOST_RESULT_BYTES } from '../../src/toolset/calls/cut.ts'

const pageOf = (all: readonly unknown[], args: { limit: number; offset: number }) =>
  listAnswer({
    slice: sliceOf(all, args),
    key: 'items',
    describe: item => item as object,
    summary: () => `${all.length} items.`,
  }) as { paging: Paging; summary: string; items: unknown[] }

describe('a page of a list', () => {
  it('begins with its paging, and ends where the answer is full', () => {
    const all = Array.from({ length: 120 }, (_, i) => ({ i, text: 'ä'.repeat(500) }))
    const page = pageOf(all, { limit: 50, offset: 0 })
    expect(Object.keys(page)).toEqual(['paging', 'summary', 'items'])
    expect(page.paging).toEqual({ total: 120, offset: 0, returned: 45, next_offset: 45 })
    expect(page.summary).toBe('120 items. Showing 1-45 of 120 items, as many as fit in one answer.')
    expect(bytesOf(page)).toBeLessThanOrEqual(MOST_ANSWER_BYTES)
  })

  it.each([
    ['tiny items', 300, 3],
    ['large items', 60, 9_000],
    ['items of which none fits', 5, 200_000],
  ])('walks through %s without a gap, and every page fits the cap of supportmax', (_, count, size) => {
    const all = Array.from({ length: count }, (_each, i) => ({ i, text: '"€'.repeat(size / 2) }))
    const seen: number[] = []
    for (let offset: number | null = 0; offset !== null; ) {
      const page = pageOf(all, { limit: 200, offset })
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MOST_RESULT_BYTES)
      seen.push(...page.items.map(item => (item as { i: number }).i))
      offset = page.paging.next_offset
    }
    expect(seen).toEqual(all.map(({ i }) => i))
  })

  it('says so when it is past the end, and has no paging sentence when it is the whole list', () => {
    expect(pageOf([1, 2], { limit: 5, offset: 7 })).toEqual({
      paging: { total: 2, offset: 7, returned: 0, next_offset: null },
      summary: '2 items. Offset 7 is past the end of the list.',
      items: [],
    })
    expect(pageOf([1, 2], { limit: 2, offset: 0 }).summary).toBe('2 items.')
    expect(pageOf([], { limit: 2, offset: 0 }).paging.next_offset).toBeNull()
  })
})

describe('a value that is too large', () => {
  it('is shortened as little as needed, says by how much, and stays whole JSON', () => {
    const value = { id: 'x', note: '🙂'.repeat(30_000), list: Array.from({ length: 5 }, (_, i) => i) }
    const { note, list, id } = fitted(value, 20_000) as typeof value
    expect([id, list]).toEqual(['x', [0, 1, 2, 3, 4]])
    expect(note).toMatch(/^(🙂)+… \[52000 more characters\]$/u)
    const many = fitted({ list: Array.from({ length: 10_000 }, (_, i) => `entry ${i}`) }, 20_000) as {
      list: string[]
    }
    expect(many.list).toHaveLength(401)
    expect(many.list.at(-1)).toBe('… [9600 more]')
  })

  it.each([
    ['nested lists', Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => 'x'.repeat(99)))],
    [
      'an object of many keys',
      Object.fromEntries(Array.from({ length: 9_999 }, (_, i) => [`k${i}`, 'v'.repeat(99)])),
    ],
    ['a long key', { ['k'.repeat(90_000)]: 1 }],
  ])('fits: %s', (_, value) => {
    expect(bytesOf(fitted(value, 5_000))).toBeLessThanOrEqual(5_000)
  })

  it('is left alone when it fits', () => {
    const value = { a: ['b'] }
    expect(fitted(value, 1_000)).toBe(value)
  })
})

describe('counts by word', () => {
  it('list 25 words and sum up the rest', () => {
    const words = Array.from({ length: 40 }, (_, i) => `w${String(i).padStart(2, '0')}`)
    const counts = countBy([...words, 'w39', 'w39'], word => word)
    expect(Object.keys(counts)).toHaveLength(26)
    expect([counts.w39, counts['(15 more)']]).toEqual([3, 15])
  })

  it('never cut a character in two', () => {
    expect(shortened(`${'a'.repeat(8)}🙂b`, 10)).toBe(`${'a'.repeat(8)}…`)
  })
})
