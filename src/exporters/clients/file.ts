// One file of another client: read, edited with everything else kept byte for byte, and restored.

import { existsSync, globSync, realpathSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SupportError } from '../../base/errors.ts'
import { readIfThere, rewriteWhole, writeWhole } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'
import { cannotEdit, type EntryFormat, type EntryPlace, entriesIn, UnreadableText } from './formats/format.ts'
import { JSON_FORMAT } from './formats/json.ts'
import { TOML_FORMAT } from './formats/toml.ts'
import { YAML_FORMAT } from './formats/yaml.ts'

const FORMATS: Record<'json' | 'toml' | 'yaml', EntryFormat> = {
  json: JSON_FORMAT,
  toml: TOML_FORMAT,
  yaml: YAML_FORMAT,
}

/** What is edited: the file, and the place of one entry in it. */
export interface EntryFile {
  file: string
  syntax: keyof typeof FORMATS
  place: EntryPlace
}

/** The file, if it exists; where each customer has its own file, those of all customers. */
export function existingFiles(edited: EntryFile): EntryFile[] {
  const folder = dirname(edited.file)
  const name = basename(edited.file)
  const names = name.includes('*') ? globSync(name, { cwd: folder }) : [name]
  const found = names.map(one => ({ ...edited, file: join(folder, one) }))
  return found.filter(({ file }) => existsSync(file))
}

const LARGEST = 50 * 1_048_576
const CORRECT = 'correct the file and try again; nothing was written'

/** All entries of the container, by name; none if there is no file. Throws `usage` for a file that cannot be edited. */
export function readEntries({ file, syntax, place }: EntryFile): Map<string, unknown> {
  const entries = entriesIn(documentIn(file, syntax, readIfThere(file, LARGEST) ?? ''), place)
  if (entries) return entries
  throw new SupportError('usage', `${file}: "${place.container}" is not in the form that this client uses`, {
    hint: CORRECT,
  })
}

/** Where the file was copied before the first entry of ours was added. */
function backupOf(file: string): string {
  return `${file}.supportmax-backup`
}

/**
 * Adds the entry, in place of one of the same name, and returns whether a backup was made. `isOwn`: whether an entry is one
 * of ours, so that the backup stays the file without any.
 */
export function writeEntry(
  edited: EntryFile,
  entry: object,
  { isOwn, isPrivate }: { isOwn: IsOwn; isPrivate: boolean },
): { backup: string | undefined } {
  const { file, syntax, place } = edited
  const now = readIfThere(file, LARGEST)
  const own = ownEntries(edited, isOwn)
  const base = own.has(place.name) ? (textWithout(edited, isOwn) ?? '') : withoutForeign(edited, now ?? '')
  const text = FORMATS[syntax].insert(base, place, entry)
  if (!isSame(edited, base, text) || !isDeepStrictEqual(entryIn(edited, text), plainValue(entry)))
    throw cannotEdit(place)
  const backup = backupOf(file)
  if (own.size === 0 && now !== undefined) writeWhole(backup, now, statSync(file).mode & 0o777)
  else if (own.size === 0) rmSync(backup, { force: true })
  writeKept(file, text, isPrivate)
  return { backup: existsSync(backup) ? backup : undefined }
}

/**
 * Removes the entry, and the file if we made it, and returns which. The file is then what it was before, if nothing else was
 * changed.
 */
export function removeEntry(edited: EntryFile, isOwn: IsOwn): 'entry' | 'file' {
  const { file } = edited
  const own = ownEntries(edited, isOwn)
  own.delete(edited.place.name)
  const text = textWithout(edited, isOwn)
  if (text === undefined) rmSync(file, { force: true })
  else writeKept(file, text, false)
  if (own.size === 0) rmSync(backupOf(file), { force: true })
  return text === undefined ? 'file' : 'entry'
}

/** The target of a link; undefined if neither the file nor a part of its path is one. */
export function linkTarget(file: string): string | undefined {
  if (!existsSync(file)) return undefined
  const target = realpathSync(file)
  return target === file ? undefined : target
}

export type IsOwn = (name: string, entry: unknown) => boolean

function ownEntries(edited: EntryFile, isOwn: IsOwn): Map<string, unknown> {
  return new Map([...readEntries(edited)].filter(([name, entry]) => isOwn(name, entry)))
}

/**
 * The text without the entry; undefined if the file was made by us and would be empty. If the file is its backup with our
 * entries added, it is that backup without this entry, to the byte.
 */
function textWithout(edited: EntryFile, isOwn: IsOwn): string | undefined {
  const { file, place } = edited
  const now = readIfThere(file, LARGEST) ?? ''
  const before = readIfThere(backupOf(file), LARGEST)
  const own = ownEntries(edited, isOwn)
  if (replayed(edited, before ?? '', own) !== now) return withoutForeign(edited, now)
  own.delete(place.name)
  return own.size === 0 ? before : replayed(edited, before ?? '', own)
}

function replayed(
  { syntax, place }: EntryFile,
  before: string,
  own: ReadonlyMap<string, unknown>,
): string | undefined {
  try {
    return [...own].reduce(
      (text, [name, entry]) => FORMATS[syntax].insert(text, { ...place, name }, entry as object),
      before,
    )
  } catch {
    return undefined
  }
}

/** The text without an entry of this name, ours or not. */
function withoutForeign(edited: EntryFile, text: string): string {
  if (entryIn(edited, text) === undefined) return text
  const rest = FORMATS[edited.syntax].remove(text, edited.place)
  if (!isSame(edited, text, rest) || entryIn(edited, rest) !== undefined) throw cannotEdit(edited.place)
  return rest
}

/** Whether two texts are equal in everything but the entry. */
function isSame(edited: EntryFile, a: string, b: string): boolean {
  try {
    return isDeepStrictEqual(restOf(edited, a), restOf(edited, b))
  } catch (error) {
    // The edit broke it.
    if (error instanceof SupportError) return false
    throw error
  }
}

function restOf({ file, syntax, place }: EntryFile, text: string): unknown {
  const document = documentIn(file, syntax, text) ?? {}
  const { [place.container]: container, ...rest } = document as Record<string, unknown>
  const heads = Object.keys(place.head ?? {})
  const others = Object.entries(rest).filter(([key]) => !heads.includes(key))
  const entries = Array.isArray(container)
    ? container.filter(one => !isRecord(one) || one.name !== place.name)
    : Object.entries(container ?? {}).filter(([name]) => name !== place.name)
  return plainValue([others, entries])
}

function entryIn({ file, syntax, place }: EntryFile, text: string): unknown {
  return plainValue(entriesIn(documentIn(file, syntax, text), place)?.get(place.name))
}

/** Without a parser's prototypes and types. */
export function plainValue(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

function documentIn(file: string, syntax: EntryFile['syntax'], text: string): unknown {
  try {
    return FORMATS[syntax].read(text)
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error
    throw new SupportError('usage', `${file}:${error.line}:${error.column}: ${error.message}`, {
      hint: CORRECT,
    })
  }
}

/** A link stays a link. Only its owner can read a file with a token in it. */
function writeKept(file: string, text: string, isPrivate: boolean): void {
  if (!isPrivate) rewriteWhole(file, text, 0o644)
  else writeWhole(existsSync(file) ? realpathSync(file) : file, text, 0o600)
}

/** The entry alone, as a person would add it. */
export function entryText(syntax: EntryFile['syntax'], place: EntryPlace, entry: object): string {
  return FORMATS[syntax].print(place, entry)
}
