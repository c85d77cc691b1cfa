// Removes all transcripts of one customer or one person, and what is too old.

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { openTranscriptFile } from '../database.ts'
import { transcriptFile, transcriptFolder } from '../files.ts'
import { holderIn } from '../holder.ts'
import { resultFiles, resultFolder } from '../result-files.ts'
import { countsOf, type Doomed, empty, ofPerson, olderThan, type RemovedCounts, remove } from './remove.ts'

/** Ids of the customers of whom anything is kept, also of those that are no longer in the configuration. */
export function customersWithTranscripts(folder: string): string[] {
  const own = transcriptFolder(folder)
  const names = existsSync(own) ? readdirSync(own) : []
  return names.filter(name => name.endsWith('.db')).map(name => name.slice(0, -'.db'.length))
}

/** Opens a customer's file, and closes it afterwards. */
function within<T>(
  folder: string,
  customerId: string,
  choose: (db: ReturnType<typeof openTranscriptFile>, files: ReturnType<typeof resultFiles>) => T,
): T {
  const db = openTranscriptFile(transcriptFile(folder, customerId))
  try {
    return choose(db, resultFiles(folder, customerId))
  } finally {
    db.close()
  }
}

/** Removes what was last used before this time. `isTrial`: only counts it. */
export function purge(
  folder: string,
  customerId: string,
  { before, isTrial = false }: { before: number; isTrial?: boolean },
): RemovedCounts {
  return within(folder, customerId, (db, files) => {
    const doomed = olderThan(db, files, before)
    return isTrial ? countsOf(doomed) : remove(db, files, doomed)
  })
}

/** All of one person in this customer's file. Throws while a chat has a conversation of theirs open. */
export function personIn(folder: string, customerId: string, person: Parameters<typeof ofPerson>[2]): Doomed {
  return within(folder, customerId, (db, files) => {
    const doomed = ofPerson(db, files, person)
    refuseOpen(db, customerId, doomed.ids)
    return doomed
  })
}

export function erasePersonIn(folder: string, customerId: string, doomed: Doomed): RemovedCounts {
  return within(folder, customerId, (db, files) => remove(db, files, doomed))
}

/** How much there is of one customer. Throws while a chat has a conversation open. */
export function customerCounts(folder: string, customerId: string): RemovedCounts {
  const results = resultFiles(folder, customerId).all().length
  if (!existsSync(transcriptFile(folder, customerId))) return { conversations: 0, lines: 0, results }
  return within(folder, customerId, db => {
    const ids = db.prepare('SELECT id FROM conversations').all()
    refuseOpen(
      db,
      customerId,
      ids.map(row => String(row.id)),
    )
    const lines = Number(db.prepare('SELECT count(*) AS n FROM history').get()?.n)
    return { conversations: ids.length, lines, results }
  })
}

/** The files themselves. A chat without a question yet may have the database open: then it stays, with nothing in it. */
export function eraseCustomer(folder: string, customerId: string): void {
  const file = transcriptFile(folder, customerId)
  if (!existsSync(file) || within(folder, customerId, isEmptiedAlone))
    for (const path of [file, `${file}-wal`, `${file}-shm`]) rmSync(path, { force: true })
  rmSync(resultFolder(folder, customerId), { recursive: true, force: true })
}

/** Whether no other process has it open: what that one writes into a file that is gone would be lost. */
function isEmptiedAlone(db: ReturnType<typeof openTranscriptFile>): boolean {
  empty(db)
  try {
    // It needs the database for itself.
    db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE')
    return true
  } catch {
    return false
  }
}

function refuseOpen(
  db: ReturnType<typeof openTranscriptFile>,
  customerId: string,
  ids: readonly string[],
): void {
  const holders = db.prepare('SELECT id, open_by FROM conversations').all()
  const open = holders.flatMap(row => (ids.includes(String(row.id)) ? (holderIn(row.open_by) ?? []) : []))
  const pids = [...new Set(open)]
  if (pids.length === 0) return
  throw new SupportError(
    'refused',
    `${counted(pids.length, 'chat')} with ${customerId} still open (process ${pids.join(', ')})`,
    { hint: 'leave it with /quit, then retry; nothing was erased' },
  )
}
