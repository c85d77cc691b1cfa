// The program is killed in the middle of a question: what the model knows when the conversation is continued.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../../src/agent/events.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import type { ToolOutcome } from '../../../src/toolset/toolset.ts'
import { type FakePlatforms, startFakePlatforms } from '../../fake-platforms/start.ts'
import { WRITES } from '../../helpers/effects.ts'
import { newFolder } from '../../helpers/folder.ts'
import { callTools, type Script, say, scriptedPlatform } from '../../helpers/scripted-platform.ts'
import { until } from '../../helpers/until.ts'
import { ANTHROPIC, AZURE, AZURE_COMPLETIONS, GOOGLE, OPENAI } from '../../platforms/vendors.ts'
import { ask, run, toolset } from './kept-session.ts'

const READ = 's__read'
const WRITE = 's__write'
const answered = (text: string): ToolOutcome => ({ kind: 'answered', text, took: 1, cutBytes: 0 })
/** Reads answer; a write is still running when the program is killed. */
const half = async (name: string) =>
  name === READ ? answered('42 rows') : new Promise<ToolOutcome>(() => {})

/** A question that nobody reads on after this event, as if the program had been killed. */
async function killedAt(folder: string, platform: Platform, isLast: (event: AgentEvent) => boolean) {
  toolset.call = half
  const { session } = await run(folder, platform)
  await ask(session, 'how many rows?', isLast)
}

/** What the model gets with the next question of the continued conversation, without that question. */
async function knownAfter(folder: string) {
  const platform = scriptedPlatform(() => say('I see'))
  const { session, resume } = await run(folder, platform)
  resume()
  const unanswered = session.unanswered('acme')
  await ask(session, 'and now?')
  const messages = platform.requests[0]?.messages.slice(0, -1) ?? []
  return {
    unanswered,
    messages: messages.map(one => ({ ...one, text: one.text.replace(/ \d\d:\d\d UTC]/, ']') })),
  }
}

const both: Script = () => [{ type: 'text', text: 'Looking.' }, ...callTools([WRITE, {}], [READ, { a: 1 }])]

it('what was asked, which calls were made and what they returned', async () => {
  const folder = newFolder()
  await killedAt(folder, scriptedPlatform(both), event => event.type === 'call-ended')
  const { messages, unanswered } = await knownAfter(folder)
  expect(messages).toMatchObject([
    { role: 'user', text: expect.stringContaining('how many rows?') },
    { role: 'assistant', text: 'Looking.', calls: [{ name: WRITE }, { name: READ, args: { a: 1 } }] },
    { role: 'tool', name: WRITE, isError: true, text: expect.stringContaining('unknown whether it ran') },
    { role: 'tool', name: READ, isError: false, text: '<result n="2">\n42 rows\n</result>' },
  ])
  expect(unanswered).toMatchObject({ text: 'how many rows?', isKept: true })
})

it('the beginning of the answer that was shown', async () => {
  const folder = newFolder()
  const script: Script = ({ messages }) =>
    messages.at(-1)?.role === 'tool' ? say('There are 42') : callTools([READ, {}])
  await killedAt(folder, scriptedPlatform(script), event => event.type === 'text')
  const { messages } = await knownAfter(folder)
  expect(messages.map(one => one.role)).toEqual(['user', 'assistant', 'tool', 'assistant'])
  expect(messages.at(-1)?.text).toBe(
    'There are 42\n\n[cut off: the program ended before the answer was complete]',
  )
})

it('a question of which nothing was sent yet', async () => {
  const folder = newFolder()
  const { session } = await run(
    folder,
    scriptedPlatform(() => say('fine')),
  )
  await ask(session, 'one?')
  session.ask({
    customerId: 'acme',
    text: 'two?',
    signal: new AbortController().signal,
    approve: async () => ({ allowed: true }),
  })
  const { messages } = await knownAfter(folder)
  expect(messages.map(one => [one.role, one.text.split('\n')[0]])).toEqual([
    ['user', 'one?'],
    ['assistant', 'fine'],
    ['user', 'two?'],
    ['assistant', '[cut off: the program ended before the answer was complete]'],
  ])
})

it('a question with a pasted alert once, marked as data', async () => {
  const pasted = '[{"labels": {"alertname": "Down"}, "startsAt": "2026-11-27T12:00:00Z"}]'
  const script: Script = ({ messages }) =>
    messages.at(-1)?.role === 'tool' ? say('It is') : callTools([READ, {}])
  const inCall = newFolder()
  toolset.call = half
  const first = await run(inCall, scriptedPlatform(script))
  await ask(first.session, `${pasted} why?`, event => event.type === 'call-ended')
  const { messages, unanswered } = await knownAfter(inCall)
  expect(messages.map(one => one.role)).toEqual(['user', 'assistant', 'tool'])
  expect(unanswered).toMatchObject({ isKept: true })

  const unsent = newFolder()
  const { session } = await run(unsent, scriptedPlatform(script))
  const approve = async () => ({ allowed: true }) as const
  session.ask({ customerId: 'acme', text: pasted, signal: new AbortController().signal, approve })
  const [asked] = (await knownAfter(unsent)).messages
  expect(asked?.text).toContain('<alert>\nalertname="Down"')
})

it('an answer that was complete, although its end had not been shown', async () => {
  const folder = newFolder()
  await killedAt(
    folder,
    scriptedPlatform(() => say('42')),
    event => event.type === 'answer',
  )
  const { messages } = await knownAfter(folder)
  expect(messages).toMatchObject([{ role: 'user' }, { role: 'assistant', text: '42', calls: [] }])
})

it('a call that nobody had allowed, and that it did not run', async () => {
  const folder = newFolder()
  const person = Promise.withResolvers<void>()
  toolset.call = async (_name, _args, { approve }) => {
    await approve({ tool: 'write', server: 's', args: {}, effect: WRITES } as never)
    return answered('done')
  }
  const { session } = await run(
    folder,
    scriptedPlatform(() => callTools([WRITE, {}])),
  )
  const approve = () => {
    person.resolve()
    return new Promise<never>(() => {})
  }
  const { signal } = new AbortController()
  const events = session.ask({ customerId: 'acme', text: 'mute', signal, approve })
  void (async () => {
    for await (const _ of events);
  })()
  await person.promise
  const { messages } = await knownAfter(folder)
  expect(messages.at(-1)?.text).toContain('not run: nobody had allowed it')
})

it('a call that was cancelled before it began, and that it did not run', async () => {
  const folder = newFolder()
  toolset.call = half
  const { session, conversations } = await run(
    folder,
    scriptedPlatform(() => callTools([WRITE, {}])),
  )
  const stop = new AbortController()
  const approve = async () => ({ allowed: true }) as const
  for await (const event of session.ask({ customerId: 'acme', text: 'mute', signal: stop.signal, approve }))
    if (event.type === 'call-started') {
      const [kept] = conversations.list()
      await until('the call is written', () => conversations.contents(kept?.id ?? '').messages.length === 2)
      stop.abort()
    }
  const { messages } = await knownAfter(folder)
  expect(messages.map(one => one.role)).toEqual(['user', 'assistant', 'tool'])
  expect(messages[2]?.text).toContain('not run: cancelled before it began')
})

describe.each([OPENAI, ANTHROPIC, GOOGLE, AZURE, AZURE_COMPLETIONS])('$instance', vendor => {
  let fake: FakePlatforms
  beforeAll(async () => {
    fake = await startFakePlatforms()
  })
  afterAll(() => fake.close())
  afterEach(() => fake.reset())

  const CALLS = {
    thinking: 'which?',
    text: 'Looking.',
    calls: [
      { name: WRITE, args: {} },
      { name: READ, args: {} },
    ],
  }
  const points: [string, (event: AgentEvent) => boolean][] = [
    ['at the first call', event => event.type === 'call-started'],
    ['between two results', event => event.type === 'call-ended'],
    ['in the text', event => event.type === 'text'],
  ]
  it.each(points)('accepts a conversation that was cut off %s', async (_, isLast) => {
    fake.script(vendor.instance, [CALLS, { text: 'I see' }, { text: 'I see' }])
    const folder = newFolder()
    await killedAt(folder, vendor.open(fake), isLast)
    const { session, resume } = await run(folder, vendor.open(fake))
    resume()
    const events = await ask(session, 'and now?')
    expect(fake.violations()).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'answer', text: 'I see' })
  })
})
