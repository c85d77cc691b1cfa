// Every key of docs/commands.md, at each width; what is long or needs a shell is in terminal.test.ts and widths.test.ts.

import { describe, expect, it } from 'vitest'
import { realChats } from '../../helpers/real-chats.ts'
import { until } from '../../helpers/until.ts'

const chats = realChats()
const PROMPT = 'nordwind PROD › '
const UNDO = '\u001f'

async function chat(columns: number, args: string[] = []) {
  const terminal = await chats.chat(args, { columns, env: { CI: 'true', EDITOR: 'printf edited >' } })
  /** Presses keys until the row of the cursor is this, and the cursor behind so many columns of it. */
  const press = async (keys: string, row: string, columnsBefore = row.length) => {
    terminal.write(keys)
    const is = () => {
      const cursor = terminal.cursor()
      return cursor.row === row.trimEnd() && cursor.x === columnsBefore
    }
    await until('the cursor', is).catch(() => {
      throw new Error(
        `${JSON.stringify(keys)}: ${row} (${columnsBefore}): ${JSON.stringify(terminal.cursor())}`,
      )
    })
  }
  return { terminal, press }
}

describe.concurrent.each([40, 80, 120, 200])('on a terminal of %i columns', columns => {
  it('each key does what the list says', async () => {
    const { terminal, press } = await chat(columns)
    const all = `${PROMPT}one two three`
    const at = (word: string) => all.indexOf(word)
    await press('one two three', all)
    for (const [keys, place] of [
      ['\u0001', at('one')],
      ['\u0005', all.length],
      ['\u001bb', at('three')],
      ['\u001bf', all.length],
      ['\u001b[H', at('one')],
      ['\u001b[F', all.length],
      ['\u001b[1;5D', at('three')],
      ['\u001b[1;5C', all.length],
    ] as const)
      await press(keys, all, place)
    await press('\u0017', `${PROMPT}one two `)
    await press('\u0019', all)
    await press('\u001bb', all, at('three'))
    await press('\u000b', `${PROMPT}one two `)
    await press('\u0019', all)
    await press('\u0001', all, at('one'))
    await press('\u001bd', `${PROMPT} two three`, at('one'))
    await press('\u0019', all, at(' two'))
    await press('\u0005', all)
    terminal.write('\u0015')
    await terminal.sees(/› ask about/)
    await press(UNDO, all)
    const indent = ' '.repeat(PROMPT.length)
    for (const keys of ['\u001b[13;2u', '\u001b\r', '\n', '\\\r']) {
      await press(keys, indent, indent.length)
      await press('next', `${indent}next`)
      await press('\u001b[A', all, indent.length + 'next'.length)
      await press('\u001b[B', `${indent}next`)
      await press('\u0015\u007f', all)
    }
    await press('\u0007', `${PROMPT}edited`)
    const { y } = terminal.cursor()
    terminal.write('\u000c')
    await until('the prompt at the top', () => terminal.cursor().y < y && terminal.cursor().y === 1)
    terminal.write('\u0015/status\r')
    await terminal.sees('alertmanager  ready')
    await press('\u001b[A', `${PROMPT}/status`)
    terminal.mark()
    terminal.write('\u001a')
    await terminal.sees('there is no shell to go back to')
    terminal.write('\u0015')
    await terminal.sees('› ask about')
    terminal.write('\u0004')
    expect(await terminal.exited).toBe(0)
    expect(terminal.text()).not.toContain('ask about')
  })

  it('wide characters of an answer stay whole, and the prompt below in its place, also when it is resized', async () => {
    const lines = [
      '東京電力のサーバー。',
      '👩‍👩‍👧‍👦 🇩🇪 👍🏽',
      'Cafe\u0301 n\u0303o',
      'שלום עולם',
      'مرحبا بالعالم',
    ]
    const { terminal, press } = await chat(columns, ['--say', lines.join('\n\n').concat('\n\n').repeat(20)])
    terminal.write('go\r')
    await terminal.sees('東京')
    terminal.resize(columns + 9, 22)
    await terminal.sees('parrot · words · 1 turn')
    for (const line of lines) expect(terminal.text().split(line), line).toHaveLength(21)
    await press('東京 の', `${PROMPT}東京 の`, PROMPT.length + 7)
    await press('\u007fe\u0301x', `${PROMPT}東京 e\u0301x`, PROMPT.length + 7)
    await press('\u001b[D\u001b[D', `${PROMPT}東京 e\u0301x`, PROMPT.length + 5)
  })

  it('a paste of 1 MB is one line of the prompt, and one question', async () => {
    const { terminal, press } = await chat(columns, ['--say', 'I have read it.'])
    const line = `log line of a paste with 東京 in it ${'x'.repeat(1_100)}\r`
    const count = Math.ceil(1_000_000 / line.length)
    terminal.write(`\u001b[200~${line.repeat(count)}end\u001b[201~`)
    await press('', `${PROMPT}[pasted #1: ${count + 1} lines]`)
    await press('?', `${PROMPT}[pasted #1: ${count + 1} lines]?`)
    terminal.write('\r')
    await terminal.sees('I have read it.')
    expect(terminal.text()).not.toContain('log line')
  })
})
