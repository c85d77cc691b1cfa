import { dirname } from 'node:path'
import { hideSecret } from '../base/redact.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import type { Problem } from '../config/document/problems.ts'
import type { SecretPlace, SecretSettings } from '../config/project.ts'
import { placeOf, placeText } from '../config/settings/secret-places.ts'
import { placeAsker } from './ask.ts'
import { rememberAsked } from './asked.ts'
import type { Finding, SecretAnswer, SecretSource } from './finding.ts'
import { type AllowPlace, nearFinder } from './near.ts'
import { storedValues } from './stored.ts'

/** Values of credentials, by name. They are held in a closure, so printing this object prints none. */
export interface Credentials {
  /** The value as far as it is known: undefined if unset or empty. From this call on, it is hidden in all output. */
  get(name: string): string | undefined
  /** Where the value comes from, and what is known of it. Asks nothing. */
  find(name: string): Finding
  /** Whether it may have a value that load() would get. */
  isUnasked(name: string): boolean
  /**
   * Asks the places that take time for the values of these names; get() returns them afterwards, and also once they are
   * no longer current. Rejects only when the signal aborts.
   */
  load(names: Iterable<string>, signal?: AbortSignal): Promise<void>
  /** The same for values that were rejected where they are used: asks even if they are current, but not every moment. */
  reload(names: Iterable<string>, signal?: AbortSignal): Promise<void>
  /** Hides every value of the file, also those that nothing has read. They may be user names, and so ordinary words. */
  hideAll(): void
  warnings: Problem[]
  /** The credentials file, whether or not it exists. */
  file: string
}

const UNKNOWN: Finding = { state: 'missing', source: undefined, place: '', reason: '', hint: '' }

/** For work that needs none. */
export const NO_CREDENTIALS: Credentials = {
  get: () => undefined,
  find: () => UNKNOWN,
  isUnasked: () => false,
  load: async () => {},
  reload: async () => {},
  hideAll: () => {},
  warnings: [],
  file: '',
}

export interface SecretOptions {
  settings: SecretSettings
  /** Default: none is allowed. */
  isAllowed?: AllowPlace
  /** Milliseconds since 1970. */
  now?: () => number
}

const NO_PLACES: SecretOptions = {
  settings: { from: {}, keyring: undefined, cacheMs: TIMEOUTS.secretCache, timeoutMs: TIMEOUTS.secretFetch },
}

/**
 * For each name in this order: the environment, the credentials file, the file that the variable NAME_FILE names, the place
 * that the configuration names. An unreadable credentials file is an error. Files are read again when they change, so that
 * a corrected key needs no restart.
 */
export function loadCredentials(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
  { settings, isAllowed = () => false, now }: SecretOptions = NO_PLACES,
): Credentials {
  const stored = storedValues(file)
  const near = nearFinder({ file, stored, variables, settings, isAllowed })
  const ask = placeAsker({ folder: dirname(file), variables, settings, near })
  const asked = rememberAsked(ask, { cacheMs: settings.cacheMs, now })

  function find(name: string): Finding {
    const at = near(name)
    if (at) return found(at.source, at.place, 'value' in at.answer || at.answer)
    const place = placeOf(settings, name)
    if (!place) return UNKNOWN
    if (!isAllowed(name, place)) return notAllowed(place)
    const fault = asked.fault(name)
    if (asked.value(name) !== undefined) return found(place.kind, placeText(place), true)
    return fault === 'none' ? UNKNOWN : found(place.kind, placeText(place), fault)
  }

  function slowOnes(names: Iterable<string>): string[] {
    return [...names].filter(name => {
      const place = placeOf(settings, name)
      return place && place.kind !== 'file' && !near(name) && isAllowed(name, place)
    })
  }

  const credentials: Credentials = {
    get(name) {
      const at = near(name)
      const answer = at?.answer ?? { value: asked.value(name) ?? '' }
      if (!('value' in answer) || !answer.value) return undefined
      hideSecret(answer.value)
      return answer.value
    },
    find,
    isUnasked: name => find(name).state === 'not_fetched',
    load: (names, signal) => asked.load(slowOnes(names), signal),
    reload: (names, signal) => asked.reload(slowOnes(names), signal),
    hideAll() {
      for (const value of Object.values(stored.values())) if (value) hideSecret(value)
    },
    warnings: stored.warnings,
    file,
  }
  return credentials
}

/** @param answer true: it has a value; a fault: why not; undefined: it was not asked */
function found(source: SecretSource, place: string, answer: true | SecretAnswer | undefined): Finding {
  const fault = typeof answer === 'object' && 'reason' in answer ? answer : { reason: '', hint: '' }
  const state = answer === undefined ? 'not_fetched' : fault.reason === '' ? 'found' : 'failed'
  return { state, source, place, reason: fault.reason, hint: fault.hint }
}

function notAllowed(place: SecretPlace): Finding {
  return {
    state: 'not_allowed',
    source: place.kind,
    place: placeText(place),
    reason: `comes from a ${place.kind === 'vault' ? 'Vault' : place.kind} that you have not allowed: ${placeText(place)}`,
    hint: 'run `supportmax trust` to see and allow it',
  }
}
