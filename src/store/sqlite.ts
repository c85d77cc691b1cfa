// Opens a database of ours, and migrates it to this program's format without losing a row.

import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { SupportError } from '../base/errors.ts'
import { refuseNewerFormat } from '../base/format.ts'
import { shellWord } from '../base/text/shell-word.ts'

/** Result codes (sqlite.org/rescode.html) of a file that is no database, or a damaged one. */
const BROKEN = [11, 26]

/** Of a file that cannot be written, or beside which no log can be made. */
const UNWRITABLE = [8, 14]

const MAKE_ROOM = 'make room on the disk, then retry'
const MAKE_WRITABLE = 'make its disk writable, then retry'
const LOOK = 'check its disk and the rights of its folder, then retry'

/** What to do by the code of SQLite or of the file system: nothing is wrong with the file. */
const HINTS: Record<string, string> = {
  5: 'retry in a moment',
  8: MAKE_WRITABLE,
  10: LOOK,
  13: MAKE_ROOM,
  14: LOOK,
  EROFS: MAKE_WRITABLE,
  ENOSPC: MAKE_ROOM,
  EDQUOT: MAKE_ROOM,
}

/** How a kind of database looks. */
export interface DatabaseForm {
  /** `PRAGMA user_version`. */
  format: number
  /** Creates or changes tables, from any older format. Part of a transaction. */
  migrate(db: DatabaseSync): void
  /** How long to wait for another process that is writing, in milliseconds. */
  busyMs: number
  /** Further settings of each connection. */
  pragmas?: string
  /** What to do about a file that cannot be used. */
  hint: string
}

/**
 * The database in the current format. Throws `failed` for a file that cannot be used, or that a newer supportmax wrote; such
 * a file is not changed.
 *
 * @param file created with mode 0600 if missing; `:memory:` for one that ends with the process
 */
export function openSqlite(file: string, form: DatabaseForm): DatabaseSync {
  try {
    // SQLite would make it and its side files readable by other users.
    if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600))
    const db = new DatabaseSync(file, { timeout: form.busyMs })
    try {
      refuseNewerFormat(file, formatOf(db), form.format)
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${form.pragmas ?? ''}`)
      if (formatOf(db) < form.format) inTransaction(db, () => migrate(db, file, form))
      return db
    } catch (error) {
      db.close()
      throw error
    }
  } catch (error) {
    throw unusable(file, error, form.hint)
  }
}

/** What SQLite or the file system says, with the file that it is about and what to do. */
export function unusable(file: string, error: unknown, hint: string): SupportError {
  if (error instanceof SupportError) return error
  const { message, code = '', errcode = 0 } = error as Error & { code?: string; errcode?: number }
  const isDenied = code === 'EACCES' || code === 'EPERM'
  const denied = `run \`chmod u+rw ${shellWord(file)}\`, as its owner`
  // The file system names the file again.
  const reason = message.replace(/^E[A-Z]+: (.+), \w+ '.*'$/, '$1')
  return new SupportError('failed', `${file}: cannot be used (${reason})`, {
    hint: isDenied ? denied : (HINTS[code] ?? HINTS[errcode & 0xff] ?? hint),
    cause: error,
  })
}

/** Whether an error of openSqlite() says that the file is no database, or a damaged one. */
export function isBroken(error: unknown): boolean {
  const { cause } = error as { cause?: { errcode?: number } }
  return BROKEN.includes((cause?.errcode ?? 0) & 0xff)
}

/** Whether an error of openSqlite() says that the file, or its folder, cannot be written: it may be readable. */
export function cannotWrite(error: unknown): boolean {
  const { code = '', errcode = 0 } = ((error as Error).cause ?? {}) as { code?: string; errcode?: number }
  return ['EROFS', 'EACCES', 'EPERM'].includes(code) || UNWRITABLE.includes(errcode & 0xff)
}

/** Writes the log of a database into its file, and empties it. False if it cannot, as while another process reads the file. */
export function hasEmptiedLog(db: DatabaseSync): boolean {
  try {
    return Number(db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy) === 0
  } catch {
    return false
  }
}

/**
 * Writes the file anew, so that its free pages and its log have nothing of what was deleted. False as above, and if there is
 * no room for it: what was deleted is deleted all the same.
 */
export function isRewritten(db: DatabaseSync): boolean {
  try {
    db.exec('VACUUM')
  } catch {
    hasEmptiedLog(db)
    return false
  }
  return hasEmptiedLog(db)
}

export function formatOf(db: DatabaseSync, schema = 'main'): number {
  return Number(db.prepare(`PRAGMA ${schema}.user_version`).get()?.user_version)
}

/** All of the work's changes or none. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** Another supportmax may have opened the same file meanwhile. */
function migrate(db: DatabaseSync, file: string, form: DatabaseForm): void {
  refuseNewerFormat(file, formatOf(db), form.format)
  form.migrate(db)
  db.exec(`PRAGMA user_version = ${form.format}`)
}
