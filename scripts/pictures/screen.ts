import { spawn } from '@lydell/node-pty'
import type xterm from '@xterm/headless'
import { openEmulator } from '../../test/helpers/emulator.ts'

export interface ScreenOptions {
  columns: number
  rows: number
  /** What the program gets for OSC 11, as `rgb:1e1e/1e1e/1e1e`. */
  background: string
  folder?: string
  /** All that the program gets. */
  env?: Record<string, string>
}

/** A program in a real terminal, whose screen can be read cell by cell. */
export interface PictureScreen {
  terminal: xterm.Terminal
  text(): string
  type(keys: string): void
  /** Waits until this is on the screen. Rejects after half a minute, with what is on it. */
  sees(words: string | RegExp): Promise<void>
  /** Waits until nothing has changed for a moment. */
  rests(): Promise<void>
  /** The rows from the first to the last that has something in it, of those that the window shows. */
  used(): { from: number; rows: number }
  close(): void
}

const PATIENCE_MS = 30_000
const LOOK_MS = 50
const REST_MS = 600

export function openScreen(command: readonly string[], options: ScreenOptions): PictureScreen {
  const { columns, rows, background, folder, env } = options
  const { terminal, lines } = openEmulator(columns, rows)
  const { CI: _, NO_COLOR: __, ...inherited } = process.env as Record<string, string>
  const [program = '', ...args] = command
  const pty = spawn(program, args, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: folder ?? process.cwd(),
    env: { ...(env ?? inherited), TERM: 'xterm-256color', COLORTERM: 'truecolor' },
  })
  pty.onData(data => {
    if (data.includes('\u001b]11;?')) pty.write(`\u001b]11;${background}\u0007`)
    terminal.write(data)
  })
  terminal.onData(answer => pty.write(answer))

  const text = () => lines().join('\n')

  async function sees(words: string | RegExp): Promise<void> {
    const found = () => (typeof words === 'string' ? text().includes(words) : words.test(text()))
    for (const end = Date.now() + PATIENCE_MS; !found(); ) {
      if (Date.now() > end) throw new Error(`${words} does not appear on:\n${text()}`)
      await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
  }

  async function rests(): Promise<void> {
    for (let before = ''; before !== text(); ) {
      before = text()
      await new Promise(resolve => setTimeout(resolve, REST_MS))
    }
  }

  function used() {
    const { active } = terminal.buffer
    const shown = Array.from({ length: rows }, (_, at) => active.baseY + at)
    const filled = shown.filter(at => active.getLine(at)?.translateToString(true).trim() !== '')
    const [from = 0, last = 0] = [filled[0], filled.at(-1)]
    return { from, rows: last - from + 1 }
  }

  return {
    terminal,
    text,
    sees,
    rests,
    used,
    type: keys => pty.write(keys),
    close: () => pty.kill('SIGTERM'),
  }
}
