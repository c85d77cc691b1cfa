// The tables of a customer's transcripts. The file is the customer: no row names one.

import { lstatSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { SupportError } from '../../base/errors.ts'
import { shellWord } from '../../base/text/shell-word.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { openSqlite, unusable } from '../sqlite.ts'

const FORMAT = 1

/**
 * `person`: a principal's id, as in the audit record; `login`: the user of the operating system. `open_by`: the process that
 * adds to the conversation (holder.ts). Times are in milliseconds since 1970.
 */
const TABLES = `
  CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, begun_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL, person TEXT NOT NULL, login TEXT NOT NULL, alert TEXT, usd REAL NOT NULL,
    unpriced INTEGER NOT NULL, setting TEXT, forked_from TEXT, open_by TEXT) WITHOUT ROWID;
  CREATE TABLE entries (conversation TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (conversation, number)) WITHOUT ROWID;
  CREATE TABLE calls (conversation TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, text TEXT, file TEXT,
    PRIMARY KEY (conversation, number)) WITHOUT ROWID;
  CREATE TABLE messages (conversation TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conversation, number)) WITHOUT ROWID;
  CREATE TABLE history (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, login TEXT NOT NULL, line TEXT NOT NULL);`

/** Throws like openSqlite(), and for a link or a folder. What is deleted is overwritten in the file. */
export function openTranscriptFile(file: string): DatabaseSync {
  const found = lstatSync(file, { throwIfNoEntry: false })
  // A link could lead to the transcripts of another customer.
  if (found && !found.isFile())
    throw new SupportError(
      'failed',
      `${file}: is ${found.isDirectory() ? 'a folder' : 'a link'}, not a file`,
      {
        hint: movingAside(file),
      },
    )
  return openSqlite(file, {
    format: FORMAT,
    migrate: db => db.exec(TABLES),
    busyMs: TIMEOUTS.transcriptBusy,
    pragmas: 'PRAGMA secure_delete = ON;',
    hint: hintFor(file),
  })
}

/** The same error as when the file was opened, for what goes wrong later, such as at a damaged page. */
export function naming<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unusableTranscripts(file, error)
  }
}

export function unusableTranscripts(file: string, error: unknown): SupportError {
  return unusable(file, error, hintFor(file))
}

/** What to do with a file or folder that is not what it should be. */
export function movingAside(path: string): string {
  return `run \`mv ${shellWord(path)} ${shellWord(`${path}.aside`)}\``
}

function hintFor(file: string): string {
  const customer = basename(file, '.db')
  return `move it away, or run \`supportmax transcript erase --customer ${customer}\`: the conversations and typed lines in it are lost`
}
