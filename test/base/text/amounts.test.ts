import { describe, expect, it } from 'vitest'
import { age, bytes, clockTime, counted, milliseconds, seconds } from '../../../src/base/text/amounts.ts'

describe('amounts', () => {
  it.each([
    [0.44, '0.4 ms'],
    [43.2, '43 ms'],
    [1_240, '1.2 s'],
    [30_000, '30 s'],
  ])('%s ms', (ms, text) => expect(milliseconds(ms)).toBe(text))

  it.each([
    [45_000, '45 s'],
    [720_000, '12 min'],
    [5 * 3_600_000, '5 h'],
    [3 * 86_400_000, '3 d'],
    [-5, '0 s'],
  ])('an age of %s ms', (ms, text) => expect(age(ms)).toBe(text))

  it.each([
    [1, '1 s'],
    [1_499, '1 s'],
    [12_000, '12 s'],
  ])('a wait of %s ms', (ms, text) => expect(seconds(ms)).toBe(text))

  it('a time of day, which may be after midnight', () => {
    const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 3, 10).getTime()
    expect(clockTime(at(26, 14), at(26, 13))).toBe('14:03:10')
    expect(clockTime(at(27, 1), at(26, 23))).toBe('tomorrow 01:03:10')
    expect(clockTime(at(25, 14), at(26, 13))).toBe('14:03:10')
  })

  it.each([
    [999, '999 bytes'],
    [4_300, '4.2 KB'],
    [49_152, '48 KB'],
    [1, '1 byte'],
    [1_023, '1,023 bytes'],
    [3 * 1_024, '3.0 KB'],
    [10_239, '10 KB'],
    [1_048_575, '1.0 MB'],
    [8 * 1_048_576, '8.0 MB'],
    [12 * 1_048_576, '12 MB'],
  ])('%s bytes', (count, text) => expect(bytes(count)).toBe(text))

  it('counts', () => {
    expect([0, 1, 2, 1_201].map(count => counted(count, 'tool'))).toEqual([
      '0 tools',
      '1 tool',
      '2 tools',
      '1,201 tools',
    ])
  })
})
