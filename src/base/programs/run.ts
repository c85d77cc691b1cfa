// Runs a program for its output, such as one that prints a token or a secret.

import { spawn } from 'node:child_process'
import { signalGroup } from '../machine.ts'
import { TIMEOUTS } from '../timeouts.ts'

export interface ProgramRun {
  /** The program and its arguments. No shell reads them. */
  command: readonly string[]
  /** Milliseconds. */
  timeoutMs: number
  /** Most characters that it may print on stdout. */
  largest: number
  /** Its whole environment (default: ours). */
  env?: Record<string, string> | undefined
  cwd?: string | undefined
}

export interface ProgramEnd {
  /** The system's error code, if it could not be started. */
  error?: string
  /** `exit code 1`, `signal SIGKILL`. */
  how?: string
  isLate?: boolean
  isTooLong?: boolean
  stdout: string
  stderr: string
}

/** Of stderr, only the end is kept. */
const LONGEST_STDERR = 256 * 1024

/** How to end those that run now. */
const running = new Set<() => void>()
process.once('exit', () => {
  for (const kill of running) kill()
})

/**
 * Runs it to its end, without input and without a terminal. It has a process group of its own, which is killed when it is
 * late or prints too much, when supportmax ends, and when the signal aborts; then this rejects with the signal's reason.
 */
export function runProgram(
  { command: [program = '', ...args], timeoutMs, largest, env, cwd }: ProgramRun,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const end: ProgramEnd = { stdout: '', stderr: '' }
    const child = spawn(program, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const kill = () => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL')
    running.add(kill)
    let timer = setTimeout(() => stop({ isLate: true }), timeoutMs)
    const abort = () => {
      finish()
      kill()
      reject(signal.reason)
    }
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      running.delete(kill)
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const stop = (more: Partial<ProgramEnd>) => {
      finish()
      if (more.how === undefined) kill()
      resolve({ ...end, ...more })
    }
    signal.addEventListener('abort', abort, { once: true })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      end.stdout += text
      if (end.stdout.length > largest) stop({ isTooLong: true })
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      end.stderr = (end.stderr + text).slice(-LONGEST_STDERR)
    })
    child.once('error', (error: NodeJS.ErrnoException) => stop({ error: error.code ?? 'unknown' }))
    child.once('exit', (code, by) => {
      const how = by === null ? `exit code ${code}` : `signal ${by}`
      child.once('close', () => stop({ how }))
      // A process that it left behind may keep the pipes open.
      clearTimeout(timer)
      timer = setTimeout(() => stop({ how }), TIMEOUTS.lastOutput)
    })
  })
}

/** The last line of what a program said; undefined if it said nothing. */
export function lastLineOf(text: string): string | undefined {
  return text.trim().split(/\r?\n/).at(-1)?.trim() || undefined
}
