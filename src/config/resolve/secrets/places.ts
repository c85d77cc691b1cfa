import { dirname, resolve } from 'node:path'
import { isLoopback } from '../../../base/text/urls.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import type { Path } from '../../document/problems.ts'
import type { SecretsInput } from '../../document/schema/secrets.ts'
import type { SecretPlace, SecretSettings, VaultSettings } from '../../project.ts'
import { looksSecret } from '../../settings/secrets.ts'
import type { ResolveContext } from '../context.ts'
import { pemFile } from '../network.ts'

type PlaceInput = NonNullable<SecretsInput['from']>[string]

/** Where credentials come from. Reports wrong places, and those of names that nothing uses. */
export function resolveSecrets(context: ResolveContext, used: ReadonlySet<string>): SecretSettings {
  const { document, reporter } = context
  const input = document.secrets ?? {}
  const vault = input.vault && vaultOf(context, input.vault)
  const from = Object.entries(input.from ?? {}).flatMap(([name, written]) => {
    const at = ['secrets', 'from', name]
    if (name !== vault?.tokenName && !used.has(name))
      reporter.warn(at, 'is not used by any server or platform', 'correct the name, or remove it')
    const place = placeFor(context, at, written, { vault, service: input.keyring ?? 'supportmax' })
    if (name === vault?.tokenName && place && place.kind !== 'file')
      reporter.error(
        at,
        "is Vault's own token, which cannot come from a command, Vault or the keyring",
        'use a "file", or the environment',
      )
    return place ? [[name, place] as const] : []
  })
  return {
    from: Object.fromEntries(from),
    keyring: input.keyring,
    cacheMs: milliseconds(input.cache_seconds, TIMEOUTS.secretCache),
    timeoutMs: milliseconds(input.timeout_seconds, TIMEOUTS.secretFetch),
  }
}

function placeFor(
  context: ResolveContext,
  at: Path,
  input: PlaceInput,
  { vault, service }: { vault: VaultSettings | undefined; service: string },
): SecretPlace | undefined {
  const { reporter } = context
  const { command, env, file, vault: path, field, keyring } = input
  const count = [command, file, path, keyring].filter(one => one !== undefined).length
  if (count !== 1) {
    const fault = count === 0 ? 'is empty' : 'has more than one place'
    reporter.error(at, fault, 'write one of "command", "file", "vault" and "keyring"')
    return undefined
  }
  if (env && !command) reporter.error([...at, 'env'], 'is only for a "command"', 'remove it')
  if (field !== undefined && path === undefined)
    reporter.error([...at, 'field'], 'is only for "vault"', 'remove it')
  if (command) return { kind: 'command', command: checked(context, at, command), env: env ?? [] }
  if (file !== undefined) return { kind: 'file', file: resolve(dirname(context.file), file) }
  if (keyring !== undefined) return { kind: 'keyring', service, account: keyring }
  if (vault && path !== undefined) return { kind: 'vault', vault, path, field }
  reporter.error([...at, 'vault'], 'needs the address of a Vault', 'add "secrets.vault" with its "address"')
  return undefined
}

function checked({ reporter }: ResolveContext, at: Path, command: string[]): string[] {
  for (const [index, argument] of command.entries())
    if (looksSecret(argument))
      reporter.warn(
        [...at, 'command', index],
        'looks like a secret in clear text',
        'let the program read it from its environment, and name the variable in "env"',
      )
  return command
}

function vaultOf(context: ResolveContext, input: NonNullable<SecretsInput['vault']>): VaultSettings {
  const at = ['secrets', 'vault']
  const { protocol, hostname, username, password, search, hash } = new URL(input.address)
  if (username || password || search || hash)
    context.reporter.error(
      [...at, 'address'],
      'must have no user, password or parameters',
      'write it as https://vault.example.com:8200',
    )
  if (protocol === 'http:' && !isLoopback(hostname))
    context.reporter.warn([...at, 'address'], 'sends tokens and values unencrypted', 'use https')
  return {
    address: input.address.replace(/\/+$/, ''),
    tokenName: input.token_env ?? 'VAULT_TOKEN',
    mount: input.mount ?? 'secret',
    namespace: input.namespace,
    caFile: input.ca_file === undefined ? undefined : pemFile(context, at, 'ca_file', input.ca_file),
  }
}

function milliseconds(seconds: number | undefined, otherwise: number): number {
  return seconds === undefined ? otherwise : seconds * 1_000
}
