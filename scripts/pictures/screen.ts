import { spawn } from '@lydell/node-pty'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import xterm from '@xterm/headless'

export interface ScreenOptions {
  columns: number
  rows: number
  /** What the program gets for OSC 11, as `rgb:1e1e/1e1e/1e1e`. */
  background: string
  env?: Record<string, string>
}

/** A program in a real terminal, whose screen can be read cell by cell. */
export interface PictureScreen {
  terminal: xterm.Terminal
  text(): string
  type(keys: string): void
  /** Waits until this is on the screen. Rejects after half a minute, with what is on it. */
  sees(words: string | RegExp): Promise<void>
  close(): void
}

const PATIENCE_MS = 30_000
const LOOK_MS = 50

export function openScreen(command: readonly string[], options: ScreenOptions): PictureScreen {
  const { columns, rows, background, env = {} } = options
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5_000 })
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  const { CI: _, NO_COLOR: __, ...inherited } = process.env as Record<string, string>
  const [program = '', ...args] = command
  const pty = spawn(program, args, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: { ...inherited, TERM: 'xterm-256color', COLORTERM: 'truecolor', ...env },
  })
  pty.onData(data => {
    if (data.includes('\u001b]11;?')) pty.write(`\u001b]11;${background}\u0007`)
    terminal.write(data)
  })
  terminal.onData(answer => pty.write(answer))

  function text(): string {
    const { active } = terminal.buffer
    const lines = Array.from({ length: active.length }, (_, at) =>
      active.getLine(at)?.translateToString(true),
    )
    return lines.join('\n')
  }

  async function sees(words: string | RegExp): Promise<void> {
    const found = () => (typeof words === 'string' ? text().includes(words) : words.test(text()))
    for (const end = Date.now() + PATIENCE_MS; !found(); ) {
      if (Date.now() > end) throw new Error(`${words} does not appear on:\n${text()}`)
      await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
  }

  return { terminal, text, sees, type: keys => pty.write(keys), close: () => pty.kill('SIGTERM') }
}
