import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import { build } from 'esbuild'
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
  /** The same without escape sequences. */
  text(): string
  write(keys: string): void
  resize(columns: number, rows: number): void
  /** Waits for words in what was written since the last `mark()`. */
  sees(words: string | RegExp, ms?: number): Promise<void>
  mark(): void
  exited: Promise<number>
  signal(name: NodeJS.Signals): void
  kill(): void
}

/** Starts a program (this Node, unless another is named) in a real pseudo-terminal. */
export function openTerminal(
  args: string[],
  {
    columns = 80,
    rows = 24,
    env = {},
    program = process.execPath,
    folder = root,
  }: {
    columns?: number
    rows?: number
    env?: Record<string, string>
    program?: string
    folder?: string
  } = {},
): Terminal {
  let raw = ''
  let from = 0
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env as Record<string, string>
  const pty = spawn(program, args, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: folder,
    env: { ...inherited, TERM: 'xterm-256color', ...env },
  })
  pty.onData(data => {
    raw += data
  })
  const exited = new Promise<number>(resolve => pty.onExit(({ exitCode }) => resolve(exitCode)))
  const text = () => plain(raw)
  return {
    raw: () => raw,
    text,
    exited,
    write: keys => pty.write(keys),
    resize: (columns, rows) => pty.resize(columns, rows),
    mark() {
      from = raw.length
    },
    async sees(words, ms = 15_000) {
      const found = () => {
        const seen = plain(raw.slice(from))
        return typeof words === 'string' ? seen.includes(words) : words.test(seen)
      }
      await until(`the terminal shows ${words}; it shows: ${plain(raw).slice(-1500)}`, found, ms)
    },
    signal: name => pty.kill(name),
    kill: () => pty.kill('SIGKILL'),
  }
}

export function plain(raw: string): string {
  return raw.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007]*\u0007|\u001b./g, '')
}
