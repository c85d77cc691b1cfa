import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openOpenAi } from '../../src/platforms/openai/open.ts'
import { all, asking } from './vendors.ts'

let body = ''
const server = createServer((req, res) => {
  req.resume()
  req.on('end', () => res.writeHead(200, { 'content-type': 'text/event-stream' }).end(body))
})
let baseUrl = ''
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterAll(() => void server.close())

const LIST = 'am__list_alerts'
const STATUS = 'am__get_status'
const chunk = (delta: object | null, finish: string | null = null, more: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason: finish, ...more }],
})
const piece = (name: unknown, args: unknown, more: object = {}) =>
  chunk({ tool_calls: [{ type: 'function', function: { name, arguments: args }, ...more }] })
const END = chunk({}, 'tool_calls')

/** What the platform makes of these chunks. */
async function made(...chunks: object[]) {
  body = `${chunks.map(one => `data: ${JSON.stringify(one)}\n\n`).join('')}data: [DONE]\n\n`
  const platform = openOpenAi({ name: 'p', apiKey: 'k', baseUrl, model: 'm', dialect: 'completions' })
  const { calls, text, finish, fault } = await all(platform, asking())
  return {
    calls: calls.map(call => [call.name, call.args]),
    ids: calls.map(call => call.id),
    text,
    finish,
    fault,
  }
}

const A = [LIST, { state: 'a' }]
const B = [LIST, { state: 'b' }]
const a = '{"state":"a"}'
const b = '{"state":"b"}'

describe('calls in the pieces of', () => {
  it.each<[string, object[], unknown[]]>([
    [
      'OpenAI',
      [
        piece(LIST, '', { index: 0, id: 'x' }),
        piece(undefined, '{"state"', { index: 0 }),
        piece(undefined, ':"a"}', { index: 0 }),
        piece(LIST, b, { index: 1, id: 'y' }),
      ],
      [A, B],
    ],
    ['a server that sends no index', [piece(LIST, a, { id: 'x' }), piece(LIST, b, { id: 'y' })], [A, B]],
    [
      'a server that sends neither index nor id',
      [piece(LIST, a), piece(STATUS, '{}'), piece(LIST, b)],
      [A, [STATUS, {}], B],
    ],
    [
      'a server that sends them broken up, without index',
      [
        piece(LIST, '{"state"', { id: 'x' }),
        piece(undefined, ':"a"}'),
        piece(LIST, '{"st', { id: 'y' }),
        piece(undefined, 'ate":"b"}'),
      ],
      [A, B],
    ],
    [
      'a server where all have index 0 (ollama/ollama#15457)',
      [piece(LIST, a, { index: 0, id: 'x' }), piece(LIST, b, { index: 0, id: 'y' })],
      [A, B],
    ],
    [
      'a server where all have index 0 and no id',
      [piece(LIST, a, { index: 0 }), piece(LIST, b, { index: 0 })],
      [A, B],
    ],
    [
      'a server where all have index 0 and the same id',
      [piece(LIST, a, { index: 0, id: 'x' }), piece(STATUS, '', { index: 0, id: 'x' })],
      [A, [STATUS, {}]],
    ],
    [
      'a server that repeats the name (NousResearch/hermes-agent#8259)',
      [piece(LIST, '{"state":', { index: 0, id: 'x' }), piece(LIST, '"a"}', { index: 0, id: 'x' })],
      [A],
    ],
    [
      'a server that repeats the name and sends no id',
      [piece(LIST, '{"state":', { index: 0 }), piece(LIST, '"a"}', { index: 0 })],
      [A],
    ],
    [
      'a server with another id in each piece',
      [piece(LIST, '{"state":', { index: 0, id: 'x' }), piece(undefined, '"a"}', { index: 0, id: 'y' })],
      [A],
    ],
    [
      'a server that sends the name in pieces',
      [piece('am__list', '', { index: 0, id: 'x' }), piece('_alerts', a, { index: 0 })],
      [A],
    ],
    [
      'a server that sends all arguments so far in each piece',
      [
        piece(LIST, '{', { index: 0, id: 'x' }),
        piece(undefined, '{"sta', { index: 0 }),
        piece(undefined, '{"state":"a', { index: 0 }),
        piece(undefined, a, { index: 0 }),
      ],
      [A],
    ],
    [
      'a server that sends the name so far in each piece',
      [piece('am__li', '', { index: 0, id: 'x' }), piece(LIST, a, { index: 0, id: 'x' })],
      [A],
    ],
    [
      'a model whose arguments contain themselves',
      [
        piece(LIST, '{"state":', { index: 0, id: 'x' }),
        piece(undefined, '{"state":', { index: 0 }),
        piece(undefined, '"a"}}', { index: 0 }),
      ],
      [[LIST, { state: { state: 'a' } }]],
    ],
    [
      'a server that repeats the whole call at the end',
      [piece(LIST, a, { index: 0, id: 'x' }), piece(LIST, a, { index: 0, id: 'x' })],
      [A],
    ],
    [
      'a server that begins with empty arguments',
      [piece(LIST, '{}', { index: 0, id: 'x' }), piece(undefined, a, { index: 0 })],
      [A],
    ],
    ['a server that sends arguments as an object', [piece(LIST, { state: 'a' }, { index: 0, id: 'x' })], [A]],
    ['a server that encodes arguments twice', [piece(LIST, JSON.stringify(a), { index: 0, id: 'x' })], [A]],
    [
      'a server that sends null for no arguments',
      [piece(STATUS, 'null', { index: 0, id: 'x' }), piece(LIST, null, { index: 1, id: 'y' })],
      [
        [STATUS, {}],
        [LIST, {}],
      ],
    ],
    [
      'a model that writes functions.NAME',
      [piece(`functions.${LIST}`, a, { index: 0 }), piece(`functions.${STATUS}:1`, '', { index: 1 })],
      [A, [STATUS, {}]],
    ],
    [
      'a server with numbers as text',
      [piece(LIST, a, { index: '0', id: 'x' }), piece(LIST, b, { index: '1', id: 'y' })],
      [A, B],
    ],
    [
      'a server that sends one call in place of a list',
      [chunk({ tool_calls: { id: 'x', function: { name: LIST, arguments: a } } })],
      [A],
    ],
    [
      'a server of the year 2023',
      [
        chunk({ function_call: { name: LIST, arguments: '{"state":' } }),
        chunk({ function_call: { arguments: '"a"}' } }),
      ],
      [A],
    ],
    [
      'a server that sends `message` in place of `delta`',
      [
        chunk(null, null, {
          delta: undefined,
          message: {
            role: 'assistant',
            content: '',
            tool_calls: [{ id: 'x', function: { name: LIST, arguments: a } }],
          },
        }),
      ],
      [A],
    ],
  ])('%s are put together', async (_, chunks, wanted) => {
    const { calls, ids, finish, fault } = await made(...chunks, END)
    expect(fault).toBeUndefined()
    expect(calls).toEqual(wanted)
    expect(ids.every(Boolean)).toBe(true)
    expect(finish?.reason).toBe('calls')
  })

  it.each<[string, object[], string]>([
    [
      'after the end of a call',
      [piece(LIST, a, { index: 0, id: 'x' }), piece(undefined, b, { index: 0 })],
      'arguments after the end of a call',
    ],
    ['before any name', [piece(undefined, a, { index: 0 })], 'a call without a name'],
  ])('%s are refused as malformed', async (_, chunks, words) => {
    const { calls, fault } = await made(...chunks, END)
    expect([fault?.kind, fault?.message, calls]).toEqual(['server', `malformed stream: ${words}`, []])
  })
})

describe('an answer', () => {
  it('sent whole, and all of it again at the end, is taken once', async () => {
    const message = { role: 'assistant', content: 'three alerts' }
    const whole = await made(chunk(null, 'stop', { delta: undefined, message }))
    const again = await made(
      chunk({ content: 'three ' }),
      chunk({ content: 'alerts' }),
      chunk({}, 'stop', { message }),
    )
    expect([whole.text, again.text]).toEqual(['three alerts', 'three alerts'])
  })

  it.each([
    ['<think>\nsecret plan\n</think>\n\nvisible answer', 'visible answer'],
    ['\n<thinking>a < b</thinking><think></think>visible', 'visible'],
    ['The tag <think> begins a thought.', 'The tag <think> begins a thought.'],
    ['<thin ice>', '<thin ice>'],
    ['<th', '<th'],
    ['<think>only a thought', ''],
  ])('separates thoughts in %j, however it is cut', async (text, answer) => {
    for (const size of [1, 3, 100]) {
      const parts = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      const seen = await made(...parts.map(content => chunk({ content })), chunk({}, 'stop'))
      expect([size, seen.text]).toEqual([size, answer])
    }
  })

  it.each(['error', 'abort', 'insufficient_system_resource', 'something_new'])(
    'that ends with %s is a failure',
    async reason => {
      const { fault, finish } = await made(chunk({ content: 'three' }), chunk({}, reason))
      expect([fault?.kind, fault?.message, finish]).toEqual([
        'server',
        `the model stopped: ${reason}`,
        undefined,
      ])
    },
  )

  it.each([
    ['eos_token', 'stop'],
    ['end_turn', 'stop'],
    ['STOP', 'stop'],
    ['model_length', 'length'],
    ['max_tokens', 'length'],
    ['content_filter', 'filtered'],
  ])('that ends with %s has ended by %s', async (reason, ended) => {
    expect((await made(chunk({ content: 'three' }), chunk({}, reason))).finish?.reason).toBe(ended)
  })

  it('that the model refuses is filtered, with its words', async () => {
    const { text, finish } = await made(chunk({ refusal: 'I cannot help with that.' }), chunk({}, 'stop'))
    expect([text, finish?.reason]).toEqual(['I cannot help with that.', 'filtered'])
  })

  it('that reaches the limit inside a call has no calls', async () => {
    const { calls, finish } = await made(piece(LIST, '{"sta', { index: 0, id: 'x' }), chunk({}, 'length'))
    expect([calls, finish?.reason]).toEqual([[], 'length'])
  })
})

describe('an error in a stream', () => {
  it.each([
    [{ error: { message: 'slow down', code: 429 } }, 'rate_limit', 'slow down'],
    [{ error: { message: 'slow down', code: '429' } }, 'rate_limit', 'slow down'],
    [{ error: { message: 'wait', type: 'rate_limit_exceeded' } }, 'rate_limit', 'wait'],
    [{ error: { message: 'x', code: 'context_length_exceeded' } }, 'context_overflow', 'x'],
    [{ error: 'the model crashed' }, 'server', 'the model crashed'],
    [{ error: { code: 402, message: 'no money' } }, 'quota', 'no money'],
    [
      { object: 'error', message: 'bad things', type: 'BadRequestError', code: 400 },
      'rejected',
      'bad things',
    ],
    [
      { choices: [{ error: { code: 502, message: 'upstream died' }, finish_reason: 'error' }] },
      'server',
      'upstream died',
    ],
    [
      {
        error: {
          message: 'Provider returned error',
          code: 429,
          metadata: { raw: 'busy', provider_name: 'Acme' },
        },
      },
      'rate_limit',
      'Provider returned error: Acme: busy',
    ],
  ])('%j is %s', async (error, kind, words) => {
    const { fault } = await made(chunk({ content: 'so' }), error)
    expect([fault?.kind, fault?.message]).toEqual([kind, words])
  })
})
