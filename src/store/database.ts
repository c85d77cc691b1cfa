// The tables of usage.db.

import { DatabaseSync } from 'node:sqlite'
import { SupportError } from '../base/errors.ts'
import { refuseNewerFormat } from '../base/format.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import { formatOf, openSqlite } from './sqlite.ts'

/**
 * `PRAGMA user_version`. 0: from before formats; its later columns may be missing. 1: its `baseline_usd` took every prompt
 * cache to be cold, so it is kept but not read. 2: it did not tell the tokens of an interrupted turn from those of a whole one.
 */
const FORMAT = 3

/** Columns of `turns` that every format has. */
const FIRST_COLUMNS = {
  at: 'INTEGER NOT NULL',
  customer: 'TEXT NOT NULL',
  conversation: 'TEXT NOT NULL',
  question: 'TEXT NOT NULL',
  purpose: 'TEXT NOT NULL',
  platform: 'TEXT NOT NULL',
  vendor: 'TEXT NOT NULL',
  model: 'TEXT NOT NULL',
  outcome: 'TEXT NOT NULL',
  took_ms: 'REAL NOT NULL',
}

/** Columns that may be NULL. Add new ones here, with the next format: SQLite can add only such columns to a table. */
const LATER_COLUMNS = {
  first_token_ms: 'REAL',
  input_tokens: 'INTEGER',
  output_tokens: 'INTEGER',
  cache_read_tokens: 'INTEGER',
  cache_write_tokens: 'INTEGER',
  usage_is_partial: 'INTEGER',
  cost_usd: 'REAL',
  baseline_least_usd: 'REAL',
  baseline_most_usd: 'REAL',
}

const ALL_COLUMNS = { ...FIRST_COLUMNS, ...LATER_COLUMNS }
export type TurnColumn = keyof typeof ALL_COLUMNS
export const TURN_COLUMNS = Object.keys(ALL_COLUMNS) as TurnColumn[]

/** The usage database in the current format. Throws like openSqlite(). */
export function openDatabase(file: string): DatabaseSync {
  return openSqlite(file, {
    format: FORMAT,
    migrate,
    busyMs: TIMEOUTS.databaseBusy,
    hint: 'remove it (the usage recorded so far is then lost)',
  })
}

/** The usage database for reading: nothing in it is changed. Throws like openDatabase(), and for an older format. */
export function openDatabaseToRead(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: TIMEOUTS.databaseBusy })
  try {
    db.exec('PRAGMA query_only = ON')
    const format = formatOf(db)
    refuseNewerFormat(file, format, FORMAT)
    if (format < FORMAT)
      throw new SupportError('failed', `${file}: has an older format, which the next question updates`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function migrate(db: DatabaseSync): void {
  const columns = Object.entries(ALL_COLUMNS).map(([name, type]) => `${name} ${type}`)
  db.exec(`CREATE TABLE IF NOT EXISTS turns (${columns.join(', ')});
    CREATE INDEX IF NOT EXISTS turns_at ON turns (at);
    CREATE TABLE IF NOT EXISTS breakers (key TEXT PRIMARY KEY, memory TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS prefixes (account TEXT NOT NULL, hash TEXT NOT NULL, real_at INTEGER NOT NULL,
      as_if_at INTEGER NOT NULL, PRIMARY KEY (account, hash)) WITHOUT ROWID;`)
  const existing = new Set(
    db
      .prepare('PRAGMA table_info(turns)')
      .all()
      .map(row => row.name),
  )
  for (const [name, type] of Object.entries(LATER_COLUMNS))
    if (!existing.has(name)) db.exec(`ALTER TABLE turns ADD COLUMN ${name} ${type}`)
}
