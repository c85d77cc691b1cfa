// Removes all transcripts of one customer or one person.

import { existsSync, rmSync } from 'node:fs'
import { SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { isBroken } from '../../sqlite.ts'
import type { openTranscriptFile } from '../database.ts'
import { transcriptFile } from '../files.ts'
import { holderIn } from '../holder.ts'
import { resultFiles, resultFolder } from '../result-files.ts'
import { within } from './places.ts'
import { removeFiles } from './purge.ts'
import { countsOf, type Doomed, empty, ofPerson, type RemovedCounts, remove } from './remove.ts'

/** All of one person in this customer's file. Throws while a chat has a conversation of theirs open. */
export function personIn(folder: string, customerId: string, person: Parameters<typeof ofPerson>[2]): Doomed {
  if (!existsSync(transcriptFile(folder, customerId)))
    return {
      ids: [],
      lines: [],
      files: [],
      orphans: resultFiles(folder, customerId)
        .all()
        .map(one => one.name),
    }
  return within(folder, customerId, (db, files) => {
    const doomed = ofPerson(db, files, person)
    refuseOpen(db, customerId, doomed.ids)
    return doomed
  })
}

export function erasePersonIn(folder: string, customerId: string, doomed: Doomed): RemovedCounts {
  if (doomed.ids.length + doomed.lines.length === 0) {
    if (doomed.orphans.length > 0) removeFiles(folder, customerId, doomed.orphans)
    return countsOf(doomed)
  }
  return within(folder, customerId, (db, files) => remove(db, files, doomed))
}

/**
 * How much there is of one customer; undefined for a damaged file, of which nobody can tell. Throws while a chat has a
 * conversation open.
 */
export function customerCounts(folder: string, customerId: string): RemovedCounts | undefined {
  try {
    return countsIn(folder, customerId)
  } catch (error) {
    if (isBroken(error)) return undefined
    throw error
  }
}

function countsIn(folder: string, customerId: string): RemovedCounts {
  const results = resultFiles(folder, customerId).all().length
  if (!existsSync(transcriptFile(folder, customerId))) return { conversations: 0, lines: 0, results }
  return within(folder, customerId, db => {
    refuseOpen(db, customerId)
    const conversations = Number(db.prepare('SELECT count(*) AS n FROM conversations').get()?.n)
    const lines = Number(db.prepare('SELECT count(*) AS n FROM history').get()?.n)
    return { conversations, lines, results }
  })
}

/**
 * The files themselves. A chat without a question yet may have the database open: then it stays, with nothing in it.
 * Returns the file that may still have parts of it, because another process was reading it.
 */
export function eraseCustomer(folder: string, customerId: string): string | undefined {
  const file = transcriptFile(folder, customerId)
  const emptied = existsSync(file) ? emptiedIn(folder, customerId) : ALONE
  if (emptied.isAlone) for (const path of [file, `${file}-wal`, `${file}-shm`]) rmSync(path, { force: true })
  rmSync(resultFolder(folder, customerId), { recursive: true, force: true })
  return emptied.isAlone ? undefined : emptied.leftIn
}

const ALONE: Emptied = { isAlone: true, leftIn: undefined }

interface Emptied {
  /** No other process has it open: what that one writes into a file that is gone would be lost. */
  isAlone: boolean
  leftIn: string | undefined
}

function emptiedIn(folder: string, customerId: string): Emptied {
  try {
    return within(folder, customerId, db => {
      const leftIn = empty(db)
      return { isAlone: isOnlyUser(db), leftIn }
    })
  } catch (error) {
    // Nobody can use a damaged file.
    if (isBroken(error)) return ALONE
    throw error
  }
}

function isOnlyUser(db: ReturnType<typeof openTranscriptFile>): boolean {
  try {
    // It needs the database for itself.
    db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE')
    return true
  } catch {
    return false
  }
}

/** Throws while a chat has a conversation of this customer open: what it still writes would be in the wrong place. */
export function refuseOpenChats(folder: string, customerId: string): void {
  try {
    if (existsSync(transcriptFile(folder, customerId)))
      within(folder, customerId, db => refuseOpen(db, customerId))
  } catch (error) {
    // No chat writes into a file that cannot be used.
    if (error instanceof SupportError && error.code === 'refused') throw error
  }
}

/** @param ids of the conversations; default: all */
function refuseOpen(
  db: ReturnType<typeof openTranscriptFile>,
  customerId: string,
  ids?: readonly string[],
): void {
  const rows = db.prepare('SELECT id, open_by FROM conversations').all()
  const wanted = rows.filter(row => ids === undefined || ids.includes(String(row.id)))
  const open = wanted.flatMap(row => holderIn(row.open_by) ?? [])
  const pids = [...new Set(open)]
  if (pids.length === 0) return
  throw new SupportError(
    'refused',
    `${counted(pids.length, 'chat')} with ${customerId} still open (process ${pids.join(', ')})`,
    { hint: 'leave it with /quit, then retry; nothing was changed' },
  )
}
