import type { SecretPlace } from '../config/project.ts'

/** Where a value is, or would be asked for. */
export type SecretSource = 'environment' | 'credentials_file' | 'name_file' | SecretPlace['kind']

/** Why a place gives no value, without any value, and what to do: a line that begins with a verb. */
export interface SecretFault {
  reason: string
  hint: string
}

/** What a place answers. */
export type SecretAnswer = { value: string; freshMs?: number | undefined } | SecretFault

/** What is known of one credential; never its value. */
export interface Finding {
  /**
   * `not_fetched`: it has a place that takes time and has not been asked yet. `not_allowed`: nobody has allowed that place.
   * `failed`: the place gave no value. `missing`: there is no place.
   */
  state: 'found' | 'missing' | 'not_fetched' | 'not_allowed' | 'failed'
  source: SecretSource | undefined
  /** The source in words, such as `/run/secrets/token`. */
  place: string
  /** Empty unless it is `not_allowed` or `failed`. */
  reason: string
  hint: string
}
