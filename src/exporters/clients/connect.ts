// Connects another MCP client to one customer's tools, and undoes it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { KeptToken } from '../../access/tokens/file.ts'
import { tokenHash } from '../../access/tokens/form.ts'
import { DEFAULT_LIFETIME_MS } from '../../access/tokens/lifetime.ts'
import { type DoorTokens, isValid } from '../../access/tokens/tokens.ts'
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import type { ClientForm, ClientRoots, Launch } from './client.ts'
import {
  type EntryFile,
  entryText,
  existingFiles,
  linkTarget,
  plainValue,
  readEntries,
  removeEntry,
  writeEntry,
} from './file.ts'
import type { EntryPlace } from './formats/format.ts'

/** Of which customer, and where. */
export interface ClientPlace {
  client: ClientForm
  /** Its id. */
  customer: string
  level: ClientLevel
  roots: ClientRoots
  /** The folder of the project. */
  folder: string
}

export type ClientLevel = 'user' | 'project'

/** What the entry says: a command, or the address of a door, with a token. */
export type ClientTarget = { kind: 'stdio'; launch: Launch } | { kind: 'http'; port: number }

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

export function entryName(customer: string): string {
  return `supportmax-${customer}`
}

/** The variable for the token of a customer's door. */
export function tokenVariable(customer: string): string {
  return `SUPPORTMAX_TOKEN_${customer.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
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
  const edited = entryFile(place)
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
  const { backup } = isUnchanged
    ? { backup: undefined }
    : writeEntry(edited, entry, { isOwn, isPrivate: needsToken })
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

/** Removes the entries of this customer at these levels, and returns their files; revokes a token that is in one. */
export async function disconnectClient(
  place: Omit<ClientPlace, 'level'>,
  levels: readonly ClientLevel[],
  { tokens, force }: { tokens: DoorTokens; force: boolean },
): Promise<string[]> {
  const files: string[] = []
  for (const level of levels.filter(one => hasFile(place.client, one))) {
    const edited = entryFile({ ...place, level })
    const found = readEntries(edited).get(edited.place.name)
    if (found === undefined || (!isOwn(edited.place.name, found) && !force)) continue
    removeEntry(edited, isOwn)
    const token = tokenIn(found)
    if (token !== undefined) await revokeToken(tokens, token)
    files.push(edited.file)
  }
  return files
}

async function revokeToken(tokens: DoorTokens, token: string): Promise<void> {
  const hash = tokenHash(token)
  await tokens.revoke(one => one.hash === hash)
}

function isUsable(token: string | undefined, customer: string, tokens: DoorTokens): boolean {
  const hash = token === undefined ? undefined : tokenHash(token)
  return tokens.list().some(one => one.hash === hash && one.customer === customer && isValid(one))
}

/** What a person would paste; with a placeholder where the client has no variables. */
export function printedEntry(place: Omit<ClientPlace, 'level'>, target: ClientTarget): string {
  checkTarget({ ...place, level: 'user' }, target)
  const entry = entryOf(place, target, '<TOKEN>')
  return entryText(place.client.syntax ?? 'json', placeOf(place), entry)
}

/** Whether the client seems to be installed, and the customers whose entries it has. */
export function clientState(
  place: Omit<ClientPlace, 'level' | 'customer'>,
  isOnPath: (program: string) => boolean,
): { isFound: boolean; customers: string[] } {
  const { client, roots } = place
  const levels = (['user', 'project'] as const).filter(level => hasFile(client, level))
  const files = levels.flatMap(level => existingFiles(entryFile({ ...place, level, customer: '*' })))
  const [user = ''] = client.user?.(roots) ?? []
  const folder = join(user, '..')
  const isFound =
    files.length > 0 ||
    (user !== '' && folder !== roots.home && existsSync(folder)) ||
    (client.program !== undefined && isOnPath(client.program))
  return { isFound, customers: [...new Set(files.flatMap(ownIn))] }
}

function ownIn(edited: EntryFile): string[] {
  try {
    const own = [...readEntries(edited)].filter(([name, entry]) => isOwn(name, entry))
    return own.map(([name]) => name.slice(entryName('').length))
  } catch {
    // Broken, or not readable: connecting says so.
    return []
  }
}

function hasFile({ user, project }: ClientForm, level: ClientLevel): boolean {
  return (level === 'user' ? user : project) !== undefined
}

function entryFile({ client, customer, level, roots, folder }: ClientPlace): EntryFile {
  const files = client.user?.(roots) ?? []
  const file =
    level === 'project'
      ? join(folder, (client.project ?? '').replace('*', entryName(customer)))
      : (files.find(existsSync) ?? files[0] ?? '')
  return { file, syntax: client.syntax ?? 'json', place: placeOf({ client, customer, level }) }
}

function placeOf({
  client,
  customer,
  level,
}: Pick<ClientPlace, 'client' | 'customer'> & { level?: ClientLevel }): EntryPlace {
  const { container, kind = 'object', head } = client
  return { container, kind, name: entryName(customer), head: level && head }
}

function checkTarget({ client, level }: ClientPlace, target: ClientTarget): void {
  if (target.kind === 'http' && !client.http)
    throw new SupportError('usage', `${client.title} cannot send a token over HTTP`, {
      hint: 'leave out --http: it then starts a command instead',
    })
  if (client.syntax && !hasFile(client, level))
    throw new SupportError('usage', `${client.title} has no file for a ${level}`, {
      hint: level === 'user' ? 'use --project' : 'leave out --project',
    })
  if (target.kind === 'http' && !client.variable && level === 'project')
    throw new SupportError(
      'usage',
      `${client.title} has no variables, so the token would be in a file of the project`,
      { hint: 'leave out --project, or --http' },
    )
}

function entryOf(
  { client, customer }: Pick<ClientPlace, 'client' | 'customer'>,
  target: ClientTarget,
  token: string | undefined,
): object {
  const name = entryName(customer)
  if (target.kind === 'stdio') return client.stdio(target.launch, name)
  const variable = client.variable ? tokenVariable(customer) : undefined
  const value = variable === undefined ? token : client.variable?.(variable)
  const url = `http://127.0.0.1:${target.port}/customers/${customer}/mcp`
  return client.http?.({ url, authorization: `Bearer ${value}`, variable }, name) ?? {}
}

/** A name of its own for each: the client's, with a number where that is taken. */
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

/** Ours start `gateway` for the customer, or name its door. */
function isOwn(name: string, entry: unknown): boolean {
  const prefix = entryName('')
  if (!name.startsWith(prefix)) return false
  const customer = name.slice(prefix.length)
  const texts = textsIn(entry)
  const isCommand = texts.includes('gateway') && texts.includes(customer)
  const isDoor = (text: string) =>
    /^http:\/\/127\.0\.0\.1:\d+\/customers\//.test(text) && text.endsWith(`/${customer}/mcp`)
  return isCommand || texts.some(isDoor)
}

function tokenIn(entry: unknown): string | undefined {
  return textsIn(entry).flatMap(text => /^Bearer (smx_\S+)$/.exec(text)?.[1] ?? [])[0]
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
