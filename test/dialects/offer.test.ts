import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/catalog/vendors.ts'
import { offerTools } from '../../src/dialects/offer.ts'
import { openQuarantine } from '../../src/dialects/refusal/quarantine.ts'
import {
  type Message,
  type ModelEvent,
  type ModelRequest,
  PlatformFault,
  type ToolSpec,
  type VendorPlatform,
} from '../../src/platforms/platform.ts'
import { callTools, type Script, say, scriptedPlatform } from '../helpers/scripted-platform.ts'

const spec = (name: string, inputSchema: Record<string, unknown> = { type: 'object' }): ToolSpec => ({
  name,
  description: `Does ${name}.`,
  inputSchema,
})
const specs = (count: number) => Array.from({ length: count }, (_, i) => spec(`a__t${i}`))
const asking = (tools: ToolSpec[], ...messages: Message[]): ModelRequest => ({
  system: 'be brief',
  messages: [{ role: 'user', text: 'which?' }, ...messages],
  tools,
})

function vendor(script: Script, dialect: Dialect = 'openai', name = 'fake') {
  const platform = scriptedPlatform(script)
  return Object.assign(platform, { name, dialect, probe: async () => undefined })
}

const refuse = (message: string, cause?: unknown) => {
  throw new PlatformFault('fake', 'bad_request', message, { cause })
}
const sent = (platform: { requests: ModelRequest[] }) =>
  platform.requests.map(request => request.tools.map(tool => tool.name))

/** A platform that rejects every request with one of these tools. */
const refusing =
  (bad: string[], words: (name: string, place: number) => string): Script =>
  ({ tools }) => {
    const place = tools.findIndex(tool => bad.includes(tool.name))
    return place < 0 ? say('done') : refuse(words(tools[place]?.name ?? '', place))
  }

async function all(
  platform: VendorPlatform,
  request: ModelRequest,
  { memory = openQuarantine(), mostTools = undefined as number | undefined, signal = NEVER } = {},
) {
  const events: ModelEvent[] = []
  for await (const event of offerTools(platform, { memory, mostTools })(request, signal)) events.push(event)
  return events
}
const NEVER = new AbortController().signal
const leftOut = (events: ModelEvent[]) => events.flatMap(event => (event.type === 'left-out' ? [event] : []))

describe('offering', () => {
  it('passes on the platform’s events, and nothing else if nothing is left out', async () => {
    const events = await all(
      vendor(() => say('hello')),
      asking(specs(3)),
    )
    expect(events.map(event => event.type)).toEqual(['text', 'finish'])
  })

  it('uses the platform’s names with the platform, and the original names with us', async () => {
    const platform = vendor(() => say(''), 'anthropic')
    const odd = spec('grüße', { properties: { 'an id': { type: 'string' } } })
    platform.stream = async function* (request) {
      platform.requests.push(request)
      const [tool = odd] = request.tools
      const [key = ''] = Object.keys(tool.inputSchema.properties as object)
      yield* callTools([tool.name, { [key]: 'x' }])
    }
    const call = { id: 'c', name: 'grüße', args: { 'an id': 'y' }, rawArgs: '{"an id":"y"}' }
    const events = await all(
      platform,
      asking(
        [odd],
        { role: 'assistant', text: '', calls: [call] },
        { role: 'tool', callId: 'c', name: 'grüße', text: 'ok', isError: false },
      ),
    )
    expect(events[0]).toMatchObject({
      call: { name: 'grüße', args: { 'an id': 'x' }, rawArgs: '{"an id":"x"}' },
    })
    const [request] = platform.requests
    const legal = request?.tools[0]?.name
    expect(legal).toMatch(/^gr__e__x[0-9a-f]{16}$/)
    const [, assistant, result] = request?.messages ?? []
    expect(assistant).toMatchObject({ calls: [{ name: legal }] })
    expect(JSON.stringify(assistant)).not.toContain('an id')
    expect(result).toMatchObject({ name: legal })
  })

  it('reports tools that the dialect cannot express: to us once, to the model in every turn', async () => {
    const platform = vendor(() => say('hello'))
    const memory = openQuarantine()
    const tools = [spec('a__ok'), spec('a__bad', { type: 'array' })]
    const first = await all(platform, asking(tools), { memory })
    const second = await all(platform, asking(tools), { memory })
    expect(leftOut(first)).toEqual([
      {
        type: 'left-out',
        platform: 'fake',
        tools: [{ name: 'a__bad', reason: 'its arguments are not an object' }],
        narrowed: undefined,
      },
    ])
    expect(leftOut(second)).toEqual([])
    for (const { system } of platform.requests)
      expect(system).toContain(
        'The customer also has these tools, but they cannot be offered to you: a__bad (its arguments',
      )
  })

  it('offers a part of the tools if the platform accepts fewer, and reports that once', async () => {
    const platform = vendor(() => say('hello'))
    const memory = openQuarantine()
    const events = await all(platform, asking(specs(50)), { memory, mostTools: 20 })
    const found: Message = {
      role: 'tool',
      callId: 'c',
      name: 'find_tools',
      text: '',
      isError: false,
      found: ['a__t49'],
    }
    const later = await all(platform, asking(specs(50), found), { memory, mostTools: 20 })
    expect(leftOut(events)[0]?.narrowed).toEqual({ offered: 15, of: 50 })
    expect(leftOut(later)).toEqual([])
    expect(sent(platform)[0]?.[0]).toBe('find_tools')
    expect(sent(platform)[1]).toEqual([...(sent(platform)[0] ?? []), 'a__t49'])
  })
})

describe('a tool that the platform rejects', () => {
  const WORDS: [Dialect, string, (name: string, place: number) => string][] = [
    ['openai', 'its name', name => `400 Invalid schema for function '${name}': array schema missing items.`],
    ['openai', 'its place', (_, place) => `400 Invalid type for 'tools[${place}].function.parameters'`],
    [
      'anthropic',
      'its place',
      (_, place) => `400 tools.${place}.custom.input_schema: JSON schema is invalid`,
    ],
    [
      'openai',
      'its place, in the words of Gemini behind a compatible server',
      (_, place) => `400 Unknown name "type" at 'tools[0].function_declarations[${place}].parameters'`,
    ],
    [
      'google',
      'its place',
      (_, place) => `GenerateContentRequest.tools[0].function_declarations[${place}].parameters`,
    ],
    ['google', 'its name', name => `Unable to submit request because \`${name}\` functionDeclaration`],
  ]
  it.each(WORDS)('is left out at once: %s, by %s', async (dialect, _, words) => {
    const platform = vendor(refusing(['a__t3', 'a__t5'], words), dialect)
    const events = await all(platform, asking(specs(8)))
    expect(platform.requests).toHaveLength(3)
    expect(leftOut(events)[0]?.tools.map(tool => tool.name)).toEqual(['a__t3', 'a__t5'])
    expect(sent(platform)[2]).toEqual(['a__t0', 'a__t1', 'a__t2', 'a__t4', 'a__t6', 'a__t7'])
    expect(platform.requests[2]?.system).toContain('a__t3 (rejected: ')
  })

  it('is identified by the vendor’s `param`, too', async () => {
    const platform = vendor(({ tools }) =>
      tools.some(tool => tool.name === 'a__t1')
        ? refuse('400 Invalid type', { message: '400 Invalid type', param: 'tools[1].parameters' })
        : say('done'),
    )
    expect(leftOut(await all(platform, asking(specs(3))))[0]?.tools[0]?.name).toBe('a__t1')
  })

  it('is not mistaken for a tool whose name is a prefix of its own', async () => {
    const whole = "Invalid schema for function 'a__t31'"
    const platform = vendor(({ tools }) =>
      tools.some(tool => tool.name === 'a__t31')
        ? refuse("Invalid schema for function 'a__t3…", { message: whole })
        : say('done'),
    )
    const events = await all(platform, asking(specs(40)))
    expect(leftOut(events)[0]?.tools.map(tool => tool.name)).toEqual(['a__t31'])
  })

  it.each([1, 2, 7, 40, 128])('is found among %i with few requests if the error names none', async count => {
    for (const place of new Set([0, Math.floor(count / 2), count - 1])) {
      const platform = vendor(refusing([`a__t${place}`], () => 'a tool schema could not be compiled'))
      const events = await all(platform, asking(specs(count)))
      expect(leftOut(events)[0]?.tools.map(tool => tool.name)).toEqual([`a__t${place}`])
      expect(platform.requests.at(-1)?.tools).toHaveLength(count - 1)
      expect(platform.requests.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count)) + 4)
    }
  })

  it('is found together with other rejected tools', async () => {
    const bad = ['a__t0', 'a__t17', 'a__t18', 'a__t99']
    const platform = vendor(
      refusing(bad, () => 'Request contains an invalid argument.'),
      'google',
    )
    const events = await all(platform, asking(specs(100)))
    expect(leftOut(events)[0]?.tools.map(tool => tool.name)).toEqual(bad)
  })

  it('is not offered again until its schema changes', async () => {
    const platform = vendor(refusing(['a__t3'], name => `Invalid schema for function '${name}'`))
    const memory = openQuarantine()
    await all(platform, asking(specs(5)), { memory })
    await all(platform, asking(specs(5)), { memory })
    expect(platform.requests).toHaveLength(3)
    const mended = specs(5).with(3, spec('a__t3', { type: 'object', properties: { x: {} } }))
    await all(platform, asking(mended), { memory })
    expect(sent(platform)[3]).toContain('a__t3')
  })

  it('is still offered to another platform and another model', async () => {
    const memory = openQuarantine()
    await all(vendor(refusing(['a__t3'], name => `function '${name}'`)), asking(specs(5)), { memory })
    const other = vendor(() => say('hi'), 'openai', 'other')
    await all(other, asking(specs(5)), { memory })
    expect(sent(other)[0]).toContain('a__t3')
    const model = Object.assign(
      vendor(() => say('hi')),
      { model: 'newer' },
    )
    await all(model, asking(specs(5)), { memory })
    expect(sent(model)[0]).toContain('a__t3')
  })

  it('does not let answers through that are accepted during the search', async () => {
    const signals: AbortSignal[] = []
    const platform = vendor(({ tools }, signal) => {
      signals.push(signal)
      return tools.some(tool => tool.name === 'a__t6')
        ? refuse('bad tool schema')
        : say(`${tools.length} tools`)
    })
    const events = await all(platform, asking(specs(8)))
    expect(events.flatMap(event => (event.type === 'text' ? [event.text] : []))).toEqual(['7 tools'])
    expect(signals.slice(1, -1).every(signal => signal.aborted)).toBe(true)
  })
})

describe('an error that names no tool', () => {
  const rejected = () => {
    throw new PlatformFault('fake', 'rejected', '400 Request contains an invalid argument.')
  }
  const counts = [1, 2, 7, 40, 128]

  it.each(counts)('costs one trial of one tool if it is not about the tools (of %i)', async count => {
    const platform = vendor(rejected, 'google')
    const memory = openQuarantine()
    await expect(all(platform, asking(specs(count)), { memory })).rejects.toMatchObject({ kind: 'rejected' })
    expect(sent(platform).map(tools => tools.length)).toEqual([count, 1])
    expect(memory.most(platform)).toBe(Number.POSITIVE_INFINITY)
  })

  it.each(counts)('is forgotten if all tools are accepted the second time (of %i)', async count => {
    let requests = 0
    const platform = vendor(() => (++requests === 1 ? rejected() : say('done')), 'google')
    const memory = openQuarantine()
    const events = await all(platform, asking(specs(count)), { memory })
    expect(leftOut(events)).toEqual([])
    expect(requests).toBe(4)
    expect(sent(platform).at(-1)).toHaveLength(count)
  })

  it.each(counts)('is searched for with at most 2 log2(n) + 2 requests (of %i)', async count => {
    const platform = vendor(
      ({ tools }) => (tools.some(tool => tool.name === 'a__t0') ? rejected() : say('')),
      'google',
    )
    await all(platform, asking(specs(count)))
    // Without the request that failed and the one that succeeds.
    expect(platform.requests.length - 2).toBeLessThanOrEqual(2 * Math.log2(count) + 2)
  })

  it('narrows nothing if fewer tools do not help either', async () => {
    let searching = true
    const platform = vendor(({ tools, messages }) => {
      searching &&= platform.requests.length < 10
      const isFew = tools.length <= 10
      return searching && isFew && messages.length > 0 ? say('') : rejected()
    }, 'google')
    const memory = openQuarantine()
    await expect(all(platform, asking(specs(30)), { memory })).rejects.toMatchObject({ kind: 'rejected' })
    expect(platform.requests).toHaveLength(10)
    expect(memory.most(platform)).toBe(Number.POSITIVE_INFINITY)
  })

  it('blames no tool of a server that accepts none, and may be answered elsewhere', async () => {
    const platform = vendor(({ tools }) =>
      tools.length > 0 ? refuse('tools.0.custom.strict: not permitted') : say(''),
    )
    const memory = openQuarantine()
    await expect(all(platform, asking(specs(20)), { memory })).rejects.toMatchObject({ kind: 'rejected' })
    expect(platform.requests).toHaveLength(4)
    for (const tool of specs(20)) expect(memory.reasonFor(platform, tool)).toBeUndefined()
  })

  it('that lists all tools blames none of them', async () => {
    const names = specs(6)
      .map(tool => tool.name)
      .join(', ')
    const platform = vendor(({ tools }) =>
      tools.length > 0 ? refuse(`cannot use tools: ${names}`) : say(''),
    )
    const memory = openQuarantine()
    await expect(all(platform, asking(specs(6)), { memory })).rejects.toMatchObject({ kind: 'rejected' })
    for (const tool of specs(6)) expect(memory.reasonFor(platform, tool)).toBeUndefined()
  })
})

describe('too many tools', () => {
  it.each([
    "Invalid 'tools': array too long. Expected an array with maximum length 10, but got an array with length 30 instead.",
    'tools: List should have at most 10 items after validation, not 30',
    "'tools' : maximum number of items is 10",
  ])('are reduced to the number that the platform states: %s', async words => {
    const platform = vendor(({ tools }) => (tools.length > 10 ? refuse(words) : say('done')))
    const memory = openQuarantine()
    const events = await all(platform, asking(specs(30)), { memory })
    expect(platform.requests).toHaveLength(2)
    expect(leftOut(events)[0]).toMatchObject({ tools: [], narrowed: { of: 30 } })
    await all(platform, asking(specs(30)), { memory })
    expect(platform.requests).toHaveLength(3)
  })

  it('are reduced to the number that was accepted if the platform states none', async () => {
    const platform = vendor(({ tools }) =>
      tools.length > 10 ? refuse('the tools are too large') : say('done'),
    )
    const events = await all(platform, asking(specs(30)))
    expect(leftOut(events)[0]).toMatchObject({ tools: [], narrowed: { of: 30 } })
    expect(platform.requests.at(-1)?.tools.length).toBeLessThanOrEqual(10)
  })
})

describe('an error that is not about the tools', () => {
  it.each([
    ['Unsupported parameter: temperature', 1],
    ['messages.2: `tool_use` ids were found without `tool_result` blocks', 1],
    ['No tool output found for function call call_1.', 1],
    ['the function could not be called', 2],
  ])('is passed on unchanged: %s', async (words, requests) => {
    const platform = vendor(() => refuse(words))
    const memory = openQuarantine()
    await expect(all(platform, asking(specs(8)), { memory })).rejects.toThrow(words)
    expect(platform.requests).toHaveLength(requests)
    expect(memory.reasonFor(platform, spec('a__t0'))).toBeUndefined()
  })

  it('is passed on at once if it is of another kind, even during a search', async () => {
    let requests = 0
    const platform = vendor(() => {
      if (++requests === 3) throw new PlatformFault('fake', 'rate_limit', 'slow down')
      return refuse('bad tool')
    })
    platform.stream = offeringOnlyPlain(platform)
    await expect(all(platform, asking(specs(8)))).rejects.toMatchObject({ kind: 'rate_limit' })
    expect(requests).toBe(3)
  })

  it('is passed on if text was already sent, which cannot be taken back', async () => {
    const platform = vendor(async function* () {
      yield { type: 'text', text: 'so' } as const
      refuse("Invalid schema for function 'a__t1'")
    })
    await expect(all(platform, asking(specs(3)))).rejects.toMatchObject({ kind: 'bad_request' })
    expect(platform.requests).toHaveLength(1)
  })

  it('causes no second request without tools', async () => {
    const platform = vendor(() => refuse('bad tool'))
    await expect(all(platform, asking([]))).rejects.toMatchObject({ kind: 'bad_request' })
    expect(platform.requests).toHaveLength(1)
  })
})

/** Accepts the control request with find_tools only; the script answers all others. */
function offeringOnlyPlain(platform: ReturnType<typeof vendor>): VendorPlatform['stream'] {
  const { stream } = platform
  return (request, signal) =>
    request.tools.length === 1 && request.tools[0]?.name === 'find_tools'
      ? (async function* () {
          yield* say('ok')
        })()
      : stream(request, signal)
}

it('an abort ends a search at once', async () => {
  const abort = new AbortController()
  const platform = vendor((_, signal) => {
    if (platform.requests.length === 3) abort.abort()
    if (signal.aborted) throw new PlatformFault('fake', 'aborted', 'cancelled')
    return refuse('bad tool')
  })
  platform.stream = offeringOnlyPlain(platform)
  await expect(all(platform, asking(specs(64)), { signal: abort.signal })).rejects.toMatchObject({
    kind: 'aborted',
  })
  expect(platform.requests).toHaveLength(3)
})

it('a platform that rejects everything gets a limited number of requests', async () => {
  const platform = vendor(({ tools }) => (tools.length > 0 ? refuse('bad tool schema') : say('')))
  platform.stream = offeringOnlyPlain(platform)
  await expect(all(platform, asking(specs(128)))).rejects.toMatchObject({ kind: 'bad_request' })
  expect(platform.requests.length).toBeLessThanOrEqual(80)
})
