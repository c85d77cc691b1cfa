// Only one supportmax at a time changes a project. `docker compose` outlives a killed parent, so the lock also names
// the running compose: taking over a stale lock first ends that process.

import { dirname, join } from 'node:path'
import {
  breakLock,
  createLock,
  isHolderAlive,
  type LockHolder,
  newHolder,
  readHolder,
  removeLock,
} from '../../base/disk/lock-file.ts'
import { SupportError } from '../../base/errors.ts'
import { fileFault, writeWhole } from '../../base/files.ts'
import { signalGroup, startOf } from '../../base/machine.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { pause, type WaitOptions, waitFor } from '../../base/waiting/wait.ts'
import type { StackEvent } from '../events.ts'

const LOOK_EVERY_MS = 100

export interface Lock {
  /** Writes the running `docker compose` into the lock, or that it has ended. */
  noteCompose(pid: number | undefined): void
  /** true: the previous holder was killed in the middle of its work. */
  inherited: boolean
  release(): void
}

export interface LockOptions {
  /** As typed, shown to those who wait for this one. */
  command: string
  /** How long to wait for another holder; milliseconds. */
  timeoutMs: number
  /** If the state folder is full: `work` continues without a lock, once no other command is running (default: `fail`). */
  whenFull?: 'work' | 'fail' | undefined
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

interface StackHolder extends LockHolder {
  command: string
  since: string
  compose: { pid: number; start: string } | null
}

/** What the lock needs of a stack. */
export interface Lockable {
  state: { folder: string }
  /** Called when a `docker compose` starts or ends; set while the lock is held. */
  onCompose: ((pid: number | undefined) => void) | undefined
}

/** Does the work under the project's lock, and releases the lock whatever happens. */
export async function withLock<T>(
  stack: Lockable,
  options: LockOptions,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const lock = await takeLock(stack.state.folder, options)
  stack.onCompose = lock.noteCompose
  try {
    return await work(lock)
  } finally {
    stack.onCompose = undefined
    lock.release()
  }
}

/** Waits while another supportmax changes the project of this state folder. Returns whether it had to wait. */
export async function untilFree(
  folder: string,
  { most, signal }: Pick<WaitOptions, 'most' | 'signal'>,
): Promise<boolean> {
  const isFree = () => {
    const holder = readHolder(join(folder, 'lock.json'), isStackHolder)
    return holder === undefined || !isHolderAlive(holder)
  }
  if (isFree()) return false
  await waitFor(isFree, { every: LOOK_EVERY_MS, most, signal })
  return true
}

/** Takes the lock of one state folder: waits for a living holder, clears up after a dead one. */
export async function takeLock(folder: string, options: LockOptions): Promise<Lock> {
  const file = join(folder, 'lock.json')
  const deadline = Date.now() + options.timeoutMs
  let announced = false
  let inherited = false
  for (;;) {
    const mine: StackHolder = {
      ...newHolder(),
      command: options.command,
      since: new Date().toISOString(),
      compose: null,
    }
    const got = tryLink(file, mine, options.whenFull)
    if (got === 'taken') return lockOf(file, mine, inherited)
    const holder = readHolder(file, isStackHolder)
    if (holder === undefined && got === 'no room') {
      options.emit({ type: 'note', text: `${folder} is full: working without a lock` })
      return { inherited, noteCompose: () => {}, release: () => {} }
    }
    if (holder === undefined) continue
    if (!isHolderAlive(holder)) {
      if (holder.compose) await endCompose(holder.compose)
      inherited = true
      breakLock(file, holder.id)
      continue
    }
    if (Date.now() > deadline)
      throw new SupportError('failed', `another supportmax is changing this project: ${holderText(holder)}`, {
        hint: `wait for it, or end it with \`kill ${holder.pid}\``,
      })
    if (!announced) options.emit({ type: 'waiting', text: `waiting for ${holderText(holder)}` })
    announced = true
    await pause(LOOK_EVERY_MS, options.signal)
  }
}

function tryLink(
  file: string,
  holder: StackHolder,
  whenFull: LockOptions['whenFull'],
): 'taken' | 'held' | 'no room' {
  try {
    return createLock(file, holder) ? 'taken' : 'held'
  } catch (error) {
    const cause = error instanceof SupportError ? error.cause : error
    const { code = '' } = cause as NodeJS.ErrnoException
    const isFull = FULL.has(code)
    if (whenFull === 'work' && isFull) return 'no room'
    throw new SupportError(
      isFull ? 'failed' : 'usage',
      `${dirname(file)}: cannot be written (${fileFault(cause)})`,
      {
        // Not "set XDG_STATE_HOME": servers that were started from here would be forgotten.
        hint: isFull ? 'free some space there' : KEEP_FOLDER,
        cause: error,
      },
    )
  }
}

/** What to do about a state folder that cannot be used, without losing what it holds. */
export const KEEP_FOLDER = 'make that folder writable again: it records which servers were started'

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

function lockOf(file: string, mine: StackHolder, inherited: boolean): Lock {
  return {
    inherited,
    noteCompose(pid) {
      const start = pid === undefined ? undefined : startOf(pid)
      const compose = pid === undefined || start === undefined ? null : { pid, start }
      try {
        writeWhole(file, JSON.stringify({ ...mine, compose }), 0o600)
      } catch {
        // The disk is full. A compose that outlives this process is still found by its mark.
      }
    },
    release: () => removeLock(file, mine.id),
  }
}

function isStackHolder(holder: LockHolder): holder is StackHolder {
  const { compose } = holder as Partial<StackHolder>
  return !compose || typeof compose.pid === 'number'
}

function holderText(holder: StackHolder): string {
  const seconds = Math.round((Date.now() - Date.parse(holder.since)) / 1_000)
  return `\`supportmax ${holder.command}\` (pid ${holder.pid}, running for ${seconds} s)`
}

/**
 * Ends a compose that outlived its parent, with everything it started. The Docker runtime also looks for such a compose
 * by the mark in its environment (runtimes/docker/open.ts). Both are needed: the mark also finds one whose parent was
 * killed before it could write the pid into the lock, but only on Linux; the pid works everywhere.
 */
async function endCompose(compose: { pid: number; start: string }): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isHolderAlive(compose)) return
    signalGroup(compose.pid, signal)
    await waitFor(() => !isHolderAlive(compose), { every: 50, most: TIMEOUTS.processKill })
  }
}
