import { describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openBook } from '../../src/agent/evidence/book.ts'
import { ask } from '../../src/agent/question/ask.ts'
import { framedResult } from '../../src/platforms/calls/framed.ts'
import {
  type Finish,
  type Message,
  type ModelRequest,
  type Platform,
  PlatformFault,
} from '../../src/platforms/platform.ts'
import { toolsetOf } from '../chat/open-chat.tsx'

const WINDOW = 10_000
const CHARACTERS = 4

/** A model with a small window, which counts tokens as it says, and refuses what is too long for it. */
function smallModel(
  answer: (request: ModelRequest) => string,
  { window = WINDOW, tells = true, summaryEnds = 'stop' as Finish['reason'] } = {},
) {
  const requests: ModelRequest[] = []
  const platform: Platform = {
    name: 'small',
    model: 'm',
    async *stream(request) {
      requests.push(request)
      const inputTokens = Math.ceil((JSON.stringify(request.messages).length + 1) / CHARACTERS)
      if (inputTokens > window) throw new PlatformFault('small', 'context_overflow', 'prompt is too long')
      yield { type: 'text', text: answer(request) }
      const usage = { inputTokens, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 }
      const served = { platform: 'small', model: 'm', costUsd: 0, rule: '', ...(tells && { window }) }
      const reason = request.system === 'shorten it' ? summaryEnds : 'stop'
      yield { type: 'finish', reason, usage, served }
    },
  }
  return { platform, requests }
}

/** An earlier question with one result of this many characters. */
function earlier(number: number, size: number): Message[] {
  const call = { id: `c${number}`, name: 's__write', args: {}, rawArgs: '{}' }
  return [
    { role: 'user', text: `question ${number}` },
    { role: 'assistant', text: '', calls: [call] },
    {
      role: 'tool',
      callId: call.id,
      name: call.name,
      text: framedResult(number, 'x'.repeat(size)),
      isError: false,
    },
    { role: 'assistant', text: `answer ${number} [${number}]`, calls: [] },
  ]
}

const longTalk = Array.from({ length: 40 }, (_, i): Message[] => [
  { role: 'user', text: `question ${i} ${'y'.repeat(500)}` },
  { role: 'assistant', text: `answer ${i} ${'z'.repeat(500)}`, calls: [] },
]).flat()

async function asked(
  history: Message[],
  model: ReturnType<typeof smallModel>,
  { window = WINDOW, question = 'and now?' }: { window?: number | null; question?: string | null } = {},
) {
  let kept: readonly Message[] = history
  const events: AgentEvent[] = []
  const work = ask({
    platform: model.platform,
    toolset: toolsetOf('north'),
    system: '',
    history,
    question: question ?? undefined,
    book: openBook(),
    lastTurn: { type: 'turn', platform: 'small', model: 'm', usage: undefined, window: window ?? undefined },
    summarizing: 'shorten it',
    shortened: messages => {
      kept = messages
    },
    signal: new AbortController().signal,
    approve: async () => ({ allowed: false, reason: '' }),
  })
  for await (const event of work) events.push(event)
  return { kept, events, compacted: events.find(one => one.type === 'compacted') }
}

describe('a conversation that gets too long', () => {
  it('is left as it is while there is room', async () => {
    const model = smallModel(() => 'fine')
    const { compacted, kept } = await asked(earlier(1, 20_000), model)
    expect(compacted).toBeUndefined()
    expect(kept).toHaveLength(4)
    expect(model.requests).toHaveLength(1)
  })

  it('first loses old results, which can be read again, and nothing that was said', async () => {
    const model = smallModel(() => 'fine')
    const history = [...earlier(1, 22_000), ...earlier(2, 8_000)]
    const { compacted, kept, events } = await asked(history, model)
    expect(compacted).toEqual({ type: 'compacted', results: 1, summary: undefined })
    const texts = kept.map(one => one.text)
    expect(texts[2]).toContain('read_result {"result": 1}')
    expect(texts[2]?.length).toBeLessThan(200)
    expect(texts[6]).toContain('x'.repeat(8_000))
    expect(texts.filter(text => /^(question|answer) \d/.test(text))).toHaveLength(4)
    expect(model.requests[0]?.tools.map(one => one.name)).toContain('read_result')
    expect(events.at(-1)).toMatchObject({ type: 'answer', text: 'fine' })
  })

  it('then becomes a summary, once, which the person can read', async () => {
    const model = smallModel(({ system }) => (system === 'shorten it' ? 'the disk is full [1]' : 'fine'), {
      window: 20_000,
    })
    const { compacted, kept } = await asked(longTalk, model)
    expect(compacted).toEqual({ type: 'compacted', results: 0, summary: 'the disk is full [1]' })
    expect(kept).toHaveLength(2)
    expect(kept[0]?.text).toContain('the disk is full [1]')
    expect(model.requests.map(one => one.system)).toEqual(['shorten it', ''])
    expect(model.requests[1]?.messages.at(-1)?.text).toContain('and now?')
    expect(model.requests[1]?.tools.map(one => one.name)).toContain('read_result')
  })

  it.each([
    ['length', 'the model wrote no whole summary'],
    ['filtered', 'the model refused to'],
  ] as const)('stays as it is when its summary ends with `%s`', async (summaryEnds, reason) => {
    const model = smallModel(() => 'fine', { window: 20_000, summaryEnds })
    const { compacted, kept, events } = await asked(longTalk, model)
    expect(compacted).toBeUndefined()
    expect(kept).toEqual(longTalk)
    expect(events).toContainEqual({
      type: 'notice',
      text: `the conversation could not be summarized: ${reason}`,
    })
  })

  it('keeps a question that is tried again, with its calls, behind the summary', async () => {
    const model = smallModel(({ system }) => (system === 'shorten it' ? 'the disk is full' : 'fine'), {
      window: 20_000,
    })
    const open = earlier(77, 300).slice(0, 3)
    const { kept } = await asked([...longTalk, ...open], model, { question: null })
    expect(kept.slice(2)).toEqual(open)
    const summarized = model.requests[0]?.messages.map(one => one.text)
    expect(summarized?.filter(text => text.includes('77'))).toEqual([])
    expect(model.requests[1]?.messages).toEqual(kept)
  })

  it('is shortened when the platform says that it is too long, though nobody knew its window', async () => {
    const model = smallModel(() => 'fine', { tells: false })
    const { compacted, events } = await asked(earlier(1, 80_000), model, { window: null })
    expect(compacted).toMatchObject({ results: 1 })
    expect(events.at(-1)).toMatchObject({ type: 'answer', text: 'fine' })
  })

  it('fails as before when nothing can be left out', async () => {
    const model = smallModel(() => 'fine', { window: 3 })
    const { events } = await asked([], model, { window: null })
    expect(events.at(-1)).toMatchObject({ type: 'failed', reason: expect.stringContaining('too long') })
  })
})
