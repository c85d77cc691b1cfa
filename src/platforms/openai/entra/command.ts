// A command that prints an access token, such as the Azure CLI.

import { lastLineOf, runProgram } from '../../../base/programs/run.ts'
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
  const end = await runProgram({ command, timeoutMs, largest: LONGEST_OUTPUT }, signal)
  if (end.error === 'ENOENT') throw fault('auth', 'was not found', 'install it, or write its full path')
  if (end.error !== undefined)
    throw fault('auth', `cannot be run (${end.error})`, 'name a program that you may run')
  if (end.isLate) throw fault('timeout', `printed no token within ${milliseconds(timeoutMs)}`)
  if (end.isTooLong) throw fault('auth', 'printed more than a token')
  if (end.how !== 'exit code 0') {
    const said = lastLineOf(end.stderr)?.replace(MAYBE_TOKEN, '‹hidden›')
    throw fault('auth', `failed (${end.how})${said === undefined ? '' : `: ${said}`}`)
  }
  const token = tokenIn(end.stdout, now())
  if (typeof token === 'string') throw fault('auth', token)
  return token
}

const BY_HAND = 'run this program by hand, and sign in'

/** Long enough for a token, and longer than an id. A program may repeat what it got. */
const MAYBE_TOKEN = /[\w.~+=-]{40,}/g

/** A token with many groups has some thousand characters. */
const LONGEST_OUTPUT = 256 * 1024
