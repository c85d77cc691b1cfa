// How requests to Azure authenticate: with a key, or with a token of Entra ID.

import { dirname, resolve } from 'node:path'
import type { Path } from '../../document/problems.ts'
import type { PlatformInput } from '../../document/schema/platforms.ts'
import type { AzureSettings } from '../../project.ts'
import { referenceFault, referencesIn } from '../../references.ts'
import type { ResolveContext } from '../context.ts'
import { checkUrl } from './url.ts'

const AUTHORITY = 'https://login.microsoftonline.com'
const SCOPE = 'https://cognitiveservices.azure.com/.default'

/** The settings of Entra ID. Reports a second way to sign in, at its place. */
export function entraOf(
  context: ResolveContext,
  at: Path,
  input: PlatformInput,
): Pick<AzureSettings, 'entra' | 'tokenCommand'> {
  const { entra, token_command: command } = input
  reportSecondWay(context, at, input)
  if (entra) {
    const {
      tenant,
      client_id: clientId,
      client_secret_env: secretName,
      authority = AUTHORITY,
      scope = SCOPE,
    } = entra
    checkAuthority(context, [...at, 'entra', 'authority'], authority)
    return { entra: { tenant, clientId, secretName, authority, scope } }
  }
  return command ? { tokenCommand: checkedCommand(context, [...at, 'token_command'], command) } : {}
}

const WAYS = ['api_key_env', 'api_key', 'entra', 'token_command'] as const

function reportSecondWay({ reporter }: ResolveContext, at: Path, input: PlatformInput): void {
  const written = WAYS.filter(key => input[key] !== undefined)
  const second = written.at(-1)
  if (second === 'entra' || second === 'token_command')
    for (const other of written.slice(0, -1))
      reporter.error(
        [...at, other],
        `cannot be combined with "${second}"`,
        `remove one of them: a platform signs in with a key, with "entra" or with "token_command"`,
      )
}

/** The client secret is sent there. */
function checkAuthority(context: ResolveContext, at: Path, authority: string): void {
  if (!/^https:\/\/./i.test(authority))
    context.reporter.error(
      at,
      'must be an https URL: the client secret is sent there',
      `use for example "${AUTHORITY}"`,
    )
  else checkUrl(context, at, authority, `"${AUTHORITY}"`, '"client_secret_env"')
}

/** A relative path of the program belongs to the folder of the configuration. */
function checkedCommand({ reporter, file }: ResolveContext, at: Path, command: string[]): string[] {
  const [program = '', ...args] = command
  if (program.trim() === '') reporter.error([...at, 0], 'must not be empty', 'write the name of a program')
  for (const [index, text] of command.entries()) {
    const named = referencesIn(text)[0]
    const fault =
      named === undefined
        ? referenceFault(text)
        : { message: `contains "\${${named}}", which is never replaced here` }
    if (fault) reporter.error([...at, index], fault.message, 'let the program read the environment itself')
    if (text.includes('\0')) reporter.error([...at, index], 'contains a NUL character', 'remove it')
  }
  return [program.includes('/') ? resolve(dirname(file), program) : program, ...args]
}
