import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { streamOf } from '../../src/platforms/adapter.ts'
import { type ModelEvent, PlatformFault } from '../../src/platforms/platform.ts'
import { heard } from '../../src/platforms/timed.ts'

const TIMEOUTS = { first: 300, idle: 100, turn: 1_000 }
const THINKING: ModelEvent = { type: 'thinking' }
const FINISH: ModelEvent = { type: 'finish', reason: 'stop', usage: undefined }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** The types of the events of a turn whose source sends each event after its milliseconds; and of its fault, the words. */
async function seenOf(...events: [ms: number, event: ModelEvent][]): Promise<string[]> {
  const stream = streamOf({
    name: 'p',
    timeouts: TIMEOUTS,
    async *events() {
      for (const [ms, event] of events) {
        await new Promise(resolve => setTimeout(resolve, ms))
        yield event
      }
    },
    faultOf: error => error as PlatformFault,
  })
  const seen: string[] = []
  const reading = (async () => {
    try {
      const request = { system: '', messages: [], tools: [] }
      for await (const event of stream(request, new AbortController().signal)) seen.push(event.type)
    } catch (error) {
      seen.push(error instanceof PlatformFault ? error.message : String(error))
    }
  })()
  await vi.runAllTimersAsync()
  await reading
  return seen
}

it('a model that thinks longer than the timeout between two events is not silent', async () => {
  expect(await seenOf([299, THINKING], [99, THINKING], [99, THINKING], [99, FINISH])).toEqual([
    'thinking',
    'thinking',
    'thinking',
    'finish',
  ])
})

it.each([
  ['before the first event', [[301, FINISH]], ['no response for 300 ms']],
  [
    'between two events',
    [
      [0, THINKING],
      [101, FINISH],
    ],
    ['thinking', 'no response for 100 ms'],
  ],
  [
    'by never coming to an end',
    Array.from({ length: 20 }, () => [99, THINKING]),
    [...Array(10).fill('thinking'), 'the answer was not finished after 1 s'],
  ],
] as [string, [number, ModelEvent][], string[]][])('a turn times out %s', async (_, events, seen) => {
  expect(await seenOf(...events)).toEqual(seen)
})

/** What comes of an answer whose bytes come after their milliseconds, and which is one event when all are there. */
async function read(...bytes: number[]): Promise<string> {
  const body = new ReadableStream({
    async start(controller) {
      for (const ms of bytes) {
        await new Promise(resolve => setTimeout(resolve, ms))
        controller.enqueue(new TextEncoder().encode(': still loading\n\n'))
      }
      controller.close()
    },
  })
  const stream = streamOf({
    name: 'p',
    timeouts: TIMEOUTS,
    async *events() {
      await heard('mine', new Response(body)).text()
      yield FINISH
    },
    faultOf: error => error as PlatformFault,
  })
  const reading = (async () => {
    let seen = ''
    try {
      const request = { system: '', messages: [], tools: [] }
      for await (const event of stream(request, new AbortController().signal)) seen += event.type
    } catch (error) {
      seen += (error as Error).message
    }
    return seen
  })()
  await vi.runAllTimersAsync()
  return reading
}

it('a server is not silent while bytes come that are no event, such as comments', async () => {
  expect(await read(250, 250, 250, 200)).toBe('finish')
  expect(await read(250, 301, 50)).toBe('no response for 300 ms')
  expect(await read(250, 250, 250, 250, 250)).toBe('the answer was not finished after 1 s')
})
