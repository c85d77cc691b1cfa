import { expect, it } from 'vitest'
import type { AgentEvent } from '../../../src/agent/events.ts'
import { openSession, type Session } from '../../../src/agent/session.ts'
import { openTranscripts } from '../../../src/agent/transcript/open.ts'
import { keptEpisodes } from '../../../src/agent/transcript/restore.ts'
import type { Toolset } from '../../../src/toolset/toolset.ts'
import { closing } from '../../helpers/closing.ts'
import { newFolder } from '../../helpers/folder.ts'
import {
  callThenSay,
  callTools,
  type Script,
  say,
  scriptedPlatform,
} from '../../helpers/scripted-platform.ts'

const LARGE = 'row\n'.repeat(40_000)

const toolset: Toolset = {
  customer: { id: 'acme', name: 'Acme', environment: undefined, access: 'read-only' },
  generation: 1,
  tools: [
    { name: 's__read', server: 's', tool: 'read', description: '', inputSchema: {}, readOnly: true },
    { name: 's__write', server: 's', tool: 'write', description: '', inputSchema: {}, readOnly: false },
  ],
  withheld: [],
  leftOut: [],
  patterns: [],
  missing: [],
  call: async name => ({
    kind: 'answered',
    text: name === 's__read' ? 'row' : 'written',
    took: 3,
    cutBytes: name === 's__read' ? LARGE.length : 0,
    ...(name === 's__read' && { whole: LARGE }),
  }),
  retire() {},
}

async function run(folder: string, script: Script) {
  const warn = (reason: string) => expect(reason).toBe('')
  const transcripts = openTranscripts({ folder, keepDays: () => 30, warn }, 'anna')
  const platform = scriptedPlatform(script)
  const session = openSession({
    toolsetFor: async () => toolset,
    platformsFor: async () => ({
      platform,
      spent: () => ({ usage: undefined, cost: { usd: 0.5, unknown: 0 } }),
    }),
    promptFor: () => '',
    transcriptFor: transcripts.transcriptFor,
  })
  await session.switchTo('acme')
  closing({
    close() {
      session.close()
      transcripts.close()
    },
  })
  const { conversations } = transcripts.of('acme')
  const resume = () => {
    const [last] = conversations.list()
    if (!last) throw new Error('no conversation')
    expect(conversations.claim(last.id)).toBe(true)
    session.continue('acme', last.id, conversations.contents(last.id))
    return last
  }
  return { session, conversations, platform, resume }
}

async function ask(session: Session, text: string, stop?: (event: AgentEvent) => boolean) {
  const signal = new AbortController().signal
  const approve = async () => ({ allowed: true }) as const
  const events: AgentEvent[] = []
  for await (const event of session.ask({ customerId: 'acme', text, signal, approve })) {
    events.push(event)
    if (stop?.(event)) break
  }
  return events
}

it('a later run goes on where the conversation was left: messages, evidence and story', async () => {
  const folder = newFolder()
  const first = await run(folder, callThenSay(['s__read', { from: 'now-1h' }]))
  await ask(first.session, 'how many rows does SipTrunkDown have?')
  first.session.close()
  const second = await run(folder, () => say('as before [1]'))
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
  const first = await run(folder, callThenSay(['s__read', {}]))
  await ask(first.session, 'one?')
  first.session.close()
  const second = await run(folder, ({ messages }) =>
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
  const { session, conversations } = await run(newFolder(), callThenSay(['s__read', {}]))
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
  const first = await run(folder, callThenSay(['s__write', {}]))
  toolset.call = () => new Promise(() => {})
  await ask(first.session, 'mute it', event => event.type === 'call-started')
  const second = await run(folder, () => say('x'))
  second.resume()
  expect(second.session.unanswered('acme')).toMatchObject({ text: 'mute it', isKept: false })
  expect(second.session.evidence('acme').all()).toMatchObject([{ kind: 'cancelled', isWrite: true }])
  expect(second.session.evidence('acme').find(1)?.text()).toContain('unknown whether it ran')
  const [last] = second.conversations.list()
  const [episode] = keptEpisodes(second.conversations.contents(last?.id ?? ''))
  expect(episode?.events.at(-1)).toMatchObject({
    type: 'failed',
    reason: expect.stringContaining('ended before'),
  })
})
