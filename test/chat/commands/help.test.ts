import { describe, expect, it } from 'vitest'
import type { ChatContext } from '../../../src/chat/commands/command.ts'
import { find } from '../../../src/chat/commands/conversation/find.ts'
import { help } from '../../../src/chat/commands/help.ts'
import { COMMANDS } from '../../../src/chat/commands/index.ts'

const NEVER = new AbortController().signal

/** Where /help is shown on a screen of this size. */
async function shownOn(columns: number, rows: number) {
  const [notes, pages]: [string[], string[]] = [[], []]
  const chat = {
    commands: COMMANDS,
    leaving: 'leave',
    size: () => ({ columns, rows }),
    note: (text: string) => void notes.push(text),
    page: async (text: string) => void pages.push(text),
  } as unknown as ChatContext
  await help.run(chat, '', NEVER)
  return { notes, pages }
}

describe('/help', () => {
  it.each([40, 80])(
    'is in the pager where it does not fit: no line is wider than %i columns',
    async columns => {
      const { notes, pages } = await shownOn(columns, 24)
      expect(notes).toEqual([])
      const [page = ''] = pages
      for (const { usage } of COMMANDS) expect(page).toContain(usage)
      expect(page).toContain('Ctrl+C twice')
      expect(Math.max(...page.split('\n').map(line => line.length))).toBeLessThanOrEqual(columns)
    },
  )

  it('stays in the chat where it fits', async () => {
    const { notes, pages } = await shownOn(120, 60)
    expect(pages).toEqual([])
    expect(notes[0]).toContain('/customer')
  })
})

describe('/find', () => {
  const foundOn = async (rows: number) => {
    const [notes, pages]: [string[], string[]] = [[], []]
    const question = Array.from({ length: 40 }, (_, i) => `disk ${i}`).join('\n')
    const chat = {
      session: { story: () => [{ question, calls: [] }], evidence: () => ({ find: () => undefined }) },
      customer: () => ({ id: 'acme' }),
      size: () => ({ columns: 80, rows }),
      note: (text: string) => void notes.push(text),
      page: async (text: string) => void pages.push(text),
    } as unknown as ChatContext
    await find.run(chat, 'disk', NEVER)
    return { notes, pages }
  }

  it('is in the pager, whole, where it does not fit', async () => {
    const { notes, pages } = await foundOn(24)
    expect(notes).toEqual([])
    expect(pages[0]?.split('\n')).toHaveLength(40)
  })

  it('stays in the chat where it fits', async () => {
    expect((await foundOn(60)).pages).toEqual([])
  })
})
