// The chain of this process, for every app in it: a configuration that is read again opens another app.

import { mkdirSync } from 'node:fs'
import { type Chain, type ChainOptions, openChain } from './chain.ts'
import { takeChain } from './lock.ts'

interface OwnChain {
  chain: Chain
  release(): void
  users: Set<object>
}

const own = new Map<string, OwnChain>()

/** The chain in this folder, opened for its first user. Throws the error of the file system, or a SupportError. */
export function ownChain(user: object, options: Omit<ChainOptions, 'chain'>): Chain {
  const { folder } = options
  const found = own.get(folder) ?? opened(options)
  own.set(folder, found)
  found.users.add(user)
  return found.chain
}

/** Closes the chain after its last user. */
export function leaveChain(user: object, folder: string): void {
  const found = own.get(folder)
  if (!found?.users.delete(user) || found.users.size > 0) return
  own.delete(folder)
  found.chain.close()
  found.release()
}

function opened(options: Omit<ChainOptions, 'chain'>): OwnChain {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const { chain, release } = takeChain(options.folder)
  try {
    return { chain: openChain({ ...options, chain }), release, users: new Set() }
  } catch (error) {
    release()
    throw error
  }
}
