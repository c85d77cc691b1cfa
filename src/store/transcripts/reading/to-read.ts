import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { type Conversations, conversationsIn } from '../conversations.ts'
import { naming, openTranscriptFile } from '../database.ts'
import { transcriptFile } from '../files.ts'
import { resultFiles } from '../result-files.ts'
import { copyToRead } from './read-only.ts'

/** The transcripts of all customers, for commands: no file is created for a customer without one, and nothing is removed. */
export interface OpenShelf {
  /** Undefined if nothing is kept of this customer. Throws `failed`, naming the file, for one that cannot be used. */
  conversations(customerId: string): Pick<Conversations, 'list' | 'contents'> | undefined
  close(): void
}

/** @param folder the project's state folder */
export function openShelfToRead(folder: string): OpenShelf {
  const open = new Map<string, DatabaseSync>()
  return {
    conversations(customerId) {
      const file = transcriptFile(folder, customerId)
      if (!existsSync(file)) return undefined
      const db = open.get(customerId) ?? openToRead(file)
      open.set(customerId, db)
      const { list, contents } = conversationsIn(db, resultFiles(folder, customerId))
      return { list: () => naming(file, list), contents: id => naming(file, () => contents(id)) }
    },
    close() {
      for (const db of open.values()) db.close()
    },
  }
}

function openToRead(file: string): DatabaseSync {
  try {
    return openTranscriptFile(file)
  } catch (error) {
    const copy = copyToRead(file, error)
    if (copy) return copy
    throw error
  }
}
