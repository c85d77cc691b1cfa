// What is too old is removed a little at a time while a chat is open: nobody who types waits for it.

import type { DatabaseSync } from 'node:sqlite'
import type { ResultFiles } from '../result-files.ts'
import { olderThan, TABLES } from './remove.ts'

/** Rows of a step: results in the database have up to 64 KB. */
const ROWS = 4
/** By then the prompt is on the screen. */
const BEGIN_MS = 500
const PAUSE_MS = 5

/** Returns what ends it; the next chat continues. The file does not shrink before `transcript purge`. */
export function removeLater(
  db: DatabaseSync,
  files: ResultFiles,
  { before, failed }: { before: number; failed(error: unknown): void },
): () => void {
  const work = steps(db, files, before)
  let timer = setTimeout(step, BEGIN_MS).unref()
  function step(): void {
    try {
      if (!work.next().done) timer = setTimeout(step, PAUSE_MS).unref()
    } catch (error) {
      failed(error)
    }
  }
  return () => clearTimeout(timer)
}

/** The conversation itself goes last: a removal that was broken off begins again with what is left. */
function* steps(db: DatabaseSync, files: ResultFiles, before: number): Generator<void> {
  const doomed = olderThan(db, files, before)
  for (const name of doomed.files) yield files.remove(name)
  for (const id of doomed.ids) {
    for (const table of TABLES) while (hasRemovedSome(db, table, id)) yield
    yield void db.prepare('DELETE FROM conversations WHERE id = ?').run(id)
  }
  db.prepare('DELETE FROM history WHERE at < ?').run(before)
}

function hasRemovedSome(db: DatabaseSync, table: string, id: string): boolean {
  const some = `SELECT number FROM ${table} WHERE conversation = ?1 LIMIT ${ROWS}`
  const { changes } = db
    .prepare(`DELETE FROM ${table} WHERE conversation = ?1 AND number IN (${some})`)
    .run(id)
  return Number(changes) > 0
}
