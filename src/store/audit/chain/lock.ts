// Each process that records has a chain of its own while it runs; the next process continues it.

import { join } from 'node:path'
import {
  breakLock,
  createLock,
  isHolderAlive,
  type LockHolder,
  newHolder,
  readHolder,
  removeLock,
} from '../../../base/disk/lock-file.ts'

export interface LockedChain {
  chain: number
  release(): void
}

/** More processes than this do not work for one project at a time. */
const MOST_CHAINS = 256

/** Takes the first chain that no living process holds. Throws a SupportError for a folder that cannot be written. */
export function takeChain(folder: string): LockedChain {
  const mine = newHolder()
  for (let chain = 1; chain <= MOST_CHAINS; chain++) {
    const path = join(folder, `${chain}.lock`)
    if (takesLock(path, mine)) return { chain, release: () => removeLock(path, mine.id) }
  }
  throw new Error(`more than ${MOST_CHAINS} processes write audit records`)
}

/** Whether this process has the lock now. */
function takesLock(path: string, mine: LockHolder): boolean {
  if (createLock(path, mine)) return true
  const holder = readHolder(path, isHolder)
  if (holder && isHolderAlive(holder)) return false
  if (holder) breakLock(path, holder.id)
  return createLock(path, mine)
}

function isHolder(holder: LockHolder): holder is LockHolder {
  return holder.pid > 0
}
