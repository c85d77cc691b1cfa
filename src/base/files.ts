import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SupportError } from './errors.ts'

/** Writes the whole file or nothing: a reader never sees half of it, a crash never leaves half of it. */
export function writeWhole(path: string, text: string, mode = 0o644): void {
  const draft = `${path}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`
  try {
    sizeOf(path)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(draft, text, { mode })
    renameSync(draft, path)
  } catch (error) {
    removeDraft(draft)
    throw unusable(path, 'written', error)
  }
}

/**
 * The file's text, or undefined where there is none. Only a regular file is read, of `largest` bytes at most:
 * a pipe or a device would keep us for ever. Throws a usage error for a place that cannot be read.
 */
export function readIfThere(path: string, largest = Number.POSITIVE_INFINITY): string | undefined {
  try {
    const size = sizeOf(path)
    if (size === undefined) return undefined
    if (size > largest) throw new Error(`is larger than ${largest.toLocaleString('en')} bytes`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw unusable(path, 'read', error)
  }
}

/** What is wrong with a place, in words. */
export function placeFault(error: unknown): string {
  const code = codeOf(error)
  return code === undefined ? (error as Error).message : (WORDS[code] ?? code)
}

const WORDS: Record<string, string> = {
  EISDIR: 'is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  ENOENT: 'no file can be made there',
  ELOOP: 'is a link to itself',
  ENAMETOOLONG: 'the name is too long',
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/** Bytes of a regular file, links followed; undefined where there is nothing. */
function sizeOf(path: string): number | undefined {
  const found = statIfThere(path)
  if (found?.isDirectory()) throw new Error(WORDS.EISDIR)
  if (found && !found.isFile()) throw new Error('is no regular file')
  return found?.size
}

/** Unlike `throwIfNoEntry: false`, a file among the folders of the path is an error. */
function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true })
  } catch {
    // It was never made.
  }
}

function unusable(path: string, done: 'read' | 'written', error: unknown): SupportError {
  return new SupportError('usage', `${path}: cannot be ${done} (${placeFault(error)})`, {
    hint: `name a file that can be ${done}, or mend its place and rights`,
    cause: error,
  })
}
