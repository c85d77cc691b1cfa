// What a person has allowed to run. A configuration from elsewhere must not execute anything by surprise.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readFormatted, readOnce } from '../../base/disk/formatted.ts'
import { writeWhole } from '../../base/files.ts'
import {
  keyOf,
  keyText,
  needsConsent,
  type PlatformSettings,
  packageOf,
  type SecretPlace,
  type Server,
} from '../../config/project.ts'
import { readLock } from '../../packages/lock/read.ts'

const FORMAT = 1

export type Consent = 'not-needed' | 'allowed' | 'changed' | 'unknown'

export interface ConsentFile {
  of(server: Server): Consent
  /** Of the command that prints a platform's access token, or of an unusual sign-in to Google. */
  ofPlatform(platform: PlatformSettings): Consent
  /** Of the place that a credential comes from: it is run, or its content leaves this machine. */
  ofPlace(name: string, place: SecretPlace): Consent
  /** Allows what these servers and platforms run now, and these places of credentials by name. */
  allow(
    servers: readonly Server[],
    platforms: readonly PlatformSettings[],
    places?: readonly (readonly [name: string, place: SecretPlace])[],
  ): void
}

/** What was allowed in one state folder, in a file of mode 0600. A broken file allows nothing. */
export function consentFile(folder: string): ConsentFile {
  const file = join(folder, 'consent.json')
  const known = readOnce(file, () => readAllowed(file))
  const consentTo = (executed: Executed | undefined): Consent => {
    if (!executed) return 'not-needed'
    const before = known().get(executed.key)
    return before === undefined ? 'unknown' : before === executed.hash ? 'allowed' : 'changed'
  }
  return {
    of: server => consentTo(byServer(server)),
    ofPlatform: platform => consentTo(byPlatform(platform)),
    ofPlace: (name, place) => consentTo(byPlace(name, place)),
    allow(servers, platforms, places = []) {
      const executed = [
        ...servers.map(byServer),
        ...platforms.map(byPlatform),
        ...places.map(([name, place]) => byPlace(name, place)),
      ]
      const added = executed.flatMap(one => (one ? [[one.key, one.hash] as const] : []))
      const allowed = Object.fromEntries([...known(), ...added])
      writeWhole(file, `${JSON.stringify({ format: FORMAT, allowed }, null, 1)}\n`, 0o600)
    },
  }
}

interface Executed {
  key: string
  /** Of everything that decides what is executed. */
  hash: string
}

function byServer(server: Server): Executed | undefined {
  if (!needsConsent(server)) return undefined
  const { image, local, args, env, volumes } = server
  return {
    key: keyText(keyOf(server)),
    hash: hashOf([image, local, args, env, volumes, lockText(server)]),
  }
}

/** A lock that was changed installs something else. */
function lockText(server: Server): string | undefined {
  const source = packageOf(server)
  const lock = source && readLock(source)
  return lock?.state === 'locked' ? lock.text : undefined
}

/** No customer's id begins with a colon. */
function byPlatform({ name, azure, vertex }: PlatformSettings): Executed | undefined {
  const what = azure?.tokenCommand ?? (vertex?.toAllow === undefined ? undefined : [vertex.toAllow])
  return what && { key: `:platforms/${name}`, hash: hashOf(what) }
}

function byPlace(name: string, place: SecretPlace): Executed {
  // One answer for everything that is kept there for supportmax.
  if (place.kind === 'keyring') return { key: `:keyring/${place.service}`, hash: hashOf([place.service]) }
  return { key: `:secrets/${name}`, hash: hashOf(Object.entries(place).toSorted()) }
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function readAllowed(file: string): Map<string, string> {
  const found = readFormatted(file, FORMAT)
  const allowed = typeof found === 'object' ? found.allowed : undefined
  if (typeof allowed !== 'object' || allowed === null) return new Map()
  return new Map(Object.entries(allowed).filter(([, hash]) => typeof hash === 'string'))
}
