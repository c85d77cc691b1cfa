import { resolve } from 'node:path'
import type { SecretPlace, SecretSettings } from '../config/project.ts'
import { placeOf } from '../config/settings/secret-places.ts'
import type { SecretAnswer, SecretSource } from './finding.ts'
import { secretFiles } from './sources/file.ts'
import type { StoredValues } from './stored.ts'

/** A value, or why it cannot be read, and where that is. */
export interface NearValue {
  source: SecretSource
  place: string
  answer: SecretAnswer
}

export interface NearPlaces {
  file: string
  stored: StoredValues
  variables: Readonly<Record<string, string | undefined>>
  settings: SecretSettings
  isAllowed: AllowPlace
}

/** Whether a person has allowed a place of a credential. */
export type AllowPlace = (name: string, place: SecretPlace) => boolean

/**
 * Looks where nobody has to wait, in this order: the environment, the credentials file, the file that the variable NAME_FILE
 * names, the file that the configuration names. Undefined if none of them is set; one that cannot be read hides the others.
 */
export function nearFinder({
  file,
  stored,
  variables,
  settings,
  isAllowed,
}: NearPlaces): (name: string) => NearValue | undefined {
  const readFile = secretFiles()
  return name => {
    const value = variables[name]
    if (value) return { source: 'environment', place: 'environment', answer: { value } }
    const inFile = stored.values()[name]
    if (inFile) return { source: 'credentials_file', place: file, answer: { value: inFile } }
    const path = variables[`${name}_FILE`]
    if (path) return { source: 'name_file', place: `${name}_FILE`, answer: readFile(resolve(path)) }
    const place = placeOf(settings, name)
    if (place?.kind !== 'file' || !isAllowed(name, place)) return undefined
    return { source: 'file', place: place.file, answer: readFile(place.file) }
  }
}
