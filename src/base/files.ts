import { randomUUID } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { SupportError } from './errors.ts'
import { bytes } from './text/amounts.ts'

/** Writes the whole file or nothing: no reader sees half of it, and no crash leaves half of it behind. */
export function writeWhole(path: string, text: string, mode = 0o644): void {
  const draft = draftOf(path)
  try {
    writeDraft(path, draft, { text, mode })
    renameSync(draft, path)
  } catch (error) {
    removeDraft(draft)
    throw unusable(path, 'written', error)
  }
}

/** Writes a new file, whole or not at all; false if there is one, also one that another program made just now. */
export function createWhole(path: string, text: string | Uint8Array, mode = 0o644): boolean {
  const draft = draftOf(path)
  try {
    writeDraft(path, draft, { text, mode })
    return isLinked(draft, path)
  } catch (error) {
    throw unusable(path, 'written', error)
  } finally {
    removeDraft(draft)
  }
}

/** A hard link appears whole or not at all, and never replaces a file. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** The same for a file that people own: a link stays one, and the file keeps its mode; `mode` is for a new one. */
export function rewriteWhole(path: string, text: string, mode: number): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat) writeWhole(realpathSync(path), text, stat.mode & 0o777)
  else writeWhole(path, text, mode)
}

/**
 * Throws now what writeWhole() of a text of this many bytes would throw later. Creates the folder, but leaves the file as it
 * is.
 */
export function checkWritable(path: string, size = 0): void {
  const draft = draftOf(path)
  try {
    writeDraft(path, draft, { text: ' '.repeat(size), mode: 0o600 })
  } catch (error) {
    throw unusable(path, 'written', error)
  } finally {
    removeDraft(draft)
  }
}

function draftOf(path: string): string {
  return `${path}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`
}

function writeDraft(
  path: string,
  draft: string,
  { text, mode }: { text: string | Uint8Array; mode: number },
): void {
  sizeOf(path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(draft, text, { mode })
}

/** The file's text, or undefined if it does not exist. Like bytesIfThere() in everything else. */
export function readIfThere(path: string, largest?: number): string | undefined {
  return bytesIfThere(path, largest)?.toString('utf8')
}

/**
 * The file's content, or undefined if it does not exist. Reads only a regular file of at most `largest` bytes: a pipe or
 * a device would block forever. Throws a usage error for a path that cannot be read.
 */
export function bytesIfThere(path: string, largest = Number.POSITIVE_INFINITY): Buffer | undefined {
  try {
    const size = sizeOf(path)
    if (size === undefined) return undefined
    if (size > largest) throw new Error(`is larger than ${bytes(largest)}`)
    return readFileSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw unusable(path, 'read', error)
  }
}

/** Why a file operation failed, in words: `is a folder`, `permission denied`. */
export function fileFault(error: unknown): string {
  const code = codeOf(error)
  return code === undefined ? (error as Error).message : (WORDS[code] ?? code)
}

const WORDS: Record<string, string> = {
  EISDIR: 'is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EROFS: 'read-only file system',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'part of the path is a file',
  ENOENT: 'no such folder',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'name too long',
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/** A text that changes whenever the file does; empty if the file does not exist or its state cannot be read. */
export function fileStamp(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return ''
  }
}

/** Size in bytes of a regular file, following links; undefined if it does not exist. */
function sizeOf(path: string): number | undefined {
  const found = statIfThere(path)
  if (found?.isDirectory()) throw new Error(WORDS.EISDIR)
  if (found && !found.isFile()) throw new Error('is not a regular file')
  return found?.size
}

/** Unlike `throwIfNoEntry: false`, throws when a part of the path that should be a folder is a file. */
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
    // It was never created.
  }
}

function unusable(path: string, done: 'read' | 'written', error: unknown): SupportError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')
  return new SupportError('usage', `${path}: cannot be ${done} (${fileFault(error)})`, {
    hint: isFull ? 'free some space there' : 'use another file, or fix its path or permissions',
    cause: error,
  })
}
