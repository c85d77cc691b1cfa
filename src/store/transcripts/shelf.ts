// The transcripts of all customers: a file each, so that nothing of one can reach another.

import { existsSync, lstatSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { makePrivateFolder } from '../../base/disk/private-folder.ts'
import { SupportError } from '../../base/errors.ts'
import { shellWord } from '../../base/text/shell-word.ts'
import { type Conversations, conversationsIn } from './conversations.ts'
import { movingAside, naming, openTranscriptFile, unusableTranscripts } from './database.ts'
import { transcriptFile, transcriptFolder } from './files.ts'
import { type TypedLines, typedLines } from './history.ts'
import { copyToRead, resultsToRead } from './reading/read-only.ts'
import { removeLater } from './removal/later.ts'
import { olderThan, remove } from './removal/remove.ts'
import { type ResultFiles, resultFiles, resultsInMemory } from './result-files.ts'

/** What is kept of one customer. */
export interface CustomerTranscripts {
  lines: TypedLines
  conversations: Conversations
  /** Whether the next run will find it. */
  isLasting: boolean
}

export interface Shelf {
  of(customerId: string): CustomerTranscripts
  /** Warns that something of this customer is not kept. `next`: what to do after the cause is gone. */
  failed(customerId: string, told: { what: string; next: string }, error: unknown): void
  close(): void
}

export interface ShelfOptions {
  /** The project's state folder. */
  folder: string
  /** For how many days things of this customer are kept after their last use. With 0, they end with the process. */
  keepDays(customerId: string): number
  /** Gets what is not kept, why, and what to do. */
  warn(text: string, hint?: string): void
}

interface Opened {
  db: DatabaseSync
  files: ResultFiles
  /** What was last used before this time is too old. */
  since: number
  isLasting: boolean
}

interface OpenCustomer {
  db: DatabaseSync
  transcripts: CustomerTranscripts
  stop(): void
}

export function openShelf({ folder, keepDays, warn }: ShelfOptions): Shelf {
  const open = new Map<string, OpenCustomer>()
  const told = new Set<string>()

  /** Once for each reason: a full disk keeps several things from being written. */
  function tell(customerId: string, what: string, error: unknown): void {
    const { message, hint } = unusableTranscripts(transcriptFile(folder, customerId), error)
    if (told.has(message)) return
    told.add(message)
    warn(`${what}: ${message}`, hint)
  }

  /** Answers matter more than transcripts. */
  function opened(customerId: string): Opened {
    const days = keepDays(customerId)
    const since = Date.now() - days * DAY_MS
    const files = resultFiles(folder, customerId)
    const file = transcriptFile(folder, customerId)
    try {
      const db = days > 0 || existsSync(file) ? openIn(folder, customerId) : undefined
      if (db && days > 0) return { db, files, since, isLasting: true }
      if (db) removeAll(db, files)
    } catch (error) {
      const db = days > 0 ? copyToRead(file, error) : undefined
      const what = 'conversations and typed lines are not kept'
      tell(customerId, db ? `the earlier ones can be read, but new ${what}` : what, error)
      if (db) return { db, files: resultsToRead(files), since, isLasting: false }
    }
    return { db: openTranscriptFile(':memory:'), files: resultsInMemory(), since: 0, isLasting: false }
  }

  function openCustomer(customerId: string): OpenCustomer {
    const { db, files, since, isLasting } = opened(customerId)
    const failed = (error: unknown) => tell(customerId, 'typed lines are not kept', error)
    const lines = forgivingLines(typedLines(db), failed)
    const old = (error: unknown) => tell(customerId, 'what is too old could not be removed', error)
    const stop = isLasting ? removeLater(db, files, { before: since, failed: old }) : () => {}
    const conversations = explaining(transcriptFile(folder, customerId), conversationsIn(db, files, since))
    return { db, stop, transcripts: { lines, conversations, isLasting } }
  }

  return {
    of(customerId) {
      const known = open.get(customerId) ?? openCustomer(customerId)
      open.set(customerId, known)
      return known.transcripts
    },
    failed(customerId, { what, next }, error) {
      const { message, hint } = unusableTranscripts(transcriptFile(folder, customerId), error)
      told.add(message)
      warn(`${what}: ${message}`, [hint, next].filter(Boolean).join('; '))
    },
    close() {
      for (const { db, stop } of open.values()) {
        stop()
        db.close()
      }
      open.clear()
    },
  }
}

function openIn(folder: string, customerId: string): DatabaseSync {
  const own = transcriptFolder(folder)
  if (lstatSync(own, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new SupportError('failed', `${own}: is a link, not a folder`, {
      hint: movingAside(own),
    })
  if (!makePrivateFolder(own))
    throw new SupportError('failed', `${own}: is not a folder that only you can read`, {
      hint: `run \`chmod 700 ${shellWord(own)}\``,
    })
  return openTranscriptFile(transcriptFile(folder, customerId))
}

/** For a customer with `keep_days` 0. */
function removeAll(db: DatabaseSync, files: ResultFiles): void {
  try {
    remove(db, files, olderThan(db, files, Date.now()))
  } finally {
    db.close()
  }
}

const DAY_MS = 24 * 3_600_000

/** What goes wrong names the file, and says what to do. */
function explaining(file: string, all: Conversations): Conversations {
  const named =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R =>
      naming(file, () => work(...args))
  return {
    list: named(all.list),
    begin: named(all.begin),
    writer: named(all.writer),
    contents: named(all.contents),
    claim: named(all.claim),
    release: named(all.release),
    rename: named(all.rename),
    fork: named(all.fork),
  }
}

/** A line that cannot be kept, for example on a full disk, must not stop the person from typing. */
function forgivingLines({ all, add }: TypedLines, failed: (error: unknown) => void): TypedLines {
  function safely<T>(work: () => T, instead: T): T {
    try {
      return work()
    } catch (error) {
      failed(error)
      return instead
    }
  }
  return {
    all: () => safely(all, []),
    add: (line, login) => safely(() => add(line, login), undefined),
  }
}
