import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../helpers/folder.ts'
import { realChats } from '../../helpers/real-chats.ts'
import { until } from '../../helpers/until.ts'

const chats = realChats()

/** An editor that notes what it got, and does what the script says. */
function editorOf(folder: string, script: string): string {
  const file = `${folder}/editor`
  const note = `stat -c '%a %n' "$1" > ${folder}/file; stat -c %a "$(dirname "$1")" > ${folder}/mode; env > ${folder}/env; cat "$1" > ${folder}/before`
  writeFileSync(file, `#!/bin/sh\n${note}\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

describe.concurrent('Ctrl+G', () => {
  it('opens the line in the editor, in a private file, and takes back what is written there', async () => {
    const folder = newFolder()
    const editor = editorOf(folder, `printf '\\nand \\033[31mthis\\n' >> "$1"`)
    const terminal = await chats.chat([], { env: { EDITOR: editor, MY_API_TOKEN: 'tok-4711-secret' } })
    terminal.write('look at ')
    terminal.write('\u001b[200~one\ntwo\u001b[201~')
    await terminal.sees('look at [pasted #1: 2 lines]')
    terminal.mark()
    terminal.write('\u0007')
    await terminal.sees(/› look at one\s+two\s+and this/)
    expect(readFileSync(`${folder}/before`, 'utf8')).toBe('look at one\ntwo')
    const [mode, file = ''] = readFileSync(`${folder}/file`, 'utf8').trim().split(' ')
    expect([mode, readFileSync(`${folder}/mode`, 'utf8').trim()]).toEqual(['600', '700'])
    expect(existsSync(dirname(file))).toBe(false)
    expect(readFileSync(`${folder}/env`, 'utf8')).not.toContain('tok-4711')
    terminal.write('\u001f')
    terminal.mark()
    terminal.write(' x')
    await terminal.sees('look at [pasted #1: 2 lines] x')
  })

  it('leaves the line as it was if the editor fails, and says if there is none', async () => {
    const folder = newFolder()
    const terminal = await chats.chat([], { env: { VISUAL: editorOf(folder, 'echo lost > "$1"; exit 1') } })
    terminal.write('kept')
    await terminal.sees('› kept')
    terminal.write('\u0007')
    await until('the editor', () => existsSync(`${folder}/before`))
    terminal.mark()
    terminal.write('!')
    await terminal.sees('› kept!')

    const without = await chats.chat([], { env: { EDITOR: 'no-such-editor', VISUAL: '' } })
    without.write('\u0007')
    await without.sees(
      /the editor no-such-editor cannot be started; set EDITOR to a program such as vim\s+or nano/,
    )
    without.write('still here')
    await without.sees('› still here')
  })

  it('leaves no file behind when the chat is ended meanwhile', async () => {
    const folder = newFolder()
    const terminal = await chats.chat([], { env: { EDITOR: editorOf(folder, 'sleep 100') } })
    terminal.write('secret')
    await terminal.sees('› secret')
    terminal.write('\u0007')
    await until('the editor', () => existsSync(`${folder}/before`))
    const [, file = ''] = readFileSync(`${folder}/file`, 'utf8').trim().split(' ')
    expect(existsSync(file)).toBe(true)
    terminal.signal('SIGTERM')
    await terminal.exited
    expect(existsSync(dirname(file))).toBe(false)
  })
})

it('Ctrl+L draws the prompt at the top, and wipes nothing that can be scrolled back to', async () => {
  const terminal = await chats.chat(['--long', '30'])
  terminal.write('go\r')
  await terminal.sees('long · lines')
  terminal.write('typed')
  await terminal.sees('› typed')
  const lines = terminal.text()
  expect(terminal.cursor().y).toBe(21)
  terminal.write('\u000c')
  await until('the prompt is at the top', () => terminal.cursor().y === 1)
  expect(terminal.text().trimEnd()).toBe(lines.trimEnd())
  expect(terminal.raw()).not.toMatch(/\u001b\[[23]J|\u001bc|\u001b\[\?1049h/)
})

describe.concurrent('Ctrl+Z', () => {
  it('goes back to the shell with a terminal as it was, and comes back with fg', async () => {
    const terminal = chats.open(['--norc', '-i'], { program: '/bin/bash', env: { PS1: 'SHELL> ' } })
    await terminal.sees('SHELL>')
    terminal.write(`${process.execPath} ${chats.program()} --slow 1500\r`)
    await terminal.sees('1 tool, 1 w')
    terminal.write('Which alerts are firing?\r')
    await terminal.sees('calling 1 tool')
    terminal.write('half')
    await terminal.sees('› half')
    const before = terminal.raw().length
    terminal.mark()
    terminal.write('\u001a')
    await terminal.sees(/Stopped.*\s*.*SHELL>/)
    const left = terminal.raw().slice(before)
    // Pastes as keys, cursor, and title: as they were.
    for (const undone of ['\u001b[?2004l', '\u001b[?25h', '\u001b[23;0t']) expect(left).toContain(undone)
    terminal.write('stty -a | grep -o "[-]*icanon\\|[-]*echo "\r')
    await terminal.sees(/\sicanon\s+echo\s/)
    terminal.mark()
    terminal.write('fg\r')
    await terminal.sees('› half')
    await terminal.sees(/the chat was stopped for .*; the question kept running/)
    await terminal.sees(/no\s+language\s+model\s+was\s+called/)
    terminal.mark()
    terminal.write(' an answer')
    await terminal.sees('› half an answer')
    expect(terminal.raw().slice(before)).toContain('\u001b[?2004h')
    terminal.write('\u0015/quit\r')
    await terminal.sees('SHELL>')
  })

  it('says so where there is no shell', async () => {
    const terminal = await chats.chat()
    terminal.write('\u001a')
    await terminal.sees('there is no shell to go back to; /quit leaves')
    terminal.write('still here')
    await terminal.sees('› still here')
  })
})

it('draws its prompt again after it was stopped from outside, and takes keys and pastes', async () => {
  const terminal = chats.open(['--norc', '-i'], { program: '/bin/bash', env: { PS1: 'SHELL> ' } })
  await terminal.sees('SHELL>')
  terminal.write(`${process.execPath} ${chats.program()}\r`)
  await terminal.sees('1 tool, 1 w')
  terminal.write('half')
  await terminal.sees('› half')
  const [pid] = readFileSync(`/proc/${terminal.pid}/task/${terminal.pid}/children`, 'utf8').split(' ')
  process.kill(Number(pid), 'SIGSTOP')
  await terminal.sees(/Stopped.*\s*.*SHELL>/)
  const before = terminal.raw().length
  terminal.mark()
  terminal.write('fg\r')
  await terminal.sees('› half')
  terminal.write(' an \u001b[200~an\rswer\u001b[201~')
  await terminal.sees('› half an [pasted #1: 2 lines]')
  expect(terminal.cursor().row).toContain('› half an [pasted')
  expect(terminal.raw().slice(before)).toContain('\u001b[?2004h')
})
