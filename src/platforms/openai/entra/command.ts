// A command that prints an access token, such as the Azure CLI.

import { spawn } from 'node:child_process'
import { signalGroup } from '../../../base/machine.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { faultIn } from '../../faults/fault.ts'
import type { PlatformFaultKind } from '../../platform.ts'
import { tokenIn } from './output.ts'
import type { AccessToken } from './tokens.ts'

export interface TokenCommand {
  platform: string
  /** The program and its arguments. No shell reads them. */
  command: readonly string[]
  now(): number
  timeoutMs?: number | undefined
}

/** Runs it. Throws a PlatformFault with the reason, and never with what it printed to standard output. */
export async function runTokenCommand(
  { platform, command, now, timeoutMs = TIMEOUTS.tokenCommand }: TokenCommand,
  signal: AbortSignal,
): Promise<AccessToken> {
  const where = `token_command ${JSON.stringify(command[0])}`
  const fault = (kind: PlatformFaultKind, words: string, remedy = BY_HAND) =>
    faultIn(platform, kind, `${where} ${words}`, { remedy })
  const end = await ended(command, timeoutMs, signal)
  if (end.error === 'ENOENT') throw fault('auth', 'was not found', 'install it, or write its full path')
  if (end.error !== undefined)
    throw fault('auth', `cannot be run (${end.error})`, 'name a program that you may run')
  if (end.isLate) throw fault('timeout', `printed no token within ${milliseconds(timeoutMs)}`)
  if (end.isTooLong) throw fault('auth', 'printed more than a token')
  if (end.how !== 'exit code 0') {
    const said = lastLine(end.stderr)?.replace(MAYBE_TOKEN, '‹hidden›')
    throw fault('auth', `failed (${end.how})${said === undefined ? '' : `: ${said}`}`)
  }
  const token = tokenIn(end.stdout, now())
  if (typeof token === 'string') throw fault('auth', token)
  return token
}

const BY_HAND = 'run this program by hand, and sign in'

/** Long enough for a token, and longer than an id. A program may repeat what it got. */
const MAYBE_TOKEN = /[\w.~+=-]{40,}/g

interface End {
  /** Code of the system, if it could not be started. */
  error?: string
  /** `exit code 1`, `signal SIGKILL`. */
  how?: string
  isLate?: boolean
  isTooLong?: boolean
  stdout: string
  stderr: string
}

/** A token with many groups has some thousand characters; only the end of what goes to standard error counts. */
const LONGEST_OUTPUT = 256 * 1024

/** Runs in a process group of its own, which is killed when it is late, or when nobody waits any more. */
function ended(
  [program = '', ...args]: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<End> {
  return new Promise((resolve, reject) => {
    const end: End = { stdout: '', stderr: '' }
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const kill = () => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL')
    let timer = setTimeout(() => stop({ isLate: true }), timeoutMs)
    const abort = () => {
      finish()
      kill()
      reject(signal.reason)
    }
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      process.removeListener('exit', kill)
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const stop = (more: Partial<End>) => {
      finish()
      if (more.how === undefined) kill()
      resolve({ ...end, ...more })
    }
    process.once('exit', kill)
    signal.addEventListener('abort', abort, { once: true })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      end.stdout += text
      if (end.stdout.length > LONGEST_OUTPUT) stop({ isTooLong: true })
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      end.stderr = (end.stderr + text).slice(-LONGEST_OUTPUT)
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

function lastLine(text: string): string | undefined {
  return text.trim().split(/\r?\n/).at(-1)?.trim() || undefined
}
