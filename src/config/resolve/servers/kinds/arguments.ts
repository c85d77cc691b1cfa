// Arguments and environment of a program that the configuration names.

import { MOST_SESSIONS } from '../../../../catalog/packaged.ts'
import type { Path } from '../../../document/problems.ts'
import type { ServerInput } from '../../../document/schema/document.ts'
import type { EnvEntry } from '../../../project.ts'
import { referencesIn } from '../../../references.ts'
import { isSecret, looksSecret } from '../../../settings/secrets.ts'
import type { ResolveContext } from '../../context.ts'
import { BY_NAME } from '../../headers.ts'
import { checkVariable } from './variables.ts'

const IN_CLEAR = 'looks like a secret in clear text'

/** `--token=abc`. */
function isSecretFlag(arg: string): boolean {
  const [, flag, value] = /^(--?[\w-]+)=(.+)$/s.exec(arg) ?? []
  return flag !== undefined && value !== undefined && isSecret(flag, value)
}

/** The arguments, checked. */
export function checkedArgs({ reporter }: ResolveContext, input: ServerInput, at: Path): string[] {
  const { args = [] } = input
  for (const [index, arg] of args.entries()) {
    const path = [...at, 'args', index]
    if (referencesIn(arg).length > 0 && input.secrets_in_args !== true)
      reporter.error(
        path,
        'names a credential, which every user of this machine could see in the process list',
        'put it into "env", or set "secrets_in_args": true',
      )
    if (looksSecret(arg) || isSecretFlag(arg))
      reporter.warn(path, IN_CLEAR, 'put it into mcp_credentials.env, and its name into "env"')
  }
  return args
}

/** The variable that tells the bridge about sessions, checked. */
export function sessionsEnv(
  { reporter }: ResolveContext,
  { sessions, max_sessions }: ServerInput,
  at: Path,
): EnvEntry[] {
  if (sessions === 'own') return [{ name: 'MCP_OWN_SESSIONS', value: String(max_sessions ?? MOST_SESSIONS) }]
  if (max_sessions !== undefined)
    reporter.error(
      [...at, 'max_sessions'],
      'is only for "sessions": "own"',
      'add "sessions": "own", or remove it',
    )
  return []
}

/** The environment, checked. `prefix` is put before each name. */
export function checkedEnv(
  { reporter }: ResolveContext,
  { env = {} }: ServerInput,
  at: Path,
  prefix = '',
): EnvEntry[] {
  return Object.entries(env).map(([name, value]) => {
    checkVariable(reporter, [...at, 'env', name], { name, value })
    if (isSecret(name, value)) reporter.warn([...at, 'env', name], IN_CLEAR, BY_NAME)
    return { name: `${prefix}${name}`, value }
  })
}
