import { expect, it } from 'vitest'
import { growingText } from '../../../src/agent/transcript/growing-text.ts'
import { hideSecret, redact } from '../../../src/base/redact.ts'

/** What was written at each moment. Bodies are redacted when they are written, as the store does. */
function recorded() {
  const entries: string[] = []
  const moments: string[] = []
  const put = (number: number, body: unknown) => {
    entries[number] = redact((body as { text: string }).text)
    moments.push(entries.join(''))
    return number
  }
  const text = growingText({
    add: body => put(entries.length, body),
    amend: (number, body) => put(number, body),
  })
  return { text, entries, moments }
}

it('each piece is written when it has arrived', () => {
  const { text, moments } = recorded()
  for (const piece of ['one ', 'two ', 'three']) text.add(piece)
  text.end()
  expect(moments).toEqual(['one ', 'one two ', 'one two three'])
})

it('a long text becomes several entries, each of which is written only for a while', () => {
  const { text, entries } = recorded()
  const lines = Array.from({ length: 1_000 }, (_, i) => `line number ${i} of a long answer\n`)
  for (const line of lines) text.add(line)
  text.end()
  expect(entries.join('')).toBe(lines.join(''))
  expect(Math.max(...entries.map(one => one.length))).toBeLessThan(5_000)
})

it('a secret that arrives in pieces is never written, wherever a text is divided', () => {
  const secret = 's3cret-of-the-growing-text'
  hideSecret(secret)
  for (const before of [0, 1_500, 2_040, 2_048, 2_060, 4_090]) {
    const { text, entries, moments } = recorded()
    for (const piece of `${'a line of words\n'.repeat(before / 16)}${secret} ${'more words\n'.repeat(400)}`)
      text.add(piece)
    text.end()
    for (const moment of moments) expect(moment).not.toMatch(/s3c|growing-text/)
    expect(entries.join('')).toContain('‹hidden›')
  }
})

it('a beginning of a secret that does not go on is written at the end', () => {
  hideSecret('beginning-of-a-secret')
  const { text, moments } = recorded()
  text.add('it was the beginning')
  text.end()
  expect(moments).toEqual(['it was the ', 'it was the beginning'])
})
