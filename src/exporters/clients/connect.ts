// Connects another MCP client to one customer's tools, and undoes it.

import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { KeptToken } from '../../access/tokens/file.ts'
import { tokenHash } from '../../access/tokens/form.ts'
import { DEFAULT_LIFETIME_MS } from '../../access/tokens/lifetime.ts'
import { type DoorTokens, isValid } from '../../access/tokens/tokens.ts'
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { type ClientTarget, checkTarget, entryOf, isOwn, tokenIn, tokenVariable } from './entry.ts'
import { type EntryFile, linkTarget, plainValue, readEntries, removeEntry, writeEntry } from './file.ts'
import { type ClientLevel, type ClientPlace, entryFiles, hasFile } from './place.ts'

export interface Connected {
  file: string
  done: 'added' | 'changed' | 'unchanged'
  /** The file as it was before. */
  backup: string | undefined
  /** Where the file really is, if it is a link or behind one. */
  link: string | undefined
  /** The variable that the client reads the token from. */
  variable: string | undefined
  /** The token that was made for the entry and written into the file. */
  token: KeptToken | undefined
}

/**
 * Writes the entry. Throws `usage` for a client that cannot do it, a file that cannot be parsed, and an entry of that name
 * that we did not write, unless `force`.
 */
export async function connectClient(
  place: ClientPlace,
  target: ClientTarget,
  { tokens, force }: { tokens: DoorTokens; force: boolean },
): Promise<Connected> {
  const { client, customer } = place
  checkTarget(place, target)
  const edited = fileToEdit(place)
  const found = readEntries(edited).get(edited.place.name)
  if (found !== undefined && !isOwn(edited.place.name, found) && !force)
    throw new SupportError(
      'usage',
      `${edited.file}: "${edited.place.name}" is not an entry that supportmax wrote`,
      { hint: 'rename it in the file, or add --force to replace it' },
    )
  const before = tokenIn(found)
  const needsToken = target.kind === 'http' && !client.variable
  const reused = needsToken && isUsable(before, customer, tokens) ? before : undefined
  const made = needsToken && reused === undefined ? await newToken(tokens, place) : undefined
  const entry = entryOf(place, target, needsToken ? (reused ?? made?.token) : undefined)
  const isUnchanged = isDeepStrictEqual(plainValue(found), plainValue(entry))
  let backup: string | undefined
  try {
    if (!isUnchanged) backup = writeEntry(edited, entry, { isOwn, isPrivate: needsToken }).backup
  } catch (error) {
    if (made) await revokeToken(tokens, made.token)
    throw error
  }
  if (before !== undefined && before !== reused) await revokeToken(tokens, before)
  return {
    file: edited.file,
    done: isUnchanged ? 'unchanged' : found === undefined ? 'added' : 'changed',
    backup,
    link: linkTarget(edited.file),
    variable: target.kind === 'http' && client.variable ? tokenVariable(customer) : undefined,
    token: made?.kept,
  }
}

/** The file with the entry, else the first one that exists, else the first. */
function fileToEdit(place: ClientPlace): EntryFile {
  const files = entryFiles(place)
  const holding = files.length > 1 ? files.find(one => readEntries(one).has(one.place.name)) : undefined
  const edited = holding ?? files.find(({ file }) => existsSync(file)) ?? files[0]
  if (edited) return edited
  throw new Error(`${place.client.id} has no file`)
}

interface Disconnected {
  file: string
  /** The file itself, if `connect` created it and nothing else was in it. */
  removed: 'entry' | 'file'
}

/** Removes the entries of this customer at these levels, and revokes a token that is in one. */
export async function disconnectClient(
  place: Omit<ClientPlace, 'level'>,
  levels: readonly ClientLevel[],
  { tokens, force }: { tokens: DoorTokens; force: boolean },
): Promise<Disconnected[]> {
  const done: Disconnected[] = []
  const files = levels
    .filter(one => hasFile(place.client, one))
    .flatMap(level => entryFiles({ ...place, level }))
  for (const edited of files) {
    const found = readEntries(edited).get(edited.place.name)
    if (found === undefined || (!isOwn(edited.place.name, found) && !force)) continue
    done.push({ file: edited.file, removed: removeEntry(edited, isOwn) })
    const token = tokenIn(found)
    if (token !== undefined) await revokeToken(tokens, token)
  }
  return done
}

async function revokeToken(tokens: DoorTokens, token: string): Promise<void> {
  const hash = tokenHash(token)
  await tokens.revoke(one => one.hash === hash)
}

function isUsable(token: string | undefined, customer: string, tokens: DoorTokens): boolean {
  const hash = token === undefined ? undefined : tokenHash(token)
  return tokens.list().some(one => one.hash === hash && one.customer === customer && isValid(one))
}

/** A unique name: the client's, with a number if that is taken. */
async function newToken(tokens: DoorTokens, { client, customer }: ClientPlace) {
  const taken = new Set(tokens.list().flatMap(one => (one.customer === customer ? [one.name] : [])))
  const numbers = Array.from({ length: taken.size + 1 }, (_, at) =>
    at === 0 ? client.id : `${client.id}-${at + 1}`,
  )
  const name = numbers.find(one => !taken.has(one))
  const made = await tokens.create({ customer, role: 'read-only', lifetimeMs: DEFAULT_LIFETIME_MS, name })
  hideSecret(made.token)
  return made
}
