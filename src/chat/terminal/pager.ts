import { spawn, spawnSync } from 'node:child_process'
import { SupportError } from '../../base/errors.ts'

/** A pager and its environment. */
export interface PagerProgram {
  /** A command line, as in $PAGER. */
  command: string
  env: Record<string, string>
}

/** What a pager needs. It gets nothing else of the environment, in which there are credentials. */
const PASSED = [
  ...['PATH', 'HOME', 'TERM', 'TERMINFO', 'TERMINFO_DIRS', 'COLORTERM'],
  ...['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'LESSCHARSET'],
]

/** The person's pager (default: less), with commands that run programs or write files switched off in less. */
export function pagerIn(variables: Record<string, string | undefined>): PagerProgram {
  const passed = PASSED.flatMap(name => (variables[name] ? [[name, variables[name]] as const] : []))
  // Options such as -F would leave a short text on the screen of the chat.
  const env = { ...Object.fromEntries(passed), LESS: '-R', LESSSECURE: '1', LESSHISTFILE: '-' }
  return { command: variables.PAGER?.trim() || 'less', env }
}

/** Shows the text until the person leaves the pager, or the signal ends it. Rejects if it cannot be started. */
export async function showInPager(
  text: string,
  { command, env }: PagerProgram,
  signal?: AbortSignal,
): Promise<void> {
  const before = spawnSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' }).stdout
  const pager = spawn('sh', ['-c', isPlain(command) ? `exec ${command}` : command], {
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const left = new Promise<number>((resolve, reject) =>
    pager.on('error', reject).on('exit', code => resolve(code ?? KILLED)),
  )
  const end = () => void pager.kill('SIGTERM')
  signal?.addEventListener('abort', end, { once: true })
  // A person who leaves before the end closes the pipe.
  pager.stdin?.on('error', () => {})
  pager.stdin?.end(text)
  const code = await left
  signal?.removeEventListener('abort', end)
  if (code >= KILLED && before) leaveScreen(before.trim())
  // Source: POSIX, Shell Command Language, 2.8.2: not found, or not executable.
  if (code === 126 || code === 127)
    throw new SupportError('usage', `the pager ${command} cannot be started`, {
      hint: 'set PAGER to a program such as less or more',
    })
}

/** The shell reports a program that a signal has ended by this and the number of the signal. */
const KILLED = 128
const LEAVE_SCREEN = '\u001b[?1049l\u001b[?1l\u001b>\u001b[0m'

/** What a pager does at its end, for one that was killed: another screen, no echo. */
function leaveScreen(settings: string): void {
  process.stdout.write(LEAVE_SCREEN)
  spawnSync('stty', [settings], { stdio: ['inherit', 'ignore', 'ignore'] })
}

/** Whether a shell can become this program: then signals reach it. */
function isPlain(command: string): boolean {
  return /^[\w\s./+-]+$/.test(command) && !/^(?:command|exec|builtin|eval)\b/.test(command)
}
