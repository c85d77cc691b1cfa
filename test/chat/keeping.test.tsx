import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openTranscripts } from '../../src/agent/transcript/open.ts'
import { openLateWarnings } from '../../src/cli/warnings.ts'
import { newFolder } from '../helpers/folder.ts'
import { say } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'
import { chat, open } from './open-chat.tsx'

/** A chat that keeps its conversations, as the command opens it. */
function kept() {
  const folder = newFolder()
  const printed: string[] = []
  const late = openLateWarnings(({ message }) => printed.push(message))
  const warn = (message: string, hint?: string) => late.add({ message, hint })
  const transcripts = openTranscripts({ folder, keepDays: () => 30, warn }, 'anna')
  open.push(transcripts)
  const opened = chat(
    () => say('fine'),
    { transcriptFor: transcripts.transcriptFor },
    {
      conversationsOf: id => transcripts.of(id).conversations,
      history: {
        of: id => transcripts.of(id).lines.all(),
        add: (id, line) => transcripts.of(id).lines.add(line, 'anna'),
      },
      warnings: show => late.showIn(({ message, hint }) => show(message, hint)),
    },
  )
  const file = join(folder, 'transcripts', 'north.db')
  const change = (sql: string) => {
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }
  const conversations = () => transcripts.of('north').conversations.list()
  return { ...opened, file, change, printed, late, conversations }
}

it('what cannot be written any more is said in the chat, once, with what to do, and the chat goes on', async () => {
  const { type, sees, frame, change, printed, file } = kept()
  await sees('1 tool')
  await type('one?')
  await sees('fine')
  change('DROP TABLE entries')
  await type('two?')
  await sees('from here on, this conversation is not kept:')
  await until('the second answer', () => frame().split('fine').length === 3)
  await type('three?')
  await until('the third answer', () => frame().split('fine').length === 4)
  const text = frame().replace(/\s+/g, ' ')
  expect(text.split('is not kept').length).toBe(2)
  expect(text.replaceAll(' ', '')).toContain(`${file}:cannotbeused(nosuchtable:entries)moveitaway,orrun`)
  expect(printed).toEqual([])
})

it('typed lines that cannot be kept are called typed lines', async () => {
  const { type, sees, frame, change } = kept()
  await sees('1 tool')
  change('DROP TABLE history')
  for (const line of ['/status', '/tools']) await type(line)
  await sees('typed lines are not kept: ')
  expect(frame().replace(/\s+/g, ' ').split('not kept').length).toBe(2)
})

it('a file that fails under /resume is named, and Tab offers nothing', async () => {
  const { type, sees, screen, change, file, frame } = kept()
  await sees('1 tool')
  change('DROP TABLE conversations')
  screen.stdin.write('/resume ')
  screen.stdin.write('\t')
  await sees('/resume')
  screen.stdin.write('\r')
  await sees('no such table')
  expect(frame().replace(/\s+/g, '')).toContain(`${file}:cannotbeused(nosuchtable:conversations)moveitaway`)
  await type('one?')
  await sees('fine')
})

it('what fails after the chat goes to stderr again', async () => {
  const { sees, controller, late, printed } = kept()
  await sees('1 tool')
  controller.quit()
  late.add({ message: 'too late for the screen' })
  expect(printed).toEqual(['too late for the screen'])
})

it('a conversation is called by its first question, whatever commands came before it', async () => {
  const { type, sees, frame, conversations } = kept()
  await sees('1 tool')
  for (const line of ['/tools', '/find x', '/handover', '/clear']) await type(line)
  await type('is all well?')
  await sees('fine')
  for (const line of ['/tools', '/clear', '/tools', '/critical and now?']) await type(line)
  await until('two answers', () => frame().split('fine').length === 3)
  expect(new Set(conversations().map(one => one.title))).toEqual(new Set(['and now?', 'is all well?']))
})
