import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, CLIENTS } from './clients.ts'
import { type FakePlatforms, startFakePlatforms } from './start.ts'
import type { Turn } from './turn.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
beforeEach(() => fake.reset())
afterAll(() => fake.close())

const nothing = (): Answer => ({ text: '', thought: '', calls: [], end: undefined })

describe.each(Object.entries(CLIENTS))('%s, by its own SDK', (instance, client) => {
  const order = (...turns: Turn[]) => fake.script(instance, turns)
  const ask = async (signal = new AbortController().signal) => {
    const answer = nothing()
    await client.ask(fake.url(instance), answer, signal)
    return answer
  }

  it('streams text in pieces, and the script goes on with its last turn', async () => {
    order({ text: 'Grüße, 👋 three alerts.' }, { text: 'again' })
    const texts = [(await ask()).text, (await ask()).text, (await ask()).text]
    expect(texts).toEqual(['Grüße, 👋 three alerts.', 'again', 'again'])
    expect(fake.requests(instance).map(one => one.key)).toEqual(['key-1', 'key-1', 'key-1'])
    expect(fake.violations()).toEqual([])
  })

  it('streams several calls, behind thinking and text', async () => {
    order({
      thinking: 'let me see',
      text: 'Looking.',
      calls: [{ name: 'find', args: { id: 'äöü' } }, { name: 'find' }],
    })
    expect(await ask()).toMatchObject({
      text: 'Looking.',
      thought: 'let me see',
      calls: [
        { name: 'find', args: '{"id":"äöü"}' },
        { name: 'find', args: '{}' },
      ],
    })
  })

  it('lists its models', async () => {
    fake.rules(instance, { models: ['one', 'two'] })
    expect(await client.list(fake.url(instance))).toEqual(['one', 'two'])
    expect(fake.listings(instance)).toHaveLength(1)
    expect(fake.requests(instance)).toEqual([])
  })
})
