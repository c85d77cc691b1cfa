import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sumOfCosts } from '../../src/base/money.ts'
import type { ModelEvent, Platform } from '../../src/platforms/platform.ts'
import { openRecorder } from '../../src/recordings/record.ts'
import { readRecording } from '../../src/recordings/replay.ts'
import { customer } from '../helpers/coordinated.ts'
import { newFolder } from '../helpers/folder.ts'
import { say, scriptedPlatform } from '../helpers/scripted-platform.ts'

const ASKED = { question: 'q', conversation: 'c' }

async function drained(platform: Platform): Promise<ModelEvent[]> {
  const request = { system: '', messages: [{ role: 'user' as const, text: 'Well?' }], tools: [] }
  const events: ModelEvent[] = []
  for await (const event of platform.stream(request, new AbortController().signal)) events.push(event)
  return events
}

/** The events that a replay gives, of a turn with these events. */
async function replayed(events: ModelEvent[]): Promise<ModelEvent[]> {
  const file = join(newFolder(), 'events.jsonl')
  const recorder = openRecorder(file, customer, reason => expect.unreachable(reason))
  const platform = scriptedPlatform(() => events)
  const none = () => platform
  const all = {
    platform,
    peers: () => [],
    judge: none,
    spent: () => ({ usage: undefined, cost: sumOfCosts([]) }),
  }
  await drained(recorder.record(all, ASKED).platform)
  return drained(readRecording(file).platforms(ASKED.question).platform)
}

it('a replay shows a second try as such', async () => {
  const rerouted = {
    type: 'rerouted',
    from: 'openai',
    to: 'openai',
    kind: 'server',
    reason: '500',
    discarded: false,
    detectMs: 5,
    switchMs: 1_000,
    waitMs: 1_000,
    wastedUsd: 0,
  } as const
  const events = await replayed([rerouted, ...say('All is well.')])
  expect(events[0]).toEqual(rerouted)
})

it('a text that was retracted is not recorded', async () => {
  const thought = { type: 'text', text: 'The user wants' } as const
  const events = await replayed([thought, { type: 'thinking' }, { type: 'retracted' }, ...say('Three.')])
  expect(events.flatMap(event => (event.type === 'text' ? event.text : []))).toEqual(['Three.'])
})
