import { carriedCredentials, carrierFault, urlsWithReferences } from './carriers.ts'
import type { Server } from './project.ts'
import { fillReferences, referencesIn } from './references.ts'
import { credentialNames } from './resolve/shared.ts'

/** What is known of the values of credentials. */
export interface KnownValues {
  get(name: string): string | undefined
  /** Whether a place that has not been asked yet may have the value (default: no). */
  isUnasked?(name: string): boolean
}

/**
 * Names of a server's required credentials that have no value, or one that cannot be sent. Those whose place has not been
 * asked yet are not missing.
 */
export function missingCredentials(server: Server, credentials: KnownValues): string[] {
  const optional = new Set(
    server.env.flatMap(entry => ('credential' in entry && !entry.required ? [entry.credential] : [])),
  )
  const unset = [...new Set(credentialNames(server))].filter(
    name => !optional.has(name) && credentials.get(name) === undefined && !credentials.isUnasked?.(name),
  )
  return [...unset, ...unsendable(server, credentials).map(one => one.name)]
}

/** Names of a server's credentials whose place has not been asked yet. */
export function unaskedCredentials(server: Server, credentials: KnownValues): string[] {
  return [...new Set(credentialNames(server))].filter(
    name => credentials.get(name) === undefined && credentials.isUnasked?.(name),
  )
}

/** Why values of a server's credentials cannot be sent, as sentences with their names and without their values. */
export function unsendableCredentials(server: Server, credentials: KnownValues): string[] {
  return unsendable(server, credentials).map(({ name, why }) => `${name} ${why}`)
}

function unsendable(server: Server, credentials: KnownValues): { name: string; why: string }[] {
  const faults = carriedCredentials(server).flatMap(({ name, carrier }) => {
    const why = carrierFault(credentials.get(name) ?? '', carrier)
    return why === undefined ? [] : [{ name, why }]
  })
  return faults.length > 0 ? faults : brokenUrls(server, credentials)
}

/** Values that are fine one by one, and yet make no URL together. */
function brokenUrls(server: Server, credentials: KnownValues): { name: string; why: string }[] {
  return urlsWithReferences(server).flatMap(({ key, text }) => {
    const names = referencesIn(text)
    if (names.some(name => credentials.get(name) === undefined)) return []
    const filled = fillReferences(text, name => credentials.get(name) ?? '')
    return URL.canParse(filled)
      ? []
      : [{ name: names.join(' and '), why: `${names.length > 1 ? 'make' : 'makes'} an invalid "${key}"` }]
  })
}
