// The tables of a customer's transcripts. The file is the customer: no row names one.

import type { DatabaseSync } from 'node:sqlite'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { openSqlite } from '../sqlite.ts'

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

/** Throws like openSqlite(). What is deleted is overwritten in the file. */
export function openTranscriptFile(file: string): DatabaseSync {
  return openSqlite(file, {
    format: FORMAT,
    migrate: db => db.exec(TABLES),
    busyMs: TIMEOUTS.transcriptBusy,
    pragmas: 'PRAGMA secure_delete = ON;',
    hint: 'move it away (conversations and typed lines of this customer are in it)',
  })
}
