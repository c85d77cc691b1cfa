import { describe, expect, it } from 'vitest'
import { realChats } from '../helpers/real-chats.ts'
import type { Terminal } from '../helpers/terminal.ts'

const chats = realChats()

/** The chat with a form of a real server open, which takes the keys. */
async function asked(columns: number): Promise<Terminal> {
  const terminal = await chats.chat(['--ask'], { columns })
  terminal.write('open a ticket\r')
  await terminal.sees(TAKES_KEYS)
  return terminal
}

const TAKES_KEYS = /› Title:/

/** Words on the screen, however they were wrapped, and without the frame. */
const words = ({ text }: Terminal) => text().replace(/[│\s]+/g, ' ')

async function enter(terminal: Terminal, prompt: RegExp, line: string): Promise<void> {
  await terminal.sees(prompt)
  terminal.write(line)
  await terminal.sees(new RegExp(`${prompt.source}.*${line}`, 's'))
  terminal.write('\r')
}

describe.each([40, 80])('a real server that asks in a real terminal of %i columns', columns => {
  it.concurrent('gets what the person types', async () => {
    const terminal = await asked(columns)
    expect(words(terminal)).toContain('tickets asks you, for Nordwind Energie AG PROD')
    expect(words(terminal)).toContain('“What should the ticket say?”')
    await enter(terminal, /› Title:/, 'Disk full')
    await enter(terminal, /› Priority:/, 'high')
    await terminal.sees(/Hours\s+until\s+it\s+must.*…:/s)
    terminal.write('\r')
    await terminal.sees(/send to tickets\?/)
    for (const one of ['Title: Disk full', 'Priority: high', 'Hours until it must be solved: 8'])
      expect(words(terminal)).toContain(one)
    await enter(terminal, /send to tickets\?/, 'y')
    await terminal.sees(/accept\s+\{"title":"Disk/)
    expect(words(terminal)).toContain('accept {"title":"Disk full","priority":"high","hours":8}')
    expect(words(terminal)).toContain('you sent it')
  })

  it.concurrent('is told that the person pressed Esc, and its call goes on', async () => {
    const terminal = await asked(columns)
    terminal.write('\u001b')
    await terminal.sees(/server\s+got\s+cancel/)
    expect(words(terminal)).toContain('the server got cancel {}')
    expect(words(terminal)).toContain('not answered')
  })

  it.concurrent('is told that the person declined', async () => {
    const terminal = await asked(columns)
    await enter(terminal, /› Title:/, '/decline')
    await terminal.sees(/server\s+got\s+decline/)
    expect(words(terminal)).toContain('you declined')
  })
})

it('a form and what was typed into it stay while the window becomes narrow and wide again', async () => {
  const terminal = await asked(80)
  terminal.write('Disk full')
  await terminal.sees('› Title: Disk full')
  for (const columns of [40, 120, 40]) {
    terminal.resize(columns, 24)
    terminal.mark()
    await terminal.sees(/› Title: Disk full/)
  }
  terminal.write(' again\r')
  await enter(terminal, /› Priority:/, 'low')
  await terminal.sees(/Hours\s+until\s+it\s+must.*…:/s)
  terminal.write('4\r')
  await enter(terminal, /send to tickets\?/, 'y')
  await terminal.sees(/"title":"Disk\s+full\s+again"/)
  expect(words(terminal)).toContain('{"title":"Disk full again","priority":"low","hours":4}')
})
