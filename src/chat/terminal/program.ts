import { spawn, spawnSync } from 'node:child_process'
import { SupportError } from '../../base/errors.ts'

/** A person's own program for the terminal, such as a pager, and its environment. */
export interface TerminalProgram {
  /** A command line, as in $PAGER. */
  command: string
  env: Record<string, string>
  /** The setting that names it. */
  variable: 'PAGER' | 'EDITOR'
}

/** What such a program needs. It gets nothing else of the environment, in which there are credentials. */
const PASSED = [
  ...['PATH', 'HOME', 'TERM', 'TERMINFO', 'TERMINFO_DIRS', 'COLORTERM'],
  ...['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'LESSCHARSET'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'],
]

export function passedOn(variables: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(PASSED.flatMap(name => (variables[name] ? [[name, variables[name]]] : [])))
}

interface Running {
  args?: readonly string[]
  /** What it reads (default: the keys). */
  input?: string
  signal?: AbortSignal | undefined
}

const SUCH_AS = { PAGER: 'less or more', EDITOR: 'vim or nano' }

/**
 * Runs it on this terminal until it ends, or the signal ends it; returns its exit code. Throws a SupportError if it cannot
 * be started.
 */
export async function runOnTerminal(program: TerminalProgram, running: Running): Promise<number> {
  const { args = [], input, signal } = running
  const { command, env, variable } = program
  const before = spawnSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' }).stdout
  const line = `${isPlain(command) ? `exec ${command}` : command}${args.length > 0 ? ' "$@"' : ''}`
  const child = spawn('sh', ['-c', line, 'sh', ...args], {
    env,
    stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
  })
  const left = new Promise<number>((resolve, reject) =>
    child.on('error', reject).on('exit', code => resolve(code ?? KILLED)),
  )
  const end = () => void child.kill('SIGTERM')
  signal?.addEventListener('abort', end, { once: true })
  // A person who leaves before the end closes the pipe.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const code = await left
  signal?.removeEventListener('abort', end)
  if (code >= KILLED && before) leaveScreen(before.trim())
  // Source: POSIX, Shell Command Language, 2.8.2: not found, or not executable.
  if (code === 126 || code === 127)
    throw new SupportError('usage', `the ${variable.toLowerCase()} ${command} cannot be started`, {
      hint: `set ${variable} to a program such as ${SUCH_AS[variable]}`,
    })
  return code
}

/** The shell reports a program that a signal has ended by this and the number of the signal. */
const KILLED = 128
const LEAVE_SCREEN = '\u001b[?1049l\u001b[?1l\u001b>\u001b[0m'

/** What such a program does at its end, for one that was killed: another screen, no echo. */
function leaveScreen(settings: string): void {
  process.stdout.write(LEAVE_SCREEN)
  spawnSync('stty', [settings], { stdio: ['inherit', 'ignore', 'ignore'] })
}

/** Whether a shell can become this program: then signals reach it. */
function isPlain(command: string): boolean {
  return /^[\w\s./+-]+$/.test(command) && !/^(?:command|exec|builtin|eval)\b/.test(command)
}
