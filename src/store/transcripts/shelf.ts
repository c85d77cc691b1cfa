// The transcripts of all customers: a file each, so that nothing of one can reach another.

import type { DatabaseSync } from 'node:sqlite'
import { makePrivateFolder } from '../../base/disk/private-folder.ts'
import { reasonOf, SupportError } from '../../base/errors.ts'
import { type Conversations, conversationsIn } from './conversations.ts'
import { openTranscriptFile } from './database.ts'
import { transcriptFile, transcriptFolder } from './files.ts'
import { type TypedLines, typedLines } from './history.ts'
import { resultFiles } from './result-files.ts'

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
  /** Whether anything of this customer may be kept. If not, it ends with the process. */
  mayKeep(customerId: string): boolean
  /** Gets the reason when something cannot be kept, once for each customer. */
  warn(reason: string): void
}

export function openShelf({ folder, mayKeep, warn }: ShelfOptions): Shelf {
  const open = new Map<string, { db: DatabaseSync; transcripts: CustomerTranscripts }>()

  /** Answers matter more than transcripts. */
  function opened(customerId: string): DatabaseSync {
    if (!mayKeep(customerId)) return openTranscriptFile(':memory:')
    try {
      return openIn(folder, customerId)
    } catch (error) {
      warn(reasonOf(error))
      return openTranscriptFile(':memory:')
    }
  }

  return {
    of(customerId) {
      const known = open.get(customerId)
      if (known) return known.transcripts
      const db = opened(customerId)
      const files = resultFiles(folder, customerId)
      const transcripts = { lines: typedLines(db), conversations: conversationsIn(db, files) }
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
