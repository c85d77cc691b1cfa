// Where values of credentials come from, apart from the environment and the credentials file.

import { shellWord } from '../../base/text/shell-word.ts'
import { visible } from '../../base/text/terminal-text.ts'

/** A place that the configuration names. It is asked only with a person's consent, because its value leaves this machine. */
export type SecretPlace =
  /** A program that prints the value; `env`: names of the variables that it gets besides the usual ones. */
  | { kind: 'command'; command: string[]; env: string[] }
  /** Absolute path. */
  | { kind: 'file'; file: string }

export interface SecretSettings {
  /** By name of the credential. */
  from: Readonly<Record<string, SecretPlace>>
  /** How long a value counts as current, and how long its place may take; milliseconds. */
  cacheMs: number
  timeoutMs: number
}

/** The place that the configuration names for a credential. */
export function placeOf({ from }: SecretSettings, name: string): SecretPlace | undefined {
  return Object.hasOwn(from, name) ? from[name] : undefined
}

/** A place in words: a command as it would be typed, a path. */
export function placeText(place: SecretPlace): string {
  switch (place.kind) {
    case 'command':
      return visible(place.command.map(shellWord).join(' '))
    case 'file':
      return visible(place.file)
  }
}
