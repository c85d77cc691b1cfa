import { describe, expect, it } from 'vitest'
import { readIfThere } from '../../src/base/files.ts'
import { newFolder } from '../helpers/folder.ts'
import { realChats } from '../helpers/real-chats.ts'
import { until } from '../helpers/until.ts'

const chats = realChats()

const WIPES = /\u001b\[[23]J|\u001bc|\u001b\[\?1049h/

describe.each([40, 80, 120])('the chat on a terminal of %i columns', columns => {
  it.concurrent('asks, answers, switches and leaves, without ever wiping the screen', async () => {
    const terminal = await chats.chat([], { columns })
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    terminal.mark()
    terminal.write('/customer segura\r')
    await terminal.sees('2 tools')
    await terminal.sees('segura ›')
    terminal.write('/quit\r')
    expect(await terminal.exited).toBe(0)
    expect(terminal.raw()).not.toMatch(WIPES)
    expect(terminal.text()).toContain('nordwind PROD ›')
    // Every column of the summary is there, however it was wrapped.
    expect(terminal.text().replace(/\s+/g, ' ')).toContain(
      '3 alerts are firing for nordwind: 1 critical, 2 warning.',
    )
  })

  it.concurrent('loses no line when it is resized in mid-stream, and ends with the prompt', async () => {
    const terminal = await chats.chat(['--long', '120'], { columns })
    terminal.write('go\r')
    await terminal.sees('line number 40 ')
    terminal.resize(columns + 17, 20)
    await terminal.sees('line number 80 ')
    terminal.resize(Math.max(38, columns - 9), 24)
    await terminal.sees('long · lines · 1 turn')
    expect(terminal.raw()).not.toMatch(WIPES)
    // A terminal that becomes narrower wraps what is live: parts of that stay above what is finished.
    const numbers = lineNumbers(terminal.text()).toReversed()
    expect([...new Set(numbers)].toReversed()).toEqual(upTo(120))
    expect(terminal.text().trimEnd()).toMatch(/nordwind PROD › .*\n+Nordwind Energie AG PROD · .*$/)
  })
})

it('the chat writes each line once while the window is dragged, and draws what the terminal has dropped', async () => {
  const terminal = await chats.chat(['--long', '300'], { columns: 100, rows: 40 })
  terminal.write('go\r')
  await terminal.sees('line number 20 ')
  let rows = 40
  await until(
    'the end of the answer',
    () => {
      rows = rows > 20 ? rows - 1 : 40
      terminal.resize(100 + rows, rows)
      return terminal.text().includes('long · lines · 1 turn')
    },
    60_000,
  )
  expect(lineNumbers(terminal.text())).toEqual(upTo(300))
  for (const rows of [10, 24, 10, 24]) terminal.resize(100, rows)
  await terminal.sees(/nordwind PROD › .*\n+.*\$0 today\s*$/)
}, 90_000)

it.each([
  [20, 5],
  [20, 8],
  [40, 12],
])('the chat on a terminal of %i × %i leaves no half-drawn lines behind', async (columns, rows) => {
  const terminal = await chats.chat(['--long', '60', '--no-color'], { columns, rows })
  terminal.write('go\r')
  await terminal.sees('long · lines')
  expect(lineNumbers(terminal.text())).toEqual(upTo(60))
})

describe.concurrent('the chat', () => {
  it.each([
    ['--no-color', {}],
    ['--long=0', { NO_COLOR: '1' }],
  ])('has no colour with %s %j, but bold and inverse', async (argument, env) => {
    const terminal = await chats.chat([argument], { env: { CI: 'true', ...env } })
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    // Foregrounds and backgrounds: 30 to 49, and 90 to 107.
    expect(terminal.raw()).not.toMatch(/\u001b\[(?:\d+;)*(?:[34]\d|9\d|10\d)(?:;\d+)*m/)
    expect(terminal.raw()).toMatch(/\u001b\[1mNordwind/)
    expect(terminal.raw()).toMatch(/\u001b\[7m(?:\u001b\[1m)?PROD/)
  })

  it('takes the colours that a light or dark background needs, and loses no key to the answer', async () => {
    const answers = { light: 'rgb:ffff/fdfd/e3e3', dark: 'rgb:1e1e/1e1e/1e1e' }
    const customer = { light: '\u001b[38;2;0;98;122m', dark: '\u001b[38;2;86;200;232m' }
    for (const theme of ['light', 'dark'] as const) {
      const terminal = await chats.chat([], { env: { COLORTERM: 'truecolor' } })
      expect(terminal.raw()).toContain('\u001b]11;?\u0007')
      terminal.write(`ab\u001b]11;${answers[theme].slice(0, 9)}`)
      terminal.write(`${answers[theme].slice(9)}\u001b\\cd`)
      await terminal.sees('› abcd')
      await until('the colour', () => terminal.raw().includes(customer[theme]))
    }
  })

  it('takes keys also when the terminal breaks off its answer about the background', async () => {
    const terminal = await chats.chat([], { env: { COLORTERM: 'truecolor' } })
    terminal.write('\u001b]11;rgb:ffff/')
    terminal.write('hello')
    await terminal.sees('› hello')
  })

  it('sends a paste of 200 lines as one question', async () => {
    const terminal = await chats.chat()
    const lines = Array.from({ length: 200 }, (_, i) => `log line ${i} which fires alerts`).join('\r')
    terminal.write(`\u001b[200~${lines}\u001b[201~`)
    await terminal.sees('[pasted #1: 200 lines]')
    terminal.write('\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    expect(terminal.text().match(/✓ \[1\] alertmanager/g)).toHaveLength(1)
    expect(terminal.text()).not.toContain('log line 77')
  })

  it('takes the next question at once after Esc, and cancels the call on the server', async () => {
    const terminal = await chats.chat(['--slow', '60000'])
    terminal.write('Which alerts are firing?\r')
    await terminal.sees('calling 1 tool')
    terminal.mark()
    terminal.write('\u001b')
    await terminal.sees('cancelled')
    await terminal.sees('SERVER HEARD OF THE CANCEL')
  })

  it('lends the terminal to a pager, and takes it back as it was', async () => {
    const folder = newFolder()
    const pager = `cat > ${folder}/page; printf 'PAGER IS UP'; read -r key < /dev/tty; echo "$key" > ${folder}/key`
    const terminal = await chats.chat([], { env: { PAGER: pager, MY_API_TOKEN: 'tok-4711-secret' } })
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    terminal.write('/show 1\r')
    await terminal.sees('PAGER IS UP')
    terminal.mark()
    terminal.write('for the pager\r')
    await until('the key', () => readIfThere(`${folder}/key`) === 'for the pager\n')
    expect(readIfThere(`${folder}/page`)).toMatch(
      /^\[1\] alertmanager · list_alerts · answered\n\ncustomer +Nordwind Energie AG \(nordwind\) PROD\n/,
    )
    // Until then, Enter is a line feed.
    await terminal.sees('PROD ›')
    terminal.write('/cost\r')
    await terminal.sees('REQUESTS')
    expect(terminal.text()).not.toContain('› for the pager')
    terminal.write('/quit\r')
    expect(await terminal.exited).toBe(0)
  })

  it('draws what was finished meanwhile once, and keeps no more than that', async () => {
    const env = { PAGER: `printf 'PAGER IS UP'; read -r key < /dev/tty; printf 'PAGER IS DOWN'` }
    const terminal = await chats.chat(['--long', '400', '--call'], { env })
    terminal.write('go\r')
    await terminal.sees('✓ [1] alertmanager', 60_000)
    terminal.write('/show 1\r')
    await terminal.sees('PAGER IS UP')
    const [, up = ''] = terminal.raw().split('PAGER IS UP')
    expect(up).not.toContain('line number')
    // The title tells when the answer is there.
    await until('the end of the answer', () =>
      terminal.raw().split('PAGER IS UP')[1]?.includes('nordwind · PROD'),
    )
    terminal.write('\r')
    await terminal.sees('long · lines · 2 turns')
    const [, after = ''] = terminal.raw().split('PAGER IS DOWN')
    const [, text = ''] = terminal.text().split('PAGER IS DOWN')
    expect(after.length).toBeLessThan(2 * text.length)
    expect(lineNumbers(terminal.text())).toEqual(upTo(800))
  }, 90_000)

  it('leaves what a pager has written to the screen, and draws the prompt below', async () => {
    const terminal = await chats.chat([], { env: { PAGER: 'cat' } })
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    terminal.mark()
    terminal.write('/show 1\r')
    await terminal.sees('QueueStucknordwind')
    await terminal.sees('PROD ›')
    const [, after = ''] = terminal.raw().split('"QueueStucknordwind"')
    expect(after).not.toMatch(/\u001b\[2K/)
  })

  it('stays in its place when Ctrl+C is meant for the pager', async () => {
    const pager = `trap 'echo INTERRUPTED' INT; printf 'PAGER %s' UP; read -r key < /dev/tty; read -r key < /dev/tty`
    const terminal = await chats.chat([], { env: { PAGER: pager } })
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    terminal.write('/show 1\r')
    await terminal.sees('PAGER UP')
    terminal.write('\u0003')
    await terminal.sees('INTERRUPTED')
    terminal.mark()
    terminal.write('\r\r')
    await terminal.sees('PROD ›')
    terminal.write('/quit\r')
    expect(await terminal.exited).toBe(0)
  })

  it('shows a result itself where there is no pager', async () => {
    const terminal = await chats.chat([], { env: { PAGER: 'no-such-pager' } })
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    terminal.write('/show 1\r')
    await terminal.sees('the pager no-such-pager cannot be started')
    await terminal.sees('"alertname": "QueueStucknordwind"')
  })

  it("keeps the terminal's own cursor where one types, for input methods", async () => {
    const terminal = await chats.chat()
    terminal.mark()
    terminal.write('你好abc')
    await terminal.sees('你好abc')
    const { row, y } = terminal.cursor()
    expect(row).toBe('nordwind PROD › 你好abc')
    await until('the cursor behind it', () => terminal.cursor().x === 'nordwind PROD › '.length + 2 * 2 + 3)
    terminal.write('\u001b[D\u001b[D\u001b[D\u001b[D')
    await until('the cursor between', () => terminal.cursor().x === 'nordwind PROD › '.length + 2)
    expect(terminal.cursor().y).toBe(y)
  })

  it.each([
    ['Shift+Enter', '\u001b[13;2u'],
    ['Shift+Enter of modifyOtherKeys', '\u001b[27;2;13~'],
    ['Alt+Enter', '\u001b\r'],
    ['Ctrl+J', '\n'],
  ])('starts a new line with %s', async (_, keys) => {
    const terminal = await chats.chat()
    terminal.write('one')
    await terminal.sees('› one')
    terminal.write(keys)
    terminal.write('two')
    await terminal.sees(/› one\s+two/)
    terminal.write('\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    expect(terminal.text()).toMatch(/› one +\d\d:\d\d\n {16}two\n/)
  })

  it('has a terminal name its keys if it can, and takes that back when it ends', async () => {
    const terminal = await chats.chat()
    expect(terminal.raw()).toContain('\u001b[?u')
    expect(terminal.raw()).not.toContain('\u001b[>1u')
    terminal.write('\u001b[?0u')
    await until('the request', () => terminal.raw().includes('\u001b[>1u'))
    terminal.write('typed\u001b[13;2umore')
    await terminal.sees(/› typed\s+more/)
    terminal.mark()
    terminal.write('\u001b[99;5u')
    await terminal.sees('press Ctrl+C again to quit')
    terminal.write('\u001b[99;5u')
    expect(await terminal.exited).toBe(0)
    expect(terminal.raw()).toContain('\u001b[<u')
  })

  it('quits at the second Ctrl+C', async () => {
    const terminal = await chats.chat()
    terminal.write('\u0003')
    await terminal.sees('press Ctrl+C again to quit')
    terminal.write('\u0003')
    expect(await terminal.exited).toBe(0)
  })
})

function lineNumbers(text: string): number[] {
  return [...text.matchAll(/line number (\d+) /g)].map(([, number]) => Number(number))
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}
