import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIfThere } from '../../src/base/files.ts'
import { newFolder } from '../helpers/folder.ts'
import { bundled, openTerminal, type Terminal } from '../helpers/terminal.ts'
import { until } from '../helpers/until.ts'

let program: string
const open: Terminal[] = []
beforeAll(async () => {
  program = await bundled('test/helpers/chat-program.ts')
})
afterAll(() => {
  for (const one of open) one.kill()
  rmSync(program, { force: true })
})

// CI=true keeps Ink from drawing unless it is told that this is a terminal.
async function chat(columns: number, args: string[] = [], env: Record<string, string> = { CI: 'true' }) {
  const terminal = openTerminal([program, ...args], { columns, rows: 24, env })
  open.push(terminal)
  await terminal.sees('1 tool, 1 withheld')
  return terminal
}

const WIPES = /\u001b\[[23]J|\u001bc|\u001b\[\?1049h/

describe.each([40, 80, 120])('the chat on a terminal of %i columns', columns => {
  it.concurrent('asks, answers, switches and leaves, without ever wiping the screen', async () => {
    const terminal = await chat(columns)
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

  it.concurrent('writes each finished line once, also when it is resized', async () => {
    const terminal = await chat(columns, ['--long', '120'])
    terminal.write('go\r')
    await terminal.sees('line number 40 ')
    terminal.resize(columns + 17, 20)
    await terminal.sees('line number 80 ')
    terminal.resize(Math.max(38, columns - 9), 24)
    await terminal.sees('long · lines · 1 turn')
    expect(terminal.raw()).not.toMatch(WIPES)
    expect(finishedLines(terminal.raw())).toEqual(Array.from({ length: 120 }, (_, i) => i + 1))
  })
})

it.each([
  [20, 5],
  [20, 8],
  [40, 12],
])('the chat on a terminal of %i × %i leaves no half-drawn lines behind', async (columns, rows) => {
  const terminal = openTerminal([program, '--long', '60', '--no-color'], {
    columns,
    rows,
    env: { CI: 'true' },
  })
  open.push(terminal)
  await terminal.sees('1 tool, 1 w')
  terminal.write('go\r')
  await terminal.sees('long · lines')
  expect(finishedLines(terminal.raw())).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
})

describe.concurrent('the chat', () => {
  it.each([
    ['--no-color', {}],
    ['--long=0', { NO_COLOR: '1' }],
  ])('has no colour with %s %j, but bold and inverse', async (argument, env) => {
    const terminal = await chat(80, [argument], { CI: 'true', ...env })
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
      const terminal = await chat(80, [], { COLORTERM: 'truecolor' })
      expect(terminal.raw()).toContain('\u001b]11;?\u0007')
      terminal.write(`ab\u001b]11;${answers[theme].slice(0, 9)}`)
      terminal.write(`${answers[theme].slice(9)}\u001b\\cd`)
      await terminal.sees('› abcd')
      await until('the colour', () => terminal.raw().includes(customer[theme]))
    }
  })

  it('takes keys also when the terminal breaks off its answer about the background', async () => {
    const terminal = await chat(80, [], { COLORTERM: 'truecolor' })
    terminal.write('\u001b]11;rgb:ffff/')
    terminal.write('hello')
    await terminal.sees('› hello')
  })

  it('sends a paste of 200 lines as one question', async () => {
    const terminal = await chat(80)
    const lines = Array.from({ length: 200 }, (_, i) => `log line ${i} which fires alerts`).join('\r')
    terminal.write(`\u001b[200~${lines}\u001b[201~`)
    await terminal.sees('[pasted #1: 200 lines]')
    terminal.write('\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    expect(terminal.text().match(/✓ \[1\] alertmanager/g)).toHaveLength(1)
    expect(terminal.text()).not.toContain('log line 77')
  })

  it('takes the next question at once after Esc, and cancels the call on the server', async () => {
    const terminal = await chat(80, ['--slow', '60000'])
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
    const terminal = await chat(80, [], { CI: 'true', PAGER: pager, MY_API_TOKEN: 'tok-4711-secret' })
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
    terminal.write('/help\r')
    await terminal.sees('/show [NUMBER]')
    expect(terminal.text()).not.toContain('› for the pager')
    terminal.write('/quit\r')
    expect(await terminal.exited).toBe(0)
  })

  it('leaves what a pager has written to the screen, and draws the prompt below', async () => {
    const terminal = await chat(80, [], { CI: 'true', PAGER: 'cat' })
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
    const terminal = await chat(80, [], { CI: 'true', PAGER: pager })
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
    const terminal = await chat(80, [], { CI: 'true', PAGER: 'no-such-pager' })
    terminal.write('Which alerts are firing?\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    terminal.write('/show 1\r')
    await terminal.sees('the pager no-such-pager cannot be started')
    await terminal.sees('"alertname": "QueueStucknordwind"')
  })

  it("keeps the terminal's own cursor where one types, for input methods", async () => {
    const terminal = await chat(80)
    terminal.mark()
    terminal.write('你好abc')
    await terminal.sees('你好abc')
    // Above the status line, behind `nordwind PROD › 你好abc`; then shown.
    await until('the cursor', () =>
      /\u001b\[2A\u001b\[24G\u001b\[\?25h[^\u001b]*(\u001b\[\?2026l)?$/.test(terminal.raw()),
    )
    terminal.write('\u001b[D\u001b[D\u001b[D\u001b[D')
    await until('the cursor', () =>
      /\u001b\[2A\u001b\[19G\u001b\[\?25h[^\u001b]*(\u001b\[\?2026l)?$/.test(terminal.raw()),
    )
  })

  it.each([
    ['Shift+Enter', '\u001b[13;2u'],
    ['Shift+Enter of modifyOtherKeys', '\u001b[27;2;13~'],
    ['Alt+Enter', '\u001b\r'],
    ['Ctrl+J', '\n'],
  ])('starts a new line with %s', async (_, keys) => {
    const terminal = await chat(80)
    terminal.write('one')
    await terminal.sees('› one')
    terminal.write(keys)
    terminal.write('two')
    await terminal.sees(/› one\s+two/)
    terminal.write('\r')
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    expect(terminal.text()).toMatch(/› one\r?\n {16}two/)
  })

  it('has a terminal name its keys if it can, and takes that back when it ends', async () => {
    const terminal = await chat(80)
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
    const terminal = await chat(80)
    terminal.write('\u0003')
    await terminal.sees('press Ctrl+C again to quit')
    terminal.write('\u0003')
    expect(await terminal.exited).toBe(0)
  })
})

/**
 * Numbers of the lines that were finished: what was drawn live is erased again (cursor up, erase line), so only what
 * is written before the next erasure of it stays. Replayed here on a screen without an end.
 */
function finishedLines(raw: string): number[] {
  const rows: string[] = ['']
  let row = 0
  let column = 0
  for (const [, control, newline, text] of raw.matchAll(
    /(\u001b\[[0-9;?]*[ -/]*[@-~])|(\r?\n|\r)|([^\u001b\r\n]+)/g,
  )) {
    if (control) {
      const count = Number(control.match(/\d+/)?.[0] ?? 1)
      if (control.endsWith('A')) row = Math.max(0, row - count)
      else if (control.endsWith('B')) row += count
      else if (control.endsWith('G')) column = count - 1
      else if (control.endsWith('K')) rows[row] = /2K/.test(control) ? '' : (rows[row] ?? '').slice(0, column)
      else if (control.endsWith('J')) rows.splice(row + 1)
    } else if (newline) {
      if (newline.includes('\n')) row++
      column = 0
    } else if (text) {
      const now = (rows[row] ?? '').padEnd(column)
      rows[row] = now.slice(0, column) + text + now.slice(column + text.length)
      column += text.length
    }
    while (rows.length <= row) rows.push('')
  }
  return rows.flatMap(line => line.match(/line number (\d+) /)?.[1] ?? []).map(Number)
}
