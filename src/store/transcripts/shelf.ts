// The transcripts of all customers: a file each, so that nothing of one can reach another.

import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { makePrivateFolder } from '../../base/disk/private-folder.ts'
import { reasonOf, SupportError } from '../../base/errors.ts'
import { type Conversations, conversationsIn } from './conversations.ts'
import { openTranscriptFile } from './database.ts'
import { transcriptFile, transcriptFolder } from './files.ts'
import { type TypedLines, typedLines } from './history.ts'
import { olderThan, remove } from './removal/remove.ts'
import { type ResultFiles, resultFiles, resultsInMemory } from './result-files.ts'

/** What is kept of one customer. */
export interface CustomerTranscripts {
  lines: TypedLines
  conversations: Conversations
}

export interface Shelf {
  of(customerId: string): CustomerTranscripts
  close(): void
}

export interface ShelfOptions {
  /** The project's state folder. */
  folder: string
  /** For how many days things of this customer are kept after their last use. With 0, they end with the process. */
  keepDays(customerId: string): number
  /** Gets the reason when something cannot be kept, once for each customer. */
  warn(reason: string): void
}

export function openShelf({ folder, keepDays, warn }: ShelfOptions): Shelf {
  const open = new Map<string, { db: DatabaseSync; transcripts: CustomerTranscripts }>()

  /** Answers matter more than transcripts. */
  function opened(customerId: string): { db: DatabaseSync; files: ResultFiles } {
    const days = keepDays(customerId)
    const files = resultFiles(folder, customerId)
    try {
      const db =
        days > 0 || existsSync(transcriptFile(folder, customerId)) ? openIn(folder, customerId) : undefined
      if (db) removeOld(db, files, { days, warn })
      if (db && days > 0) return { db, files }
      db?.close()
    } catch (error) {
      warn(reasonOf(error))
    }
    return { db: openTranscriptFile(':memory:'), files: resultsInMemory() }
  }

  return {
    of(customerId) {
      const known = open.get(customerId)
      if (known) return known.transcripts
      const { db, files } = opened(customerId)
      const lines = forgivingLines(typedLines(db), warn)
      const transcripts = { lines, conversations: conversationsIn(db, files) }
      open.set(customerId, { db, transcripts })
      return transcripts
    },
    close() {
      for (const { db } of open.values()) db.close()
      open.clear()
    },
  }
}

function openIn(folder: string, customerId: string): DatabaseSync {
  const own = transcriptFolder(folder)
  if (!makePrivateFolder(own))
    throw new SupportError('failed', `${own}: is not a folder that only you can read`, {
      hint: `run \`chmod 700 ${own}\``,
    })
  return openTranscriptFile(transcriptFile(folder, customerId))
}

/** When a chat begins, so that nobody has to think of it. */
function removeOld(
  db: DatabaseSync,
  files: ResultFiles,
  { days, warn }: { days: number; warn(reason: string): void },
): void {
  try {
    remove(db, files, olderThan(db, files, Date.now() - days * DAY_MS))
  } catch (error) {
    warn(`old ones could not be removed: ${reasonOf(error)}`)
  }
}

const DAY_MS = 24 * 3_600_000

/** Typing goes on when a line cannot be kept, such as on a full disk. */
function forgivingLines({ all, add }: TypedLines, warn: ShelfOptions['warn']): TypedLines {
  let isWarned = false
  function safely<T>(work: () => T, instead: T): T {
    try {
      return work()
    } catch (error) {
      if (!isWarned) warn(`typed lines: ${reasonOf(error)}`)
      isWarned = true
      return instead
    }
  }
  return {
    all: () => safely(all, []),
    add: (line, login) => safely(() => add(line, login), undefined),
  }
}
