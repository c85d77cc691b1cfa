import { fileStamp } from '../base/files.ts'
import { hideSecret } from '../base/redact.ts'
import { carriedCredentials, carrierFault, urlsWithReferences } from './carriers.ts'
import { readCredentialsFile } from './credentials-file.ts'
import { fileProblem, type Problem } from './document/problems.ts'
import type { Server } from './project.ts'
import { fillReferences, referencesIn } from './references.ts'
import { credentialNames } from './resolve/shared.ts'

/** Values of credentials, by name. They are held in a closure, so printing this object prints none. */
export interface Credentials {
  /** Undefined if unset or empty. From this call on, the value is hidden in all output. */
  get(name: string): string | undefined
  /** Hides every value of the file, also those that nothing has read. They may be user names, and so ordinary words. */
  hideAll(): void
  warnings: Problem[]
  /** The credentials file, whether or not it exists. */
  file: string
}

/**
 * The environment wins over the file. An unreadable file is an error. The file is read again when it changes, so that a
 * corrected key needs no restart.
 */
export function loadCredentials(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Credentials {
  let stored = readCredentialsFile(file)
  let stamp = fileStamp(file)
  const warnings = stored.warnings.map(({ line, message, hint }) => ({
    ...fileProblem(file, message, hint),
    line,
  }))

  function refresh(): void {
    const now = fileStamp(file)
    if (now === stamp) return
    stamp = now
    try {
      stored = readCredentialsFile(file)
    } catch {
      // It may be half written: keep the values from before.
    }
  }

  return {
    get(name) {
      refresh()
      const value = variables[name] || stored.values[name]
      if (!value) return undefined
      hideSecret(value)
      return value
    },
    hideAll() {
      refresh()
      for (const value of Object.values(stored.values)) if (value) hideSecret(value)
    },
    warnings,
    file,
  }
}

/** Names of a server's required credentials that have no value, or one that cannot be sent. */
export function missingCredentials(server: Server, credentials: Pick<Credentials, 'get'>): string[] {
  const optional = new Set(
    server.env.flatMap(entry => ('credential' in entry && !entry.required ? [entry.credential] : [])),
  )
  const unset = [...new Set(credentialNames(server))].filter(
    name => !optional.has(name) && credentials.get(name) === undefined,
  )
  return [...unset, ...unsendable(server, credentials).map(one => one.name)]
}

/** Why values of a server's credentials cannot be sent, as sentences with their names and without their values. */
export function unsendableCredentials(server: Server, credentials: Pick<Credentials, 'get'>): string[] {
  return unsendable(server, credentials).map(({ name, why }) => `${name} ${why}`)
}

function unsendable(server: Server, credentials: Pick<Credentials, 'get'>): { name: string; why: string }[] {
  const faults = carriedCredentials(server).flatMap(({ name, carrier }) => {
    const why = carrierFault(credentials.get(name) ?? '', carrier)
    return why === undefined ? [] : [{ name, why }]
  })
  return faults.length > 0 ? faults : brokenUrls(server, credentials)
}

/** Values that are fine one by one, and yet make no URL together. */
function brokenUrls(server: Server, credentials: Pick<Credentials, 'get'>): { name: string; why: string }[] {
  return urlsWithReferences(server).flatMap(({ key, text }) => {
    const names = referencesIn(text)
    if (names.some(name => credentials.get(name) === undefined)) return []
    const filled = fillReferences(text, name => credentials.get(name) ?? '')
    return URL.canParse(filled)
      ? []
      : [{ name: names.join(' and '), why: `${names.length > 1 ? 'make' : 'makes'} an invalid "${key}"` }]
  })
}
