import { expect, it } from 'vitest'
import { reportedFrom } from '../../../src/agent/report/kept.ts'
import { conversationText, incidentText } from '../../../src/agent/report/report.ts'
import { keptEpisodes } from '../../../src/agent/transcript/episodes.ts'
import { newFolder } from '../../helpers/folder.ts'
import {
  callThenSay,
  callTools,
  type Script,
  say,
  scriptedPlatform,
} from '../../helpers/scripted-platform.ts'
import { ask, LARGE, run, toolset } from './kept-session.ts'

const scripted = (folder: string, script: Script) => run(folder, scriptedPlatform(script))

it('a later run goes on where the conversation was left: messages, evidence and story', async () => {
  const folder = newFolder()
  const first = await scripted(folder, callThenSay(['s__read', { from: 'now-1h' }]))
  await ask(first.session, 'how many rows does SipTrunkDown have?')
  first.session.close()
  const second = await scripted(folder, () => say('as before [1]'))
  const kept = second.resume()
  expect(kept).toMatchObject({
    title: 'how many rows does SipTrunkDown have?',
    alert: 'SipTrunkDown',
    cost: { usd: 0.5, unknown: 0 },
    setting: { tools: ['s__read', 's__write'], access: 'read-only' },
    login: 'anna',
  })
  expect(second.session.evidence('acme').find(1)).toMatchObject({
    tool: 'read',
    kind: 'answered',
    isLarge: true,
  })
  expect(second.session.evidence('acme').find(1)?.text()).toBe(LARGE)
  await ask(second.session, 'and now?')
  const roles = second.platform.requests[0]?.messages.map(one => one.role)
  expect(roles).toEqual(['user', 'assistant', 'tool', 'assistant', 'user'])
  expect(second.session.story('acme').map(one => [one.question, one.calls, one.end?.type])).toEqual([
    ['how many rows does SipTrunkDown have?', [1], 'answer'],
    ['and now?', [], 'answer'],
  ])
  expect(second.conversations.list()).toMatchObject([{ questions: 2, cost: { usd: 1, unknown: 0 } }])
  expect(second.conversations.contents(kept.id).messages).toHaveLength(6)
})

it('new calls get the numbers after those of the earlier run', async () => {
  const folder = newFolder()
  const first = await scripted(folder, callThenSay(['s__read', {}]))
  await ask(first.session, 'one?')
  first.session.close()
  const second = await scripted(folder, ({ messages }) =>
    messages.at(-1)?.role === 'tool' ? say('two') : callTools(['s__read', {}]),
  )
  second.resume()
  await ask(second.session, 'two?')
  expect(
    second.session
      .evidence('acme')
      .all()
      .map(one => one.number),
  ).toEqual([1, 2])
})

it('each event is in the transcript before it is handed on', async () => {
  const { session, conversations } = await scripted(newFolder(), callThenSay(['s__read', {}]))
  const signal = new AbortController().signal
  const asked = session.ask({
    customerId: 'acme',
    text: 'why?',
    signal,
    approve: async () => ({ allowed: true }),
  })
  const [kept] = conversations.list()
  const entries = () => conversations.contents(kept?.id ?? '').entries.map(one => one.kind)
  expect(entries()).toEqual(['asked'])
  const seen: string[] = ['asked']
  for await (const event of asked) {
    seen.push(event.type)
    expect(entries()).toEqual(seen)
  }
  expect(seen).toEqual(['asked', 'turn', 'call-started', 'call-ended', 'text', 'turn', 'answer'])
})

it('after a crash the question has no answer, /retry asks it again, and a write that was running may have run', async () => {
  const folder = newFolder()
  const first = await scripted(folder, callThenSay(['s__write', {}]))
  toolset.call = () => new Promise(() => {})
  await ask(first.session, 'mute it', event => event.type === 'call-started')
  const second = await scripted(folder, () => say('x'))
  second.resume()
  expect(second.session.unanswered('acme')).toMatchObject({ text: 'mute it', isKept: true })
  expect(second.session.evidence('acme').all()).toMatchObject([{ kind: 'cancelled', isWrite: true }])
  expect(second.session.evidence('acme').find(1)?.text()).toContain('unknown whether it ran')
  const [last] = second.conversations.list()
  const [episode] = keptEpisodes(second.conversations.contents(last?.id ?? ''))
  expect(episode?.events.at(-1)).toMatchObject({
    type: 'failed',
    reason: expect.stringContaining('ended before'),
  })
})

it('documents of a conversation that was cut off have what was shown, and say what is unknown of a write', async () => {
  const folder = newFolder()
  const { session, conversations } = await scripted(folder, () => say('The queue is at 42'))
  await ask(session, 'how long is the queue?', event => event.type === 'text')
  session.clear('acme')
  const second = await scripted(folder, callThenSay(['s__write', {}]))
  toolset.call = () => new Promise(() => {})
  await ask(second.session, 'mute it', event => event.type === 'call-started')
  const customer = { id: 'acme', name: 'Acme', environment: undefined }
  const [writing, asking] = conversations
    .list()
    .sort((one, other) => one.title.length - other.title.length)
    .map(one => reportedFrom(customer, one, conversations.contents(one.id)))
  if (!writing || !asking) throw new Error('not kept')
  expect(conversationText(asking)).toContain(
    '> The queue is at 42\n\n_No answer: supportmax ended before it came._',
  )
  expect(conversationText(writing)).toContain('cancelled; unknown whether it was done')
  expect(incidentText(writing)).toMatch(/s · write +\(unknown whether it was done\) \[1\]/)
})
