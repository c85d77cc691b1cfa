// Where values of credentials come from, apart from the environment and the credentials file.

import { shellWord } from '../../base/text/shell-word.ts'
import { visible } from '../../base/text/terminal-text.ts'

/** A place that the configuration names. It is asked only with a person's consent, because its value leaves this machine. */
export type SecretPlace =
  /** A program that prints the value; `env`: names of the variables that it gets besides the usual ones. */
  | { kind: 'command'; command: string[]; env: string[] }
  /** Absolute path. */
  | { kind: 'file'; file: string }
  /** A secret of a KV engine, version 2. Without a `field`, the only one that it has. */
  | { kind: 'vault'; vault: VaultSettings; path: string; field: string | undefined }
  | { kind: 'keyring'; service: string; account: string }

export interface VaultSettings {
  /** Without a slash at the end. */
  address: string
  /** Name of the credential with the token; without a value, the token of `vault login` is used. */
  tokenName: string
  mount: string
  namespace: string | undefined
  /** Absolute path. */
  caFile: string | undefined
}

export interface SecretSettings {
  /** By name of the credential. */
  from: Readonly<Record<string, SecretPlace>>
  /** The service of the keyring in which all other names are looked up, too. */
  keyring: string | undefined
  /** How long a value counts as current, and how long its place may take; milliseconds. */
  cacheMs: number
  timeoutMs: number
}

/** The place of a credential; undefined if it can only be in the environment or the credentials file. */
export function placeOf({ from, keyring }: SecretSettings, name: string): SecretPlace | undefined {
  if (Object.hasOwn(from, name)) return from[name]
  return keyring === undefined ? undefined : { kind: 'keyring', service: keyring, account: name }
}

/** A place in words: a command as it would be typed, a path, an entry of Vault or of the keyring. */
export function placeText(place: SecretPlace): string {
  return visible(textOf(place))
}

function textOf(place: SecretPlace): string {
  switch (place.kind) {
    case 'command':
      return place.command.map(shellWord).join(' ')
    case 'file':
      return place.file
    case 'vault': {
      const { vault, path, field } = place
      const namespace = vault.namespace === undefined ? '' : ` in namespace ${vault.namespace}`
      return `${vault.address} ${vault.mount}/${path}${field === undefined ? '' : ` ${field}`}${namespace}`
    }
    case 'keyring':
      return `keyring ${place.service}/${place.account}`
  }
}
