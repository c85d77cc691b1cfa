import type { DatabaseSync } from 'node:sqlite'
import type { Cost } from '../../base/money.ts'
import { redact } from '../../base/redact.ts'
import { inTransaction } from '../sqlite.ts'
import { holderIn, ownMark } from './holder.ts'
import type { ResultFiles } from './result-files.ts'
import { type ConversationWriter, writerOf } from './writer.ts'

export interface KeptConversation {
  id: string
  /** Its first question, until a person gives it a title. */
  title: string
  begunAt: Date
  /** When the last question was asked. */
  touchedAt: Date
  /** Id of the principal, as in the audit record. */
  person: string
  /** The user of the operating system. */
  login: string
  /** The alert that it is about, if a question named one. */
  alert: string | undefined
  cost: Cost
  questions: number
  /** Under which tools its last question was asked. */
  setting: unknown
  forkedFrom: string | undefined
  /** The living process that adds to it. */
  openBy: number | undefined
}

export interface ConversationContents {
  entries: { number: number; at: Date; kind: string; body: unknown }[]
  calls: { number: number; body: unknown; hasEnded: boolean; text(): string }[]
  messages: unknown[]
}

/** Of one customer. */
export interface Conversations {
  /** Newest first. */
  list(): KeptConversation[]
  begin(id: string, by: Pick<KeptConversation, 'person' | 'login'>, at: Date): void
  /** For a conversation that this process has begun or claimed. */
  writer(id: string): ConversationWriter
  contents(id: string): ConversationContents
  /** Only one process at a time adds to a conversation. False if another one does. */
  claim(id: string): boolean
  release(id: string): void
  rename(id: string, title: string): void
  /** A copy to continue in, which this process has claimed. */
  fork(id: string, copy: string): void
}

/** @param since those that were last used before are too old, and about to be removed */
export function conversationsIn(db: DatabaseSync, files: ResultFiles, since = 0): Conversations {
  return {
    list: () => listed(db, since),
    begin(id, { person, login }, at) {
      const time = at.getTime()
      db.prepare(`INSERT INTO conversations (id, title, begun_at, touched_at, person, login, usd, unpriced, open_by)
        VALUES (?, '', ?, ?, ?, ?, 0, 0, ?)`).run(id, time, time, person, login, ownMark())
    },
    writer: id => writerOf(db, files, id),
    contents: id => contentsOf(db, files, id),
    claim: id => isClaimed(db, id),
    release(id) {
      db.prepare('UPDATE conversations SET open_by = NULL WHERE id = ? AND open_by = ?').run(id, ownMark())
    },
    rename: (id, title) =>
      void db.prepare('UPDATE conversations SET title = ? WHERE id = ?').run(redact(title), id),
    fork: (id, copy) => inTransaction(db, () => fork(db, files, { id, copy })),
  }
}

function listed(db: DatabaseSync, since: number): KeptConversation[] {
  const rows =
    db.prepare(`SELECT *, (SELECT count(*) FROM entries WHERE conversation = id AND kind = 'asked') AS questions
    FROM conversations WHERE touched_at >= ? ORDER BY touched_at DESC, id`)
  return rows.all(since).map(row => ({
    id: String(row.id),
    title: String(row.title),
    begunAt: new Date(Number(row.begun_at)),
    touchedAt: new Date(Number(row.touched_at)),
    person: String(row.person),
    login: String(row.login),
    alert: row.alert === null ? undefined : String(row.alert),
    cost: { usd: Number(row.usd), unknown: Number(row.unpriced) },
    questions: Number(row.questions),
    setting: row.setting === null ? undefined : JSON.parse(String(row.setting)),
    forkedFrom: row.forked_from === null ? undefined : String(row.forked_from),
    openBy: holderIn(row.open_by),
  }))
}

function contentsOf(db: DatabaseSync, files: ResultFiles, id: string): ConversationContents {
  const rows = (table: string) =>
    db.prepare(`SELECT * FROM ${table} WHERE conversation = ? ORDER BY number`).all(id)
  const text = db.prepare('SELECT text FROM calls WHERE conversation = ? AND number = ?')
  return {
    entries: rows('entries').map(row => ({
      number: Number(row.number),
      at: new Date(Number(row.at)),
      kind: String(row.kind),
      body: JSON.parse(String(row.body)),
    })),
    calls: rows('calls').map(row => {
      const { file } = row
      const number = Number(row.number)
      const read = () => (file === null ? String(text.get(id, number)?.text ?? '') : files.read(String(file)))
      return {
        number,
        body: JSON.parse(String(row.body)),
        hasEnded: file !== null || row.text !== null,
        text: read,
      }
    }),
    messages: rows('messages').map(row => JSON.parse(String(row.body))),
  }
}

/** Two processes may try at the same time: one statement decides. */
function isClaimed(db: DatabaseSync, id: string): boolean {
  const holder = db.prepare('SELECT open_by FROM conversations WHERE id = ?').get(id)?.open_by ?? null
  if (holder !== ownMark() && holderIn(holder) !== undefined) return false
  const { changes } = db
    .prepare('UPDATE conversations SET open_by = ? WHERE id = ? AND open_by IS ?')
    .run(ownMark(), id, holder)
  return changes === 1
}

const SAME_COLUMNS = { entries: 'number, at, kind, body', messages: 'number, body' }

function fork(db: DatabaseSync, files: ResultFiles, { id, copy }: { id: string; copy: string }): void {
  db.prepare(`INSERT INTO conversations (id, title, begun_at, touched_at, person, login, alert, usd, unpriced, setting,
      forked_from, open_by)
    SELECT ?2, title, begun_at, touched_at, person, login, alert, usd, unpriced, setting, id, ?3
    FROM conversations WHERE id = ?1`).run(id, copy, ownMark())
  for (const [table, columns] of Object.entries(SAME_COLUMNS))
    db.prepare(`INSERT INTO ${table} (conversation, ${columns}) SELECT ?, ${columns} FROM ${table}
      WHERE conversation = ?`).run(copy, id)
  const add = db.prepare('INSERT INTO calls (conversation, number, body, text, file) VALUES (?, ?, ?, ?, ?)')
  for (const row of db.prepare('SELECT * FROM calls WHERE conversation = ?').all(id)) {
    const { number, body, text, file } = row
    const own = file === null ? null : `${copy}-${number}.txt`
    if (own !== null) files.share(String(file), own)
    add.run(copy, number ?? null, body ?? null, text ?? null, own)
  }
}
