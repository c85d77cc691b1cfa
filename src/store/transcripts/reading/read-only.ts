// Transcripts on a disk that cannot be written: they are read into memory, so that all that works with them works.

import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { cannotWrite, formatOf, inTransaction } from '../../sqlite.ts'
import { openTranscriptFile } from '../database.ts'
import { type ResultFiles, resultsInMemory } from '../result-files.ts'

/** What is in the file, in memory; undefined if it cannot be read either, or `error` has another reason. */
export function copyToRead(file: string, error: unknown): DatabaseSync | undefined {
  if (!cannotWrite(error)) return undefined
  return copied(file, 'mode=ro') ?? (hasLog(file) ? undefined : copied(file, 'mode=ro&immutable=1'))
}

/** What is in the log is left out of a file that is read as immutable. */
function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** SQLite wants to write beside a file that it only reads, unless it may believe that nobody changes it (`immutable`). */
function copied(file: string, way: string): DatabaseSync | undefined {
  const db = openTranscriptFile(':memory:')
  try {
    const format = formatOf(db)
    db.prepare('ATTACH ? AS disk').run(`${pathToFileURL(file).href}?${way}`)
    if (formatOf(db, 'disk') !== format) throw new Error('another format')
    inTransaction(db, () => {
      const tables = db.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'").all()
      for (const { name } of tables) db.exec(`INSERT INTO main.${name} SELECT * FROM disk.${name}`)
    })
    db.exec('DETACH disk')
    return db
  } catch {
    db.close()
    return undefined
  }
}

/** Large results of the copy: those of the disk, and new ones that end with the process. */
export function resultsToRead(disk: ResultFiles): ResultFiles {
  const own = resultsInMemory()
  const isOwn = (name: string) => own.all().some(one => one.name === name)
  const read = (name: string) => (isOwn(name) ? own.read(name) : disk.read(name))
  return {
    ...own,
    read,
    share(name, other) {
      try {
        own.write(other, read(name))
        return true
      } catch {
        return false
      }
    },
  }
}
