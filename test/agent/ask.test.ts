import { userInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openBook } from '../../src/agent/evidence/book.ts'
import { type Asking, ask } from '../../src/agent/question/ask.ts'
import { framedResult, unframed } from '../../src/platforms/calls/framed.ts'
import { type Message, PlatformFault } from '../../src/platforms/platform.ts'
import { readerToolFor } from '../../src/toolset/resources/reader.ts'
import type { ToolOutcome, Toolset } from '../../src/toolset/toolset.ts'
import { WRITES } from '../helpers/effects.ts'
import { callThenSay, callTools, type Script, say, scriptedPlatform } from '../helpers/scripted-platform.ts'

type Run = (name: string, args: unknown, signal: AbortSignal | undefined) => Promise<Partial<ToolOutcome>>

function toolsetOf(run: Run): Toolset {
  const tool = (name: string) => ({
    name: `s__${name}`,
    server: 's',
    tool: name,
    description: '',
    inputSchema: {},
    readOnly: true,
  })
  return {
    customer: { id: 'acme', name: 'Acme', environment: undefined, access: 'read-only' },
    generation: 1,
    tools: [tool('a'), tool('b')],
    withheld: [],
    leftOut: [],
    patterns: [],
    missing: [],
    call: async (name, args, { signal }) => ({
      kind: 'answered',
      text: '',
      took: 1,
      cutBytes: 0,
      ...(await run(name, args, signal)),
    }),
    retire() {},
  }
}

async function asked(script: Script, more: Partial<Asking> & { run?: Run } = {}) {
  const platform = scriptedPlatform(script)
  const asking: Asking = {
    platform,
    toolset: toolsetOf(more.run ?? (async name => ({ text: `result of ${name}` }))),
    system: 'sys',
    history: [],
    book: openBook(),
    question: 'q?',
    signal: new AbortController().signal,
    approve: async () => ({ allowed: false, reason: 'no' }),
    ...more,
  }
  const events: AgentEvent[] = []
  const work = ask(asking)
  let kept: Message[] = []
  for (;;) {
    const { value, done } = await work.next()
    if (done) {
      kept = value
      break
    }
    events.push(value)
  }
  return { events, kept, platform, last: events.at(-1) }
}

describe('a question', () => {
  it('without tools is one turn', async () => {
    const { events, kept } = await asked(() => say('hello'))
    expect(events.map(event => event.type)).toEqual(['text', 'turn', 'answer'])
    expect(events[2]).toMatchObject({ text: 'hello', turns: 1, platform: 'scripted', model: 'script' })
    expect(kept).toEqual([
      { role: 'user', text: 'q?' },
      { role: 'assistant', text: 'hello', calls: [] },
    ])
  })

  it('with several calls runs them side by side and gives one result for each, in order', async () => {
    let arrived = 0
    let open: () => void = () => {}
    const both = new Promise<void>(resolve => {
      open = resolve
    })
    const run: Run = async name => {
      if (++arrived === 2) open()
      await both
      return { text: `result of ${name}` }
    }
    const script = callThenSay(['s__a', { x: 1 }], ['s__b', {}])
    const { events, platform, last } = await asked(script, { run })
    expect(events.filter(event => event.type === 'call-started')).toMatchObject([
      { server: 's', tool: 'a', args: { x: 1 } },
      { server: 's', tool: 'b' },
    ])
    const results = platform.requests[1]?.messages.filter(message => message.role === 'tool')
    expect(results?.map(message => unframed(message.text))).toEqual([
      { number: 1, text: 'result of s__a' },
      { number: 2, text: 'result of s__b' },
    ])
    expect(last).toMatchObject({ type: 'answer', text: 'heard: result of s__b', turns: 2 })
  })

  it('continues after a denied, unknown or failed call: the model reads why', async () => {
    const run: Run = async () => ({ kind: 'denied', text: 'withheld: read-only' })
    const { platform, last } = await asked(callThenSay(['s__zz', {}]), { run })
    const told = platform.requests[1]?.messages.at(-1)
    expect(told).toMatchObject({ role: 'tool', isError: true, text: framedResult(1, 'withheld: read-only') })
    expect(last?.type).toBe('answer')
  })

  it('gives each of two calls with the same id its own result', async () => {
    const script: Script = request =>
      request.messages.at(-1)?.role === 'tool'
        ? say('done')
        : callTools(['s__a', {}])
            .concat(callTools(['s__a', {}]))
            .filter((event, i) => event.type !== 'finish' || i > 1)
    const { platform } = await asked(script)
    const ids = platform.requests[1]?.messages.flatMap(message =>
      message.role === 'tool' ? [message.callId] : [],
    )
    expect(new Set(ids).size).toBe(2)
  })

  it('ends after the limit of turns', async () => {
    const { last, platform, kept } = await asked(() => callTools(['s__a', { page: Math.random() }]), {
      mostTurns: 3,
    })
    expect(last).toMatchObject({ type: 'failed', reason: 'no answer after 3 turns' })
    expect(platform.requests).toHaveLength(3)
    expect(kept.length).toBe(7)
  })

  it('discards a turn that broke, runs none of its calls, and says so', async () => {
    const ran: string[] = []
    const run: Run = async name => {
      ran.push(name)
      return {}
    }
    async function* broken() {
      yield* callTools(['s__a', {}]).slice(0, 1)
      throw new PlatformFault('scripted', 'truncated', 'the answer broke off')
    }
    const { last, kept } = await asked(() => broken(), { run })
    expect(last).toEqual({
      type: 'failed',
      reason: 'scripted: the answer broke off; this turn was discarded',
      hint: 'ask again',
      code: 'no-platform',
      isPartlyKept: false,
    })
    expect(ran).toEqual([])
    expect(kept).toEqual([])
  })

  it('marks an answer that was cut off at the limit, and fails on an empty one', async () => {
    const cut = await asked(() => [
      { type: 'text', text: 'and' },
      { type: 'finish', reason: 'length', usage: undefined },
    ])
    expect(cut.last).toMatchObject({ type: 'answer', text: "and\n\n_[cut off at the model's output limit]_" })
    const endless = await asked(() => [{ type: 'text', text: 'y'.repeat(300_000) }])
    expect(endless.last).toMatchObject({
      type: 'answer',
      text: `${'y'.repeat(200_000)}\n\n_[cut off after 200,000 characters]_`,
    })
    const inCall = await asked(() => [{ type: 'finish', reason: 'length', usage: undefined }])
    expect(inCall.last).toMatchObject({
      type: 'failed',
      reason: 'the model reached its output limit before it had written an answer or a whole tool call',
    })
    const empty = await asked(() => [{ type: 'finish', reason: 'stop', usage: undefined }])
    expect(empty.last).toMatchObject({ type: 'failed' })
  })

  it.each(['the model', 'a tool'])('is cancelled at once while %s is silent', async who => {
    const abort = new AbortController()
    let reached: () => void = () => {}
    const waiting = new Promise<void>(resolve => {
      reached = resolve
    })
    const silence = () => {
      reached()
      return new Promise<never>(() => {})
    }
    async function* silent() {
      await silence()
      yield { type: 'thinking' as const }
    }
    const script: Script = who === 'a tool' ? callThenSay(['s__a', {}]) : () => silent()
    const work = asked(script, { run: silence, signal: abort.signal })
    await waiting
    abort.abort()
    const { last, kept } = await work
    expect(last).toEqual({ type: 'cancelled' })
    expect(kept).toHaveLength(who === 'a tool' ? 3 : 0)
  })

  it('keeps what was called and answered when it is cancelled in the middle of the calls', async () => {
    const abort = new AbortController()
    const silence = new Promise<never>(() => {})
    const calls = [
      ['s__a', {}],
      ['s__b', {}],
      ['s__w', {}],
      ['s__p', {}],
    ] as [string, Record<string, unknown>][]
    const answers: Record<string, Promise<Partial<ToolOutcome>>> = {
      s__a: Promise.resolve({ text: 'all is well' }),
    }
    const toolset = toolsetOf(async name => answers[name] ?? silence)
    const [tool] = toolset.tools
    if (!tool) throw new Error('no tool')
    const writing = (name: string) => ({ ...tool, name: `s__${name}`, tool: name, readOnly: false })
    const call: Toolset['call'] = async (name, args, options) => {
      if (name === 's__p')
        await options.approve({ customer: 'acme', server: 's', tool: 'p', args, effect: WRITES })
      return toolset.call(name, args, options)
    }
    const remembered: Message[][] = []
    const { last, kept } = await asked(() => callTools(...calls), {
      toolset: { ...toolset, tools: [...toolset.tools, writing('w'), writing('p')], call },
      signal: abort.signal,
      approve: () => {
        setImmediate(() => abort.abort())
        return silence
      },
      remember: messages => void remembered.push([...messages]),
    })
    expect(last).toEqual({ type: 'cancelled' })
    expect(kept.map(one => one.role)).toEqual(['user', 'assistant', 'tool', 'tool', 'tool', 'tool'])
    expect(kept.slice(2).map(one => unframed(one.text).text)).toEqual([
      'all is well',
      'cancelled before it ended',
      'cancelled before it ended; unknown whether it ran: check before you call it again',
      'not run: cancelled before a person allowed it',
    ])
    expect(remembered.at(-1)).toEqual(kept)
  })

  it('records a change of a tool that became a write while its call waited for others', async () => {
    const turned = Promise.withResolvers<void>()
    let isTurned = false
    const reading = toolsetOf(async name => {
      if (name === 's__a') await turned.promise
      return {}
    })
    const tools = reading.tools.map(one => ({ ...one, readOnly: one.tool === 'a' }))
    const book = openBook()
    let running = 0
    const call: Toolset['call'] = (...args) => {
      if (++running === 8) {
        isTurned = true
        turned.resolve()
      }
      return reading.call(...args)
    }
    const [first, then] = [
      { ...reading, call },
      { ...reading, tools, call },
    ]
    const calls = Array.from({ length: 9 }, (_, i) => [i < 8 ? 's__a' : 's__b', {}] as [string, object])
    await asked(({ messages }) => (messages.length === 1 ? callTools(...(calls as [])) : say('over')), {
      toolset: first,
      deciding: () => (isTurned ? then : first),
      book,
    })
    expect(book.all().map(one => one.isWrite)).toEqual([...Array(8).fill(false), true])
  })

  it('records a change with the person whose it is, as it was sent', async () => {
    const toolset = toolsetOf(async () => ({}))
    const inputSchema = { properties: { created_by: { type: 'string' } } }
    const tools = toolset.tools.map(one => ({ ...one, readOnly: false, author: 'created_by', inputSchema }))
    const book = openBook()
    await asked(callThenSay(['s__a', { created_by: 'the boss' }]), { toolset: { ...toolset, tools }, book })
    expect(book.find(1)?.args).toEqual({ created_by: `${userInfo().username} via supportmax` })
  })

  it('names the server of a call only if there is one: a model can write anything in its place', async () => {
    const toolset = toolsetOf(async () => ({ text: 'ok' }))
    const calls: [string, Record<string, unknown>][] = [
      ['read_resource', { server: 's' }],
      ['read_resource', { server: 'nordwind/s' }],
      ['s__unknown', { server: 'nordwind' }],
    ]
    const { events } = await asked(
      ({ messages }) => (messages.length === 1 ? callTools(...calls) : say('over')),
      { toolset: { ...toolset, tools: [...toolset.tools, readerToolFor(['s', 't'])] } },
    )
    const servers = events.flatMap(one => (one.type === 'call-started' ? [one.server] : []))
    expect(servers).toEqual(['s', '', ''])
  })

  it('cuts off an endless text, and stops reading it', async () => {
    let pieces = 0
    const { last } = await asked(async function* () {
      for (; pieces < 10_000; pieces++) yield { type: 'text', text: 'x'.repeat(1_000) }
    })
    expect(last).toMatchObject({ type: 'answer' })
    expect(last?.type === 'answer' && last.text.length).toBeLessThan(201_000)
    expect(pieces).toBeLessThan(300)
  })

  it('runs many calls a few at a time, and not all of too many in one turn', async () => {
    const state = { running: 0, most: 0, ran: 0 }
    const calls = Array.from({ length: 150 }, (_, i): [string, Record<string, unknown>] => ['s__a', { i }])
    const { platform, last } = await asked(callThenSay(...calls), {
      run: async () => {
        state.most = Math.max(state.most, ++state.running)
        state.ran++
        await new Promise(resolve => setImmediate(resolve))
        state.running--
        return { text: 'done' }
      },
    })
    expect(state).toEqual({ running: 0, most: 8, ran: 100 })
    const results = platform.requests[1]?.messages.filter(message => message.role === 'tool') ?? []
    expect(results).toHaveLength(150)
    expect(results[149]).toMatchObject({
      isError: true,
      text: expect.stringContaining('more than 100 calls'),
    })
    expect(last?.type).toBe('answer')
  })
})

describe('a model that repeats a call', () => {
  const again: Script = () => callTools(['s__a', { q: 'up' }])

  it('is stopped before the third time, if nothing has changed', async () => {
    let ran = 0
    const { events, kept } = await asked(again, {
      run: async () => {
        ran++
        return { text: 'the same' }
      },
    })
    expect(ran).toBe(2)
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      reason:
        'stopped: the same call was about to be made a third time, and its result was the same twice: s · a {"q":"up"}',
      hint: 'ask again, or ask in other words',
      isPartlyKept: true,
    })
    expect(kept.filter(one => one.role === 'tool')).toHaveLength(2)
  })

  it('goes on while the results differ, as when it waits for something', async () => {
    let ran = 0
    await asked(again, { mostTurns: 6, run: async () => ({ text: `state ${++ran}` }) })
    expect(ran).toBe(6)
  })

  it('goes on with other arguments', async () => {
    let ran = 0
    const script: Script = () => callTools(['s__a', { page: ran }])
    await asked(script, {
      mostTurns: 5,
      run: async () => {
        ran++
        return { text: 'the same' }
      },
    })
    expect(ran).toBe(5)
  })
})
