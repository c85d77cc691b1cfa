import { describe, expect, it } from 'vitest'
import { realChats } from '../../helpers/real-chats.ts'
import { until } from '../../helpers/until.ts'

const chats = realChats()

const WIPES = /\u001b\[[23]J|\u001bc|\u001b\[\?1049h/

async function chat(columns: number, args: string[] = []) {
  const terminal = await chats.chat(args, { columns })
  const press = async (keys: string, words: string | RegExp) => {
    terminal.mark()
    terminal.write(keys)
    await terminal.sees(words)
  }
  return { terminal, press }
}

describe.each([40, 80, 120, 200])('typing on a terminal of %i columns', columns => {
  it('has the list, the history, wide characters and undo', async () => {
    const { terminal, press } = await chat(columns)
    await press('/', '› /customer')
    await press('cu', '› /cu')
    await press('\t', /segura +Segura Caixa/)
    await press('\u0015', /ask about/)
    await press('東京 ', '東京')
    await press('の', '東京 の')
    await press('\u001f', /东|東京/)
    await press('\u0015', /ask about/)
    await press('/status\r', 'alertmanager  ready')
    await press('\u0012', 'earlier:')
    await press('sta', 'earlier: sta')
    await press('\r', '› /status')
    terminal.write('\u0015/quit\r')
    expect(await terminal.exited).toBe(0)
    expect(terminal.raw()).not.toMatch(WIPES)
  })

  it('takes a paste of 500 lines, shows it on demand, and is typed in and resized meanwhile', async () => {
    const { terminal, press } = await chat(columns)
    const lines = Array.from({ length: 500 }, (_, i) => `log line ${i} of 東京 fires alerts`).join('\r')
    await press(`\u001b[200~${lines}\u001b[201~`, '[pasted #1: 500 lines]')
    await press('\u000f', /lines not shown: \d+/)
    await press('!', 'alerts!')
    terminal.resize(columns + 13, 20)
    await press('?', 'alerts!?')
    await press('\u001f\u001f', '[pasted #1: 500 lines]')
    await press('\r', /no\s+language\s+model\s+was\s+called/)
    expect(terminal.text()).not.toContain('log line 77')
    expect(terminal.raw()).not.toMatch(WIPES)
  })

  it('goes on while 2,000 lines are answered: what is typed is queued, and sent', async () => {
    const { terminal, press } = await chat(columns, ['--long', '2000'])
    await press('go\r', 'line number 20 ')
    terminal.write('and then')
    await terminal.sees('› and then')
    terminal.resize(columns + 5, 24)
    terminal.write('\r')
    await until('all lines', () => terminal.text().includes('line number 2000 '), 60_000)
    await terminal.sees(/› and then[\s\S]*line number 1 /, 60_000)
    terminal.write('\u001b')
    expect(terminal.raw()).not.toMatch(WIPES)
  }, 90_000)
})
