import { describe, expect, it } from 'vitest'
import { openTranscripts } from '../../src/agent/transcript/open.ts'
import { newFolder } from '../helpers/folder.ts'
import { callThenSay, type Script, say } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'
import { chat, open, toolsetOf } from './open-chat.tsx'

type Instead = Parameters<typeof chat>[3]

function run(
  folder: string,
  script: Script,
  { resume, instead }: { resume?: 'list' | 'newest'; instead?: Instead } = {},
) {
  const warn = (reason: string) => expect(reason).toBe('')
  const transcripts = openTranscripts({ folder, keepDays: () => 30, warn }, 'anna')
  open.push(transcripts)
  const conversationsOf = (id: string) => transcripts.of(id).conversations
  const [newest] = conversationsOf('north').list()
  const work = { conversationsOf, ...(resume && ({ resume: resume === 'list' ? 'list' : newest } as const)) }
  const opened = chat(script, { transcriptFor: transcripts.transcriptFor }, work, instead)
  const quit = async () => {
    opened.controller.quit()
    await opened.controller.left
    opened.session.close()
  }
  return { ...opened, conversationsOf, quit }
}

const writes = callThenSay(['s__write', { a: 1 }])

async function asked(folder: string, ...questions: string[]) {
  const first = run(folder, () => say('as **always**'))
  await first.sees('1 tool')
  for (const question of questions) {
    await first.type(question)
    await until(
      `answers to ${questions}`,
      () => first.frame().includes(question) && first.controller.view().asking === undefined,
    )
    await first.type('/clear')
    await first.sees('cleared the conversation')
  }
  await first.quit()
}

describe.concurrent('/resume', () => {
  it('lists earlier conversations with this customer, newest first, and continues one', async () => {
    const folder = newFolder()
    await asked(folder, 'why is SipTrunkDown firing?', 'how many queues are there?')
    const { sees, type, platform, frame } = run(folder, () => say('more'))
    await sees('1 tool')
    await type('/resume')
    await sees('run `/resume 1`')
    expect(frame()).toMatch(
      / {3}last {9}first question or title +questions {2}alert\n1 {2}today \d\d:\d\d {2}how many queues are there\? +1\n2 {2}today \d\d:\d\d {2}why is SipTrunkDown firing\? +1 {2}SipTrunkDown/,
    )
    await type('/resume 2')
    await sees('continued: why is SipTrunkDown firing? (1 question')
    expect(frame()).toMatch(/north PROD › why is SipTrunkDown firing\? +\d\d:\d\d\n\nas always/)
    await type('and now?')
    await sees('more')
    expect(platform.requests[0]?.messages.map(one => one.role)).toEqual(['user', 'assistant', 'user'])
  })

  it('offers nothing of another customer', async () => {
    const folder = newFolder()
    await asked(folder, 'only for north')
    const { sees, type, frame } = run(folder, () => say('more'))
    await sees('1 tool')
    await type('/customer south')
    await sees('south ›')
    await type('/resume')
    await sees('there is no earlier conversation with this customer')
    await type('/resume 1')
    await until('said twice', () => frame().split('there is no earlier').length === 3)
    expect(frame()).not.toContain('only for north')
  })

  it('says what it does not know', async () => {
    const folder = newFolder()
    await asked(folder, 'one?')
    const { sees, type } = run(folder, () => say('more'))
    await sees('1 tool')
    await type('/resume 7')
    await sees('there is no conversation 7')
  })

  it('keeps the evidence and its numbers', async () => {
    const folder = newFolder()
    const first = run(folder, writes)
    await first.sees('1 tool')
    await first.type('do it')
    await first.sees('[y/N]')
    first.screen.stdin.write('y\r')
    await first.sees('heard: written')
    await first.quit()
    const { sees, type, pages, frame } = run(folder, () => say('more'), { resume: 'newest' })
    await sees('continued: do it')
    expect(frame()).toContain('✓ [1] s · write')
    await sees('1 tool')
    await type('/show 1')
    await until('the pager', () => pages[0]?.includes('written'))
    await type('/report')
    await until('the note', () => pages[1]?.includes('allowed by'))
  })

  it('says what has changed since', async () => {
    const folder = newFolder()
    await asked(folder, 'one?')
    const tools = [{ ...toolsetOf('north').tools[0], name: 's__read', tool: 'read' }] as never
    const later = {
      ...toolsetOf('north'),
      tools,
      customer: { ...toolsetOf('north').customer, access: 'read-only' as const },
    }
    const { sees, frame } = run(folder, () => say('more'), { resume: 'newest', instead: async () => later })
    await sees('changed since then')
    expect(frame()).toContain(
      'access was read-write, and is read-only\n1 tool gone: s · write\n1 new tool: s · read',
    )
  })

  it('goes on in a copy of a conversation that another chat has open', async () => {
    const folder = newFolder()
    const first = run(folder, () => say('first'))
    await first.sees('1 tool')
    await first.type('one?')
    await first.sees('first')
    const { conversationsOf } = first
    const [kept] = conversationsOf('north').list()
    const other = { ...conversationsOf('north'), claim: () => false }
    const second = chat(() => say('second'), {}, { conversationsOf: () => other, resume: kept })
    await second.sees('another chat')
    expect(second.frame()).toContain('has this conversation open: you continue in a copy of it')
    expect(
      conversationsOf('north')
        .list()
        .map(one => one.forkedFrom),
    ).toContain(kept?.id)
  })
})

it('the series below calls, and plots, are drawn again as they were', async () => {
  const folder = newFolder()
  const values = [1, 2, 3].map(at => [1_764_241_200 + at * 60, String(at)])
  const text = JSON.stringify({ data: [{ metric: { instance: 'web-1' }, values }] })
  const instead: Instead = async id => ({
    ...toolsetOf(id),
    call: async () => ({ kind: 'answered', text, took: 3, cutBytes: 0 }),
  })
  const first = run(folder, writes, { instead })
  await first.sees('1 tool')
  await first.type('how is the load?')
  await first.sees('2 turns')
  await first.type('/plot 1')
  await first.sees('local time (UTC')
  const drawn = (frame: string) => {
    const lines = frame.split('\n')
    return lines.slice(
      lines.findIndex(line => line.includes('✓ [1] s · write')),
      lines.findIndex(line => line.includes('local time (UTC')) + 1,
    )
  }
  await first.quit()
  const before = drawn(first.frame())
  expect(before.join()).toContain('web-1  ▁▄▇  min 1')
  const second = run(folder, writes, { instead, resume: 'newest' })
  await second.sees('continued: how is the load?')
  expect(drawn(second.frame())).toEqual(before)
})

describe.concurrent('/fork and /rename', () => {
  it('continue in a copy, and name it', async () => {
    const folder = newFolder()
    const { sees, type, conversationsOf } = run(folder, () => say('fine'))
    await sees('1 tool')
    await type('one?')
    await sees('fine')
    await type('/fork')
    await sees('you continue in a copy')
    await type('/rename Trunk down')
    await sees('called "Trunk down" now')
    await type('two?')
    await until('two questions', () =>
      conversationsOf('north')
        .list()
        .some(one => one.questions === 2),
    )
    const kept = conversationsOf('north')
      .list()
      .map(one => [one.title, one.questions])
    expect(kept.sort()).toEqual([
      ['Trunk down', 2],
      ['one?', 1],
    ])
  })

  it('need a conversation', async () => {
    const { sees, type, frame } = run(newFolder(), () => say('fine'))
    await sees('1 tool')
    await type('/fork')
    await sees('nothing has been asked in this conversation yet')
    await type('/rename x')
    await until('twice', () => frame().split('nothing has been asked').length === 3)
  })
})

it('a chat that opens with --resume offers the list', async () => {
  const folder = newFolder()
  await asked(folder, 'one?')
  const { sees } = run(folder, () => say('fine'), { resume: 'list' })
  await sees('one?')
  await sees('run `/resume 1`')
})

it('a line that was typed in a conversation, and what it said, is shown again', async () => {
  const folder = newFolder()
  const first = run(folder, () => say('fine'))
  await first.sees('1 tool')
  await first.type('one?')
  await first.sees('fine')
  await first.type('/up')
  await first.sees('nothing to start')
  await first.quit()
  const { sees, frame } = run(folder, () => say('fine'), { resume: 'newest' })
  await sees('continued: one?')
  expect(frame()).toContain('/up')
  expect(frame()).toContain('nothing to start')
})
