import { join } from 'node:path'
import { readOnce } from '../../base/disk/formatted.ts'
import { withFileLock } from '../../base/disk/lock-file.ts'
import { SupportError } from '../../base/errors.ts'
import { withoutSecrets } from '../../base/redact.ts'
import { keyOf, keyText, type Server } from '../../config/project.ts'
import { canonicalText } from './canonical.ts'
import { type Comparison, compared, formerNames, goneOf, type ListedDefinition } from './judge.ts'
import { NO_DEFINITIONS, type PinKind, type PinLock, readPinLock, writePinLock } from './lock-file.ts'
import { noteOn, withheldReason } from './words.ts'

/** Whether a definition may be used, and what must be said about it. `reason` and `note` contain no text of the server. */
export type PinVerdict = { kind: 'offered'; note?: string } | { kind: 'withheld'; reason: string }

interface Names {
  /** This server's tools as listed now, to recognise a renamed one. */
  listedTools?: ReadonlySet<string> | undefined
  /** All tools of the customer, to find those that look alike. */
  customerTools?: ReadonlySet<string> | undefined
}

/** The accepted definitions of one project. */
export interface Pins {
  /** Path of mcp-lock.json. */
  file: string
  /** Reads the file again after a change. */
  lock(): PinLock
  /** Whether this process has read a lock that is no longer there. */
  isGone(): boolean
  /** One server's definitions against the lock as it is now, or as it was last if it is gone. */
  of(server: Server, names?: Names): ServerPins
  /** Pins these definitions as they are listed, and forgets those that are gone. Throws a SupportError. */
  accept(
    changes: readonly { server: Server; comparisons: readonly Comparison[] }[],
    signal?: AbortSignal,
  ): Promise<void>
}

export interface ServerPins {
  /** @param isTrusted the configuration trusts that it only reads (default: true) */
  verdictOn(kind: PinKind, name: string, definition: unknown, isTrusted?: boolean): PinVerdict
  compare(listed: ListedDefinition): Comparison
  /** All definitions of this kind that were accepted. Empty where none can be relied on. */
  known(kind: PinKind): unknown[]
  /** What is pinned of this kind and not among these names. */
  gone(kind: PinKind, names: ReadonlySet<string>): Comparison[]
}

/**
 * What this process has read last, by file: a lock that vanishes (`git checkout`, `git stash`) must not offer what it
 * withheld. A configuration that is read again opens its pins anew.
 */
const lastRead = new Map<string, PinLock>()

/** @param stateFolder for the lock that keeps two programs from writing at the same time */
export function openPins(file: string, stateFolder: string): Pins {
  const lock = readOnce(file, () => {
    const now = readPinLock(file)
    if (now.state === 'read') lastRead.set(file, now)
    return now
  })
  const kept = () => (lock().state === 'none' ? lastRead.get(file) : undefined)
  return {
    file,
    lock,
    isGone: () => kept() !== undefined,
    of: (server, names) => pinsOf(server, kept() ?? lock(), names),
    async accept(changes, signal) {
      await withFileLock(join(stateFolder, 'mcp-lock.writing'), signal, async () => {
        // Another program may have written it since the comparison.
        const now = readPinLock(file)
        if (now.state === 'unusable') throw unusableLock(now)
        const servers = now.state === 'read' ? now.servers : new Map()
        for (const { server, comparisons } of changes) {
          const key = keyText(keyOf(server))
          const pinned = servers.get(key) ?? NO_DEFINITIONS()
          servers.set(key, pinned)
          for (const { kind, name, state, after, formerName } of comparisons) {
            if (formerName !== undefined) pinned[kind].delete(formerName)
            if (state === 'gone') pinned[kind].delete(name)
            else pinned[kind].set(name, canonicalText(withoutSecrets(after)))
          }
        }
        writePinLock(file, servers)
      })
    },
  }
}

export function unusableLock({ reason, hint }: Extract<PinLock, { state: 'unusable' }>): SupportError {
  return new SupportError('usage', reason, { hint })
}

function pinsOf(server: Server, lock: PinLock, { listedTools, customerTools }: Names = {}): ServerPins {
  const pinned = lock.state === 'read' ? lock.servers.get(keyText(keyOf(server))) : undefined
  const findFormer = pinned && listedTools && formerNames(pinned, listedTools)
  const around = { pinned, findFormer, customerTools, named: server.readOnly.tools }
  return {
    verdictOn(kind, name, definition, isTrusted = true) {
      const what = { kind, name, definition, isTrusted }
      if (lock.state === 'unusable') {
        const reason = `no definition can be checked: ${lock.reason}; ${lock.hint}`
        return server.pins === 'warn' ? { kind: 'offered', note: reason } : { kind: 'withheld', reason }
      }
      const comparison = compared(what, around)
      const reason = withheldReason(comparison, server.customer)
      if (reason === undefined) return { kind: 'offered' }
      if (lock.state === 'none' || server.pins === 'warn')
        return { kind: 'offered', ...noteOn(comparison, reason, lock.state) }
      return { kind: 'withheld', reason }
    },
    compare: listed => compared(listed, around),
    known: kind => [...(pinned?.[kind].values() ?? [])].map(text => JSON.parse(text)),
    gone: (kind, names) =>
      [...(pinned?.[kind].keys() ?? [])].flatMap(name =>
        pinned && !names.has(name) ? [goneOf(pinned, kind, name)] : [],
      ),
  }
}
