import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import { build } from 'esbuild'
import { openEmulator } from './emulator.ts'
import { until } from './until.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Bundles one TypeScript program (JSX is more than Node strips) where it finds this project's packages. The file is
 * the caller's to remove.
 */
export async function bundled(entry: string): Promise<string> {
  const folder = join(root, 'node_modules', '.cache', 'supportmax-test')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${process.pid}-${entry.replace(/\W+/g, '-')}.mjs`)
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
    loader: { '.tsx': 'tsx' },
    logLevel: 'error',
  })
  return outfile
}

export interface Terminal {
  /** Every byte the program wrote. */
  raw(): string
  /** What is on the screen, and what was scrolled off it. */
  text(): string
  write(keys: string): void
  resize(columns: number, rows: number): void
  /** Waits for words on the screen, from the first line that has changed since the last `mark()`. */
  sees(words: string | RegExp, ms?: number): Promise<void>
  mark(): void
  /** Where the cursor is, counted from 0 from the top left of the screen, and what is in its row. */
  cursor(): { x: number; y: number; row: string }
  pid: number
  /** Settles when all that it wrote is on the screen. */
  exited: Promise<number>
  signal(name: NodeJS.Signals): void
  kill(): void
}

export interface TerminalOptions {
  columns?: number
  rows?: number
  env?: Record<string, string>
  /** Default: this Node. */
  program?: string
  folder?: string
}

/** Starts a program in a real pseudo-terminal, and shows what it writes on a screen. */
export function openTerminal(
  args: readonly string[],
  { columns = 80, rows = 24, env = {}, program = process.execPath, folder = root }: TerminalOptions = {},
): Terminal {
  let raw = ''
  let marked: readonly string[] = []
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env as Record<string, string>
  const pty = spawn(program, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: folder,
    env: { ...inherited, TERM: 'xterm-256color', ...env },
  })
  const { terminal, lines } = openEmulator(columns, rows)
  pty.onData(data => {
    raw += data
    terminal.write(data)
  })
  const exited = new Promise<number>(resolve =>
    pty.onExit(({ exitCode }) => terminal.write('', () => resolve(exitCode))),
  )
  const text = () => lines().join('\n')
  const changed = () => {
    const now = lines()
    const at = now.findIndex((line, i) => line !== marked[i])
    return at < 0 ? '' : now.slice(at).join('\n')
  }
  return {
    raw: () => raw,
    text,
    exited,
    write: keys => pty.write(keys),
    resize(columns, rows) {
      terminal.resize(columns, rows)
      pty.resize(columns, rows)
    },
    mark() {
      marked = lines()
    },
    async sees(words, ms = 15_000) {
      const found = () => (typeof words === 'string' ? changed().includes(words) : words.test(changed()))
      await until('words', found, ms).catch(() => {
        throw new Error(`the terminal does not show ${words}, but:\n${text().trimEnd().slice(-1500)}`)
      })
    },
    cursor() {
      const { active } = terminal.buffer
      const { cursorX: x, cursorY: y, baseY } = active
      return { x, y, row: active.getLine(baseY + y)?.translateToString(true) ?? '' }
    },
    pid: pty.pid,
    signal: name => pty.kill(name),
    kill: () => pty.kill('SIGKILL'),
  }
}
