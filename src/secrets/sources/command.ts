// A program that prints a secret, such as `op read` or `pass show`.

import { basename } from 'node:path'
import { lastLineOf, type ProgramEnd, runProgram } from '../../base/programs/run.ts'
import { redactedLine } from '../../base/redact.ts'
import { milliseconds } from '../../base/text/amounts.ts'
import type { SecretPlace } from '../../config/project.ts'
import type { SecretAnswer, SecretFault } from '../finding.ts'

export interface CommandContext {
  variables: Readonly<Record<string, string | undefined>>
  /** Where it runs: the folder of the configuration. */
  folder: string
  timeoutMs: number
}

const LONGEST_VALUE = 64 * 1024

/** Runs the program. Rejects only when the signal aborts. */
export async function askCommand(
  { command, env: names }: Extract<SecretPlace, { kind: 'command' }>,
  { variables, folder, timeoutMs }: CommandContext,
  signal: AbortSignal,
): Promise<SecretAnswer> {
  const env = environmentFor(command[0] ?? '', names, variables)
  const end = await runProgram({ command, cwd: folder, env, timeoutMs, largest: LONGEST_VALUE }, signal)
  const what = faultOf(end, timeoutMs) ?? faultIn(end.stdout)
  return what === undefined ? { value: withoutBreak(end.stdout) } : namedFault(command, what)
}

function namedFault(command: readonly string[], { reason, hint }: SecretFault): SecretFault {
  return { reason: `command ${JSON.stringify(command[0])} ${reason}`, hint }
}

function faultOf(end: ProgramEnd, timeoutMs: number): SecretFault | undefined {
  if (end.error === 'ENOENT') return { reason: 'was not found', hint: 'install it, or write its full path' }
  if (end.error !== undefined)
    return { reason: `cannot be run (${end.error})`, hint: 'check that it is executable' }
  if (end.isLate)
    return {
      reason: `timed out after ${milliseconds(timeoutMs)}`,
      hint: 'run it by hand to see what it asks for',
    }
  if (end.isTooLong) return { reason: 'printed too much', hint: ONE_LINE }
  if (end.how === 'exit code 0') return undefined
  const said = lastLineOf(end.stderr)
  const words = said === undefined ? '' : `: ${redactedLine(said, 200).replace(MAYBE_SECRET, '‹hidden›')}`
  return { reason: `failed (${end.how})${words}`, hint: 'run it by hand to see why' }
}

/** A program may repeat what it got. */
const MAYBE_SECRET = /[\w.~+=-]{32,}/g

const ONE_LINE = 'change its arguments so that it prints only the value, on one line'

function faultIn(output: string): SecretFault | undefined {
  const value = withoutBreak(output)
  if (value.trim() === '') return { reason: 'printed nothing', hint: ONE_LINE }
  if (/[\r\n]/.test(value)) return { reason: 'printed more than one line', hint: ONE_LINE }
  // U+FFFD: it was not UTF-8.
  return /[\0\uFFFD]/.test(value)
    ? { reason: 'printed something other than text', hint: ONE_LINE }
    : undefined
}

function withoutBreak(output: string): string {
  return output.replace(/\r?\n$/, '')
}

/** What any program needs: to find itself, its settings, its agent, a dialog to ask in, and the way out. */
const USUAL =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|SSH_AUTH_SOCK|GNUPGHOME|SSL_CERT_(FILE|DIR)|(https?|no|all)_proxy)$/i

/** The variables of well-known programs, by name of the program. Others are named in `env`. */
const OWN: Record<string, RegExp> = {
  op: /^OP_/,
  vault: /^VAULT_/,
  bao: /^(BAO|VAULT)_/,
  aws: /^AWS_/,
  az: /^AZURE_/,
  gcloud: /^(CLOUDSDK|GOOGLE)_/,
  sops: /^(SOPS|AWS|AZURE|GOOGLE|VAULT)_/,
  pass: /^PASSWORD_STORE_/,
  gopass: /^(GOPASS|PASSWORD_STORE)_/,
  bw: /^(BW|BITWARDENCLI)_/,
  bws: /^BWS_/,
  doppler: /^DOPPLER_/,
  infisical: /^INFISICAL_/,
  kubectl: /^KUBECONFIG$/,
}

/** Never our whole environment, which has the credentials of other customers. */
function environmentFor(
  program: string,
  names: readonly string[],
  variables: CommandContext['variables'],
): Record<string, string> {
  const own = OWN[basename(program)]
  const isNeeded = (name: string) => USUAL.test(name) || own?.test(name) === true || names.includes(name)
  return Object.fromEntries(
    Object.entries(variables).filter(
      (one): one is [string, string] => one[1] !== undefined && isNeeded(one[0]),
    ),
  )
}
