import { describe, expect, it } from 'vitest'
import { refusalCounter } from '../../src/mcps/log.ts'

function counting() {
  const lines: [string, string, unknown][] = []
  let now = 0
  const refused = refusalCounter(
    (level, message, facts) => void lines.push([level, message, facts]),
    () => now,
  )
  const at = (ms: number) => {
    now = ms
  }
  return { lines, refused, at }
}

describe('refused requests in the log', () => {
  it('are one line of information for a single one, and again after a minute', () => {
    const { lines, refused, at } = counting()
    for (const ms of [0, 1_000, 59_999, 60_000, 60_001]) {
      at(ms)
      refused('unauthorized: wrong bearer token')
    }
    expect(lines).toEqual([
      ['info', 'unauthorized: wrong bearer token', undefined],
      ['info', 'unauthorized: wrong bearer token', undefined],
    ])
  })

  it('are a warning at the 10th, 100th and 1000th of a burst, with their counts', () => {
    const { lines, refused, at } = counting()
    for (let i = 0; i < 1_500; i++) {
      at(i * 10)
      refused(i % 2 ? 'wrong bearer token' : 'missing bearer token')
    }
    expect(lines).toEqual([
      ['info', 'missing bearer token', undefined],
      ['warn', '10 requests refused within 1 s', { 'missing bearer token': 5, 'wrong bearer token': 5 }],
      ['warn', '100 requests refused within 1 s', { 'missing bearer token': 50, 'wrong bearer token': 50 }],
      [
        'warn',
        '1000 requests refused within 10 s',
        { 'missing bearer token': 500, 'wrong bearer token': 500 },
      ],
    ])
  })
})
