// Reads a lock, and checks that it pins the package and everything that it needs.

import { basename } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import { readIfThere } from '../../base/files.ts'
import type { PackageSource } from '../spec.ts'
import type { PackageLock } from './contents.ts'
import { readNpmLock } from './npm.ts'
import { readPypiLock } from './pypi.ts'

export type LockState =
  | { state: 'missing' }
  | { state: 'broken'; reason: string; hint: string }
  | ({ state: 'locked' } & PackageLock)

const LARGEST = 20 * 1024 * 1024

/** The lock of this package, as it is now. */
export function readLock(source: PackageSource): LockState {
  const file = source.lockFile
  try {
    const text = readIfThere(file, LARGEST)
    if (text === undefined) return { state: 'missing' }
    return { state: 'locked', ...checkedLock(source, text) }
  } catch (error) {
    if (!(error instanceof SupportError)) throw error
    return { state: 'broken', reason: error.message, hint: error.hint ?? '' }
  }
}

/** What `text` says as the lock of this package. Throws `usage` for a text that does not pin everything. */
export function checkedLock(source: PackageSource, text: string): PackageLock {
  try {
    return source.registry === 'npm' ? readNpmLock(source, text) : readPypiLock(source, text)
  } catch (error) {
    throw new SupportError('usage', `${source.lockFile}: ${(error as Error).message}`, {
      hint: `restore it from version control, or delete ${basename(source.lockFile)} and run \`supportmax up\` to recreate it`,
      cause: error,
    })
  }
}
