import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../src/agent/evidence/book.ts'
import type { Episode } from '../../../src/agent/story.ts'
import { foundIn } from '../../../src/chat/commands/conversation/found.ts'

const results: Record<number, string> = {
  1: 'alertname: DiskFull\nseverity: critical\nhost: db-1',
  2: Array.from({ length: 25 }, (_, i) => `diskfull ${i}`).join('\n'),
}
const evidence = {
  find: (number: number) =>
    ({ number, server: 'am', tool: 'list', text: () => results[number] ?? '' }) as unknown as Evidence,
}
const story = [
  {
    question: 'Is a disk full?\nOn db-1?',
    calls: [1],
    end: { type: 'answer', text: 'Yes: **DiskFull** on db-1 [1]' },
  },
  { question: 'again', calls: [2], end: undefined },
] as unknown as Episode[]

describe('/find', () => {
  it('lists lines of questions, results and answers, the newest last, with the matches marked', () => {
    expect(foundIn(story, evidence, 'DB-1')).toEqual([
      { who: 'you', line: 'On «db-1»?' },
      { who: '[1] list', line: 'host: «db-1»' },
      { who: 'answer', line: 'Yes: DiskFull on «db-1» [1]' },
    ])
  })

  it('lists ten lines of one result, and says how to see the others', () => {
    const found = foundIn(story, evidence, 'diskfull')
    expect(found).toHaveLength(2 + 11)
    expect(found.at(-2)?.line).toBe('«diskfull» 9')
    expect(found.at(-1)).toEqual({ who: '[2] list', line: '… 15 more: `/show 2`' })
  })

  it('finds in JSON the lines that /show has', () => {
    const text = () => '{"alerts":[{"site":"hamburg","age":"1 h"},{"site":"bremen","age":"2 h"}]}'
    const found = foundIn(
      story,
      { find: number => (number === 1 ? ({ tool: 'list', text } as Evidence) : undefined) },
      'hamburg',
    )
    expect(found).toEqual([{ who: '[1] list', line: '"site": "«hamburg»",' }])
  })

  it('takes the text as it is, and shows a long line around its first match', () => {
    expect(foundIn(story, evidence, '**DiskFull**')).toHaveLength(1)
    expect(foundIn(story, evidence, '.*')).toEqual([])
    const long = [{ question: `${'x'.repeat(500)} needle ${'y'.repeat(500)}`, calls: [], end: undefined }]
    const [line] = foundIn(long as unknown as Episode[], evidence, 'needle')
    expect(line?.line).toMatch(/^…x{59} «needle» y+…$/)
    expect(line?.line.length).toBeLessThan(200)
  })

  it('shows no control character of a result', () => {
    results[3] = 'a \u001b[2Jneedle'
    const asked = [{ question: '', calls: [3], end: undefined }] as unknown as Episode[]
    expect(foundIn(asked, evidence, 'needle')[0]?.line).toBe('a «needle»')
  })
})
