// A lock is a file that names the process that holds it, so that the lock of a killed process can be taken over.

import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createWhole } from '../files.ts'
import { startOf } from '../machine.ts'
import { pause } from '../waiting/wait.ts'
import { readFormatted } from './formatted.ts'

/** Files from before formats lack the field and are otherwise the same. */
const FORMAT = 1
const LOOK_EVERY_MS = 20

/** A process, as a lock names it. Its start tells it apart from a later one with the same pid. */
export interface LockHolder {
  format: number
  id: string
  pid: number
  start: string
}

export function newHolder(): LockHolder {
  return { format: FORMAT, id: randomUUID(), pid: process.pid, start: startOf(process.pid) ?? '' }
}

export function isHolderAlive({ pid, start }: Pick<LockHolder, 'pid' | 'start'>): boolean {
  return startOf(pid) === start
}

/** Creates the lock unless it exists; whether it did. Throws a SupportError for a folder that cannot be written. */
export function createLock(file: string, holder: LockHolder): boolean {
  if (!createWhole(file, JSON.stringify(holder), 0o600)) return false
  removeOldDrafts(file)
  return true
}

const OLD_MS = 60_000

/** What killed programs and full disks have left; a younger one may be about to become a lock. */
function removeOldDrafts(file: string): void {
  const folder = dirname(file)
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const isDraft = name.startsWith(`${basename(file)}.`)
    if (isDraft && Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > OLD_MS)
      rmSync(path, { force: true })
  }
}

/**
 * Who holds the lock; undefined for nobody. Removes a lock that cannot be read: a full disk or a person truncated it, so no
 * living process holds it.
 */
export function readHolder<T extends LockHolder>(
  file: string,
  isWhole: (holder: LockHolder) => holder is T,
): T | undefined {
  const found = readFormatted(file, FORMAT)
  if (found === undefined) return undefined
  if (found !== 'broken' && isHolder(found) && isWhole(found)) return found
  rmSync(file, { force: true })
  return undefined
}

function isHolder(value: unknown): value is LockHolder {
  const { id, pid, start } = value as Partial<LockHolder>
  return typeof id === 'string' && typeof pid === 'number' && typeof start === 'string'
}

/** Removes our own lock. */
export function removeLock(file: string, id: string): void {
  if (readHolder(file, isHolder)?.id === id) rmSync(file, { force: true })
}

/**
 * Removes the lock of a process that has ended, under a lock of its own: of two processes that saw it, the slower one would
 * remove the lock that the faster one has taken since.
 */
export function breakLock(file: string, id: string): void {
  const breaking = `${file}.breaking`
  if (createLockIfRoom(breaking)) {
    removeLock(file, id)
    rmSync(breaking, { force: true })
    return
  }
  const other = readHolder(breaking, isHolder)
  if (other && !isHolderAlive(other)) removeLock(breaking, other.id)
}

/** On a full disk, where no lock can be created, counts as created. */
function createLockIfRoom(file: string): boolean {
  try {
    return createLock(file, newHolder())
  } catch {
    return true
  }
}

/**
 * Does the work while this process alone holds the lock, and releases it whatever happens. Waits for a living holder without
 * blocking; rejects with the signal's reason when `signal` aborts before the lock is held.
 */
export async function withFileLock<T>(
  file: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const mine = newHolder()
  while (!createLock(file, mine)) {
    const holder = readHolder(file, isHolder)
    if (holder && !isHolderAlive(holder)) breakLock(file, holder.id)
    // Also then: another process may be breaking the lock, and may be stopped in the middle of it.
    await pause(LOOK_EVERY_MS, signal)
  }
  try {
    return await work()
  } finally {
    removeLock(file, mine.id)
  }
}
