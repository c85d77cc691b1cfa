// Removes conversations and typed lines so that nothing of them is left in the files.

import type { DatabaseSync } from 'node:sqlite'
import { hasEmptiedLog, inTransaction, isRewritten } from '../../sqlite.ts'
import { holderIn } from '../holder.ts'
import type { ResultFiles } from '../result-files.ts'

/** How many of each. */
export interface RemovedCounts {
  conversations: number
  lines: number
  results: number
  /** How many of the results were of conversations that were gone already. */
  orphans?: number
  /** This file may still have parts of it: another process was reading it, or the disk is full. */
  leftIn?: string | undefined
}

/** What to remove: conversations by id, typed lines, and files of results. */
export interface Doomed {
  ids: string[]
  lines: number[]
  files: string[]
  /** Files of results whose conversation is gone: nobody can tell whose they were. */
  orphans: string[]
}

/** Files whose conversation is gone, such as those of a version that kept none, are removed when they are this old. */
const LEFT_MS = 24 * 3_600_000

/** Files of a customer without conversations. */
export function leftFiles(files: ResultFiles, now = Date.now()): string[] {
  return files
    .all()
    .filter(one => one.changedAt < now - LEFT_MS)
    .map(one => one.name)
}

/** What was last used before this time; not a conversation that a chat has open. */
export function olderThan(db: DatabaseSync, files: ResultFiles, before: number, now = Date.now()): Doomed {
  const rows = db.prepare('SELECT id, open_by, touched_at FROM conversations').all()
  const isOld = (row: (typeof rows)[number]) =>
    Number(row.touched_at) < before && holderIn(row.open_by) === undefined
  const old = rows.filter(isOld)
  const left = rows.filter(row => !isOld(row)).map(row => String(row.id))
  const lines = db.prepare('SELECT number FROM history WHERE at < ?').all(before)
  const isKept = (name: string) => left.some(id => name.startsWith(`${id}-`))
  const isOf = (name: string) => old.some(row => name.startsWith(`${row.id}-`))
  return {
    ids: old.map(row => String(row.id)),
    lines: lines.map(row => Number(row.number)),
    files: files
      .all()
      .filter(one => isOf(one.name) || (!isKept(one.name) && one.changedAt < now - LEFT_MS))
      .map(one => one.name),
    orphans: [],
  }
}

/** Everything of one person, a user of the operating system or a principal by its id, and what may be of them. */
export function ofPerson(
  db: DatabaseSync,
  files: ResultFiles,
  person: { login?: string; id?: string },
): Doomed {
  const [login, id] = [person.login ?? '', person.id ?? '']
  // A conversation is there before its files: none of them looks like left. A copy of one is made in a transaction.
  const names = inTransaction(db, () => files.all().map(one => one.name))
  const rows = db
    .prepare(
      "SELECT id, (?1 <> '' AND login = ?1) OR (?2 <> '' AND person = ?2) AS is_theirs FROM conversations",
    )
    .all(login, id)
  const all = rows.map(row => String(row.id))
  const ids = rows.filter(row => row.is_theirs === 1).map(row => String(row.id))
  const lines = db.prepare("SELECT number FROM history WHERE ?1 <> '' AND login = ?1").all(login)
  const isOf = (name: string, some: readonly string[]) => some.some(one => name.startsWith(`${one}-`))
  return {
    ids,
    lines: lines.map(row => Number(row.number)),
    files: names.filter(name => isOf(name, ids)),
    orphans: names.filter(name => !isOf(name, all)),
  }
}

export function countsOf({ ids, lines, files, orphans }: Doomed): RemovedCounts {
  return {
    conversations: ids.length,
    lines: lines.length,
    results: files.length + orphans.length,
    ...(orphans.length > 0 && { orphans: orphans.length }),
  }
}

/** Of a conversation. */
export const TABLES = ['entries', 'calls', 'messages']

/** Removes it, and writes the file anew, so that nothing of it is left in there. */
export function remove(db: DatabaseSync, files: ResultFiles, doomed: Doomed): RemovedCounts {
  for (const name of [...doomed.files, ...doomed.orphans]) files.remove(name)
  inTransaction(db, () => {
    for (const id of doomed.ids) {
      for (const table of TABLES) db.prepare(`DELETE FROM ${table} WHERE conversation = ?`).run(id)
      db.prepare('DELETE FROM conversations WHERE id = ?').run(id)
    }
    for (const number of doomed.lines) db.prepare('DELETE FROM history WHERE number = ?').run(number)
  })
  return { ...countsOf(doomed), leftIn: leftAfter(db, doomed.ids.length + doomed.lines.length > 0) }
}

/** Removes all conversations and typed lines. Returns the file that may still have parts of them. */
export function empty(db: DatabaseSync): string | undefined {
  inTransaction(db, () => {
    for (const table of [...TABLES, 'conversations', 'history']) db.exec(`DELETE FROM ${table}`)
  })
  return leftAfter(db, true)
}

/** Also finishes an earlier removal that another process had kept from ending. */
function leftAfter(db: DatabaseSync, isChanged: boolean): string | undefined {
  const isDirty = isChanged || Number(db.prepare('PRAGMA freelist_count').get()?.freelist_count) > 0
  const isClean = isDirty ? isRewritten(db) : hasEmptiedLog(db)
  return isClean ? undefined : (db.location() ?? undefined)
}
