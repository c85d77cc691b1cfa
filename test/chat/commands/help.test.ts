import { describe, expect, it } from 'vitest'
import type { ChatContext } from '../../../src/chat/commands/command.ts'
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
