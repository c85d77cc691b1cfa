// The chat as lines, on a real terminal.

import { describe, expect, it } from 'vitest'
import { realChats } from '../helpers/real-chats.ts'

const chats = realChats()

const FREE = 'your question or command:'

const plainChat = (...args: string[]) => chats.chat(['--plain', ...args])

describe.concurrent('the plain chat', () => {
  it('never moves the cursor, and says each finished paragraph once', async () => {
    const terminal = await plainChat('--long', '60')
    terminal.write('go\r')
    await terminal.sees('long · lines · 1 turn')
    await terminal.sees(new RegExp(`1 turn[^]*${FREE}`))
    for (let line = 1; line <= 60; line++)
      expect(terminal.raw().match(new RegExp(`line number ${line} `, 'g')), `line ${line}`).toHaveLength(1)
    // Nothing but text and line ends: no escape sequence, no backspace, no carriage return without a line feed.
    expect(terminal.raw()).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u009b]|\r(?!\n)/)
  })

  it('asks, tells what was called, switches and leaves', async () => {
    const terminal = await plainChat()
    expect(terminal.raw()).toContain('customer: Nordwind Energie AG PROD, read-only')
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/call 1: alertmanager · list_alerts: answered, \d/)
    await terminal.sees('no language model was called')
    await terminal.sees(new RegExp(`was called[^]*${FREE}`))
    // Its paragraphs follow each other at once.
    expect(terminal.raw()).not.toContain('answering · ')
    terminal.mark()
    terminal.write('/customer segura\r')
    await terminal.sees('Segura Caixa, your question or command:')
    terminal.write('/quit\r')
    expect(await terminal.exited).toBe(0)
    expect(terminal.raw()).not.toContain('\u001b')
  })

  it('cancels a question with Enter alone', async () => {
    const terminal = await plainChat('--slow', '60000')
    terminal.write('Which alerts are firing?\r')
    await terminal.sees('Enter alone cancels')
    terminal.mark()
    terminal.write('\r')
    await terminal.sees('cancelled')
    await terminal.sees(FREE)
  })

  it('lists in /help what can be typed here, and breaks no word', async () => {
    const terminal = await plainChat()
    terminal.write('/help\r')
    await terminal.sees(/Enter alone +cancel the running question/)
    await terminal.sees(/Ctrl\+C or D +quit/)
    expect(terminal.raw()).not.toMatch(/Ctrl\+[RGLO]|Shift\+Enter|Tab /)
    for (const line of terminal.raw().split(/\r?\n/)) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  it('ends with its input', async () => {
    const terminal = await plainChat()
    terminal.write('\u0004')
    expect(await terminal.exited).toBe(0)
  })
})
