import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openSession, type Session } from '../../src/agent/session.ts'
import { openRecorder } from '../../src/recordings/record.ts'
import { readRecording } from '../../src/recordings/replay.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { asking, customer, world } from '../helpers/coordinated.ts'
import { newFolder } from '../helpers/folder.ts'

const TOOLS: Toolset = {
  customer: { ...customer, access: 'read-only' },
  generation: 1,
  tools: [
    {
      name: 'am__list',
      server: 'am',
      tool: 'list',
      description: '',
      inputSchema: { type: 'object' },
      readOnly: true,
    },
  ],
  withheld: [],
  leftOut: [],
  patterns: [],
  missing: [],
  call: async () => ({ kind: 'answered', text: 'two alerts', took: 1, cutBytes: 0 }),
  retire() {},
}

async function lastOf(session: Session, text: string, isRetry: boolean): Promise<AgentEvent | undefined> {
  let last: AgentEvent | undefined
  const { signal } = new AbortController()
  const approve = async () => ({ allowed: true }) as const
  for await (const event of session.ask({ customerId: 'acme', text, isRetry, signal, approve })) last = event
  return last
}

it('a question that failed after its tools had run, and its retry, are replayed as they went', async () => {
  const { fake, coordinator } = await world({ order: ['openai'] })
  fake.script('openai', [{ calls: [{ name: 'am__list', args: {} }] }, { fault: 'quota' }, { text: 'fine' }])
  const file = join(newFolder(), 'recording.jsonl')
  const recorder = openRecorder(file, customer, () => {})
  const live = openSession({
    toolsetFor: async () => TOOLS,
    promptFor: () => 'be brief',
    platformsFor: async asked => recorder.record(coordinator.forQuestion(asking(asked)), asked),
  })
  await live.switchTo('acme')
  expect(await lastOf(live, 'What is it?', false)).toMatchObject({ type: 'failed', isPartlyKept: true })
  expect(await lastOf(live, 'What is it?', true)).toMatchObject({ type: 'answer', text: 'fine' })
  live.close()

  const recording = readRecording(file)
  expect(recording.questions.map(one => [one.text, one.isRetry])).toEqual([
    ['What is it?', false],
    ['What is it?', true],
  ])
  let asked = 0
  const again = openSession({
    toolsetFor: async () => recording.toolset(),
    promptFor: () => recording.system,
    platformsFor: async () => recording.platforms(recording.questions[asked++]?.id ?? ''),
  })
  await again.switchTo('acme')
  const ends = []
  for (const one of recording.questions) ends.push((await lastOf(again, one.text, one.isRetry))?.type)
  again.close()
  expect(ends).toEqual(['failed', 'answer'])
  expect(recording.differences()).toEqual([])
})
