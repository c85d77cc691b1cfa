import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../helpers/until.ts'
import { type Answer, CLIENTS } from '../clients.ts'
import { type FakePlatforms, startFakePlatforms } from '../start.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
beforeEach(() => fake.reset())
afterAll(() => fake.close())

async function ask(instance: string, signal = new AbortController().signal) {
  const answer: Answer = { text: '', thought: '', calls: [], end: undefined }
  await CLIENTS[instance]?.ask(fake.url(instance), answer, signal)
  return answer
}

async function streamed(path: string, body: object): Promise<string> {
  const headers = {
    authorization: 'Bearer k',
    'x-api-key': 'k',
    'x-goog-api-key': 'k',
    'anthropic-version': '2023-06-01',
  }
  const init = { method: 'POST', body: JSON.stringify(body), headers }
  return (await fetch(`http://127.0.0.1:${fake.port}${path}`, init)).text()
}

describe('a turn', () => {
  it.each(Object.keys(CLIENTS))('of %s takes the time that it is told', async instance => {
    fake.script(instance, [{ text: 'abcd', chunk: 1, pings: 1, delay: { first: 60, between: 5 } }])
    expect((await ask(instance)).text).toBe('abcd')
    const [{ arrivedAt, endedAt = 0 } = { arrivedAt: 0 }] = fake.requests(instance)
    expect(endedAt - arrivedAt).toBeGreaterThan(70)
  })

  it.each(Object.keys(CLIENTS))("of %s ends by the vendor's own words", async instance => {
    const vendor = instance.replace('azure', 'openai').replace('vertex', 'google')
    const ends = ENDS[vendor] ?? []
    fake.script(
      instance,
      ends.map(([turn]) => turn),
    )
    for (const [, word] of ends) expect((await ask(instance)).end).toBe(word)
  })

  it('can be refused in words, where the vendor has them', async () => {
    fake.script('google', [{ stop: 'blocked' }])
    expect((await ask('google')).end).toBe('PROHIBITED_CONTENT')
  })

  it('has arguments as they are written: none, and broken ones', async () => {
    const calls = [
      { name: 'find', args: '' },
      { name: 'find', args: '{"id":' },
    ]
    for (const instance of ['openai', 'openai-completions', 'anthropic']) {
      fake.script(instance, [{ calls }])
      expect((await ask(instance)).calls).toEqual(calls)
    }
    fake.script('google', [{ calls }])
    expect(await ask('google')).toMatchObject({ calls: [{ args: '{}' }], end: 'MALFORMED_FUNCTION_CALL' })
  })

  it('names its model and its tokens in the words of each vendor', async () => {
    const usage = {
      inputTokens: 100,
      outputTokens: 30,
      cacheReadTokens: 40,
      cacheWriteTokens: 10,
      thinkingTokens: 20,
    }
    for (const [path, body, words] of COUNTED) {
      const instance = path.split('/')[1] ?? ''
      fake.script(instance, [{ text: 'a', model: 'billed-1', usage }])
      const stream = await streamed(path, body)
      for (const word of ['"billed-1"', ...words]) expect(stream).toContain(word)
    }
  })

  it('thinks without words, where the vendor may seal them', async () => {
    fake.script('anthropic', [{ thinking: '', redacted: true, text: 'a' }])
    const [path, body] = COUNTED[2] ?? ['', {}]
    expect(await streamed(path, body)).toContain('"redacted_thinking"')
    expect(await ask('anthropic')).toMatchObject({ text: 'a', thought: '' })
  })

  it('whose client leaves in the middle ends there', async () => {
    fake.script('anthropic', [{ text: 'x'.repeat(2_000), chunk: 1, delay: { between: 5 } }])
    const abort = new AbortController()
    const asked = ask('anthropic', abort.signal)
    await until('the request', () => fake.requests('anthropic')[0])
    abort.abort()
    await asked.catch(() => {})
    await until('the closing', () => fake.requests('anthropic')[0]?.closedByClientAt)
    expect(fake.requests('anthropic')[0]?.endedAt).toBeUndefined()
  })
})

const hello = [{ role: 'user', content: 'hello' }]
const COUNTED: [path: string, body: object, words: string[]][] = [
  [
    '/openai/v1/responses',
    { model: 'm', input: 'hello', stream: true },
    [
      '"input_tokens":100',
      '"cached_tokens":40',
      '"cache_write_tokens":10',
      '"output_tokens":30',
      '"reasoning_tokens":20',
    ],
  ],
  [
    '/openai/v1/chat/completions',
    { model: 'm', messages: hello, stream: true, stream_options: { include_usage: true } },
    ['"prompt_tokens":100', '"cached_tokens":40', '"completion_tokens":30'],
  ],
  [
    '/anthropic/v1/messages',
    { model: 'm', max_tokens: 9, messages: hello, stream: true },
    [
      '"input_tokens":50',
      '"cache_read_input_tokens":40',
      '"cache_creation_input_tokens":10',
      '"output_tokens":30',
    ],
  ],
  [
    '/google/v1beta/models/m:streamGenerateContent?alt=sse',
    { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
    [
      '"promptTokenCount":100',
      '"cachedContentTokenCount":40',
      '"candidatesTokenCount":10',
      '"thoughtsTokenCount":20',
    ],
  ],
]

type Ends = [
  turn: { text?: string; calls?: { name: string }[]; stop?: 'length' | 'filtered'; stopAs?: string },
  word: string,
][]

const call = { calls: [{ name: 'find' }] }
const ENDS: Record<string, Ends> = {
  openai: [
    [{ text: 'a' }, 'completed'],
    [call, 'completed'],
    [{ text: 'a', stop: 'length' }, 'max_output_tokens'],
    [{ stop: 'filtered' }, 'content_filter'],
  ],
  'openai-completions': [
    [{ text: 'a' }, 'stop'],
    [call, 'tool_calls'],
    [{ text: 'a', stop: 'length' }, 'length'],
    [{ stop: 'filtered' }, 'content_filter'],
  ],
  anthropic: [
    [{ text: 'a' }, 'end_turn'],
    [call, 'tool_use'],
    [{ text: 'a', stop: 'length' }, 'max_tokens'],
    [{ stop: 'filtered' }, 'refusal'],
    [{ stopAs: 'pause_turn' }, 'pause_turn'],
  ],
  google: [
    [{ text: 'a' }, 'STOP'],
    [call, 'STOP'],
    [{ text: 'a', stop: 'length' }, 'MAX_TOKENS'],
    [{ stop: 'filtered' }, 'SAFETY'],
    [{ stopAs: 'RECITATION' }, 'RECITATION'],
  ],
}
