import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Message, ModelCall } from '../../src/platforms/platform.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { ANTHROPIC, all, asking } from './vendors.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
afterAll(() => fake.close())
afterEach(() => {
  expect(fake.violations()).toEqual([])
  fake.reset()
})

interface Body {
  max_tokens: number
  messages: { role: string; content: Record<string, unknown>[] }[]
}
const bodies = () => fake.requests('anthropic').map(request => request.body as unknown as Body)
const call = (id: string): ModelCall => ({ id, name: 'am__get_status', args: {}, rawArgs: '{}' })
const result = (callId: string): Message => ({
  role: 'tool',
  callId,
  name: 'am__get_status',
  text: 'well',
  isError: false,
})

describe('the Anthropic adapter', () => {
  it('marks cache breakpoints: tools, system prompt, conversation', async () => {
    const platform = ANTHROPIC.open(fake)
    await all(platform, asking({ role: 'assistant', text: '', calls: [call('a')] }, result('a')))
    const marks = JSON.stringify(bodies()[0]).match(/"cache_control":\{"type":"ephemeral"\}/g)
    expect(marks).toHaveLength(3)
    expect(bodies()[0]).toMatchObject({
      system: [{ text: 'be brief', cache_control: {} }],
      tools: [{ name: 'am__list_alerts' }, { name: 'am__get_status', cache_control: {} }],
      messages: [{}, {}, { content: [{ type: 'tool_result', cache_control: {} }] }],
    })
  })

  it.each([
    ['claude-3-haiku-20240307', 4_096],
    ['claude-3-5-sonnet-20241022', 8_192],
    ['claude-opus-4-1', 32_000],
    ['claude-sonnet-5', 32_000],
  ])('allows %s %i output tokens', async (model, most) => {
    await all(ANTHROPIC.open(fake, { model }))
    expect(bodies()[0]?.max_tokens).toBe(most)
  })

  it('returns thinking unchanged and in its position, and only to its own model', async () => {
    fake.script('anthropic', [
      { thinking: 'hm, well', text: 'Looking.', calls: [{ name: 'am__get_status' }], chunk: 3 },
      { text: 'done' },
    ])
    const platform = ANTHROPIC.open(fake)
    const { text, calls, finish } = await all(platform)
    const turn: Message = { role: 'assistant', text, calls, carry: finish?.carry }
    const history = asking(turn, result(calls[0]?.id ?? ''))
    await all(platform, history)
    await all(ANTHROPIC.open(fake, { model: 'another-3' }), history)
    const [, own, foreign] = bodies().map(body => body.messages[1]?.content)
    expect(own).toMatchObject([
      { type: 'thinking', thinking: 'hm, well', signature: expect.stringMatching(/.{20}/) },
      { type: 'text', text: 'Looking.' },
      { type: 'tool_use', id: calls[0]?.id, input: {} },
    ])
    expect(foreign?.map(block => block.type)).toEqual(['text', 'tool_use'])
  })

  it('puts thinking first if the answer has changed since', async () => {
    fake.script('anthropic', [{ thinking: 'hm', text: 'One. Two.' }, { text: 'done' }])
    const platform = ANTHROPIC.open(fake)
    const { finish } = await all(platform)
    const turn: Message = { role: 'assistant', text: 'One.', calls: [], carry: finish?.carry }
    await all(platform, asking(turn, { role: 'user', text: 'and?' }))
    expect(bodies()[1]?.messages[1]?.content).toMatchObject([{ type: 'thinking' }, { text: 'One.' }])
  })

  it('emits no call that the token limit may have cut', async () => {
    fake.script('anthropic', [{ text: 'so', calls: [{ name: 'am__get_status', args: '' }], stop: 'length' }])
    const { calls, finish } = await all(ANTHROPIC.open(fake))
    expect([calls, finish?.reason]).toEqual([[], 'length'])
  })

  it('reports a full context window as a truncated answer, or as an overflow if there is no answer', async () => {
    fake.script('anthropic', [
      { text: 'so far', stop: 'context' },
      { thinking: 'hm', stop: 'context', usage: { inputTokens: 900 } },
    ])
    const platform = ANTHROPIC.open(fake)
    expect((await all(platform)).finish?.reason).toBe('length')
    const { fault } = await all(platform)
    expect(fault).toMatchObject({ kind: 'context_overflow', usage: { inputTokens: 900 } })
  })

  it('puts all results of a turn into one message, before the next question', async () => {
    await all(
      ANTHROPIC.open(fake),
      asking({ role: 'assistant', text: '', calls: [call('a'), call('b')] }, result('a'), result('b'), {
        role: 'user',
        text: 'and now?',
      }),
    )
    expect(
      bodies()[0]?.messages.map(({ role, content }) => [role, content.map(block => block.type)]),
    ).toEqual([
      ['user', ['text']],
      ['assistant', ['tool_use', 'tool_use']],
      ['user', ['tool_result', 'tool_result', 'text']],
    ])
  })

  it('makes ids of other platforms legal and unique, and always the same for the same history', async () => {
    const odd = 'functions.get_status:0'
    const history = asking(
      { role: 'assistant', text: '', calls: [call(odd)] },
      result(odd),
      { role: 'assistant', text: '', calls: [call('call_0')] },
      result('call_0'),
      { role: 'assistant', text: '', calls: [call('call_0'), call(odd)] },
      result('call_0'),
      result(odd),
    )
    const platform = ANTHROPIC.open(fake)
    await all(platform, history)
    await all(platform, history)
    const ids = bodies().map(({ messages }) => {
      const blocks = messages.flatMap(message => message.content)
      return [blocks.flatMap(block => block.id ?? []), blocks.flatMap(block => block.tool_use_id ?? [])]
    })
    const [uses = [], results] = ids[0] ?? []
    expect(results).toEqual(uses)
    expect(new Set(uses).size).toBe(4)
    for (const id of uses) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(ids[1]).toEqual(ids[0])
  })

  it('omits empty blocks', async () => {
    await all(ANTHROPIC.open(fake), {
      system: ' ',
      messages: [
        { role: 'user', text: 'one' },
        { role: 'assistant', text: ' \n', calls: [] },
        { role: 'user', text: 'two' },
      ],
      tools: [],
      toolChoice: 'none',
    })
    expect(bodies()[0]).toEqual({
      model: 'model-3',
      max_tokens: 32_000,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'one' },
            { type: 'text', text: 'two', cache_control: { type: 'ephemeral' } },
          ],
        },
      ],
      stream: true,
    })
  })

  it('declares the tools of a history if none are offered, and allows no call', async () => {
    const odd = { ...call('c'), name: '../../x' }
    const history = asking({ role: 'assistant', text: '', calls: [call('a'), call('b'), odd] })
    const results = [result('a'), result('b'), { ...result('c'), name: odd.name } as Message]
    const { fault } = await all(ANTHROPIC.open(fake), {
      ...history,
      messages: [...history.messages, ...results],
      tools: [],
    })
    expect(fault).toBeUndefined()
    expect(bodies()[0]).toMatchObject({
      tools: [
        { name: 'am__get_status', input_schema: { type: 'object' } },
        { name: 'unknown', input_schema: { type: 'object' }, cache_control: {} },
      ],
      tool_choice: { type: 'none' },
    })
    const uses = bodies()[0]?.messages[1]?.content.map(block => block.name)
    expect(uses).toEqual(['am__get_status', 'am__get_status', 'unknown'])
  })

  it('treats pings as signs of life', async () => {
    fake.script('anthropic', [{ text: 'at last', pings: 12 }])
    const { events, text } = await all(ANTHROPIC.open(fake))
    expect(text).toBe('at last')
    const types = events.map(event => event.type)
    expect(types.slice(0, types.indexOf('text')).filter(type => type === 'thinking').length).toBeGreaterThan(
      11,
    )
  })
})
