// Whose a pseudonym is. Each person has a file with a key; without it, nobody can tell whose records are whose.

import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Principal } from '../../access/principal.ts'
import { readFormatted } from '../../base/disk/formatted.ts'
import { makePrivateFolder } from '../../base/disk/private-folder.ts'
import { SupportError } from '../../base/errors.ts'
import { createWhole } from '../../base/files.ts'
import { lineHash } from './record.ts'

const FORMAT = 1

export interface AuditPerson {
  /** Of a principal. */
  id: string
  name: string
  pseudonym: string
}

/** For this long, an erased person may keep the pseudonym that nobody can resolve any more. */
const LOOK_AGAIN_MS = 1_000

/** The pseudonym of a principal, from a key that is made at the first use. Throws a SupportError if it cannot be kept. */
export function openPeople(
  folder: string,
  now: () => number,
): (by: Pick<Principal, 'id' | 'name'>) => string {
  const known = new Map<string, { pseudonym: string; path: string; seen: number }>()
  return by => {
    const person = known.get(by.id)
    if (person && isThere(person, now())) return person.pseudonym
    const path = join(peopleFolder(folder), fileOf(by.id))
    const { pseudonym } = readPerson(path) ?? createPerson(path, by)
    known.set(by.id, { pseudonym, path, seen: now() })
    return pseudonym
  }
}

/** A look at the disk for each record would cost as much as writing it. */
function isThere(person: { path: string; seen: number }, now: number): boolean {
  if (Math.abs(now - person.seen) < LOOK_AGAIN_MS) return true
  person.seen = now
  return existsSync(person.path)
}

/** Everybody who has not been erased. */
export function peopleIn(folder: string): AuditPerson[] {
  if (!existsSync(peopleFolder(folder))) return []
  const names = readdirSync(peopleFolder(folder)).filter(name => name.endsWith('.json'))
  return names.sort().flatMap(name => readPerson(join(peopleFolder(folder), name)) ?? [])
}

/** Erases the key of a person: their records stay, but no longer tell whose they are. */
export function erasePerson(folder: string, { id }: Pick<AuditPerson, 'id'>): void {
  rmSync(join(peopleFolder(folder), fileOf(id)), { force: true })
}

function peopleFolder(folder: string): string {
  return join(folder, 'people')
}

function fileOf(id: string): string {
  return `${lineHash(id).slice(0, 22)}.json`
}

function createPerson(path: string, { id, name }: Pick<Principal, 'id' | 'name'>): AuditPerson {
  const key = randomBytes(32).toString('base64url')
  makePrivateFolder(dirname(path))
  createWhole(path, `${JSON.stringify({ format: FORMAT, id, name, key })}\n`, 0o600)
  // Another process may have been faster.
  const person = readPerson(path)
  if (!person) throw new SupportError('failed', `${path}: was removed while it was written`)
  return person
}

function readPerson(path: string): AuditPerson | undefined {
  const found = readFormatted(path, FORMAT)
  if (found === undefined) return undefined
  const { id, name, key } = found === 'broken' ? {} : found
  if (typeof id === 'string' && typeof name === 'string' && typeof key === 'string')
    return { id, name, pseudonym: pseudonymOf(id, key) }
  throw new SupportError('failed', `${path}: is corrupted`, {
    hint: 'remove it: the person gets a new pseudonym',
  })
}

function pseudonymOf(id: string, key: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update(id).digest('base64url').slice(0, 22)
}
