import { join } from 'node:path'
import { shellWord } from '../base/text/shell-word.ts'
import type { SecretPlace, SecretSettings, VaultSettings } from '../config/project.ts'
import { placeOf } from '../config/settings/secret-places.ts'
import type { SecretAnswer } from './finding.ts'
import type { NearValue } from './near.ts'
import { secretFiles } from './sources/file.ts'
import type { openVault } from './sources/vault.ts'
import type { VaultPlace } from './sources/vault-answer.ts'

export interface AskContext {
  /** Where commands run. */
  folder: string
  variables: Readonly<Record<string, string | undefined>>
  settings: SecretSettings
  near(name: string): NearValue | undefined
}

/** Asks the place of a credential, which may take time; undefined if the keyring simply does not have it. */
export function placeAsker({
  folder,
  variables,
  settings,
  near,
}: AskContext): (name: string, signal: AbortSignal) => Promise<SecretAnswer | undefined> {
  const { timeoutMs } = settings
  const readFile = secretFiles()
  const tokenFile = join(variables.HOME ?? '', '.vault-token')

  // https://developer.hashicorp.com/vault/docs/commands#environment-variables: VAULT_TOKEN, then the helper's file.
  function tokenFor({ tokenName }: VaultSettings): SecretAnswer {
    const named = near(tokenName)?.answer
    if (named) return tokenIn(named)
    const kept = readFile(tokenFile)
    if ('value' in kept) return tokenIn(kept)
    return { reason: `Vault: no token in ${tokenName} or ~/.vault-token`, hint: 'run `vault login`' }
  }

  let vault: Promise<ReturnType<typeof openVault>> | undefined
  // Each source is loaded when it is asked, for most commands ask none.
  const askVault = (place: VaultPlace) => {
    vault ??= import('./sources/vault.ts').then(({ openVault }) => openVault({ tokenFor, timeoutMs }))
    return vault.then(ask => ask(place))
  }
  return async (name, signal) => {
    const place = placeOf(settings, name)
    switch (place?.kind) {
      case 'command':
        return (await import('./sources/command.ts')).askCommand(
          place,
          { variables, folder, timeoutMs },
          signal,
        )
      case 'vault':
        return askVault(place)
      case 'keyring': {
        const { askKeyring } = await import('./sources/keyring.ts')
        const answer = await askKeyring(place, timeoutMs)
        return answer ?? (Object.hasOwn(settings.from, name) ? notInKeyring(place) : undefined)
      }
      default:
        throw new Error(`${name} has no slow source`)
    }
  }
}

/** Only what a header can carry. */
function tokenIn(answer: SecretAnswer): SecretAnswer {
  if (!('value' in answer)) return answer
  const value = answer.value.trim()
  return /^[\x21-\x7e]+$/.test(value)
    ? { value }
    : { reason: 'Vault: the token contains invalid characters', hint: 'run `vault login`' }
}

function notInKeyring({ service, account }: Extract<SecretPlace, { kind: 'keyring' }>): SecretAnswer {
  const [to, entry] = [shellWord(service), shellWord(account)]
  const store =
    process.platform === 'darwin'
      ? `security add-generic-password -s ${to} -a ${entry} -w`
      : `secret-tool store --label ${entry} service ${to} username ${entry}`
  return {
    reason: `the system keyring has no entry "${account}" in the service "${service}"`,
    hint: `run \`${store}\``,
  }
}
