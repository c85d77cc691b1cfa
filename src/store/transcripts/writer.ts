import type { DatabaseSync } from 'node:sqlite'
import type { Cost } from '../../base/money.ts'
import { redact, withoutSecrets } from '../../base/redact.ts'
import type { ResultFiles } from './result-files.ts'

/** Longer results are files. In characters. */
const LONGEST_TEXT = 65_536

/** Adds to one conversation. Each method returns when it is written, and so survives `kill -9`; secrets are hidden. */
export interface ConversationWriter {
  /** Returns the number of the entry. */
  add(entry: { kind: string; at: Date; body: unknown }): number
  /** Replaces what an entry says. */
  amend(number: number, body: unknown): void
  /** A call that begins. */
  call(number: number, body: unknown): void
  /** A call that has ended. Returns what reads its text. */
  result(number: number, body: unknown, text: string): () => string
  /** Messages for the model, in place of those from this index on. */
  messages(from: number, added: readonly unknown[]): void
  change(facts: {
    title?: string
    alert?: string
    setting?: unknown
    /** Of one more question. */
    cost?: Cost
    at?: Date
  }): void
}

export function writerOf(db: DatabaseSync, files: ResultFiles, id: string): ConversationWriter {
  const add = db.prepare(`INSERT INTO entries (conversation, number, at, kind, body)
    SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM entries WHERE conversation = ?1 RETURNING number`)
  const amend = db.prepare('UPDATE entries SET body = ?3 WHERE conversation = ?1 AND number = ?2')
  const call = db.prepare(`INSERT OR REPLACE INTO calls (conversation, number, body, text, file)
    VALUES (?, ?, ?, ?, ?)`)
  const text = db.prepare('SELECT text FROM calls WHERE conversation = ? AND number = ?')
  const forget = db.prepare('DELETE FROM messages WHERE conversation = ? AND number >= ?')
  const message = db.prepare('INSERT INTO messages (conversation, number, body) VALUES (?, ?, ?)')
  const change =
    db.prepare(`UPDATE conversations SET title = coalesce(?2, title), alert = coalesce(?3, alert),
    setting = coalesce(?4, setting), usd = usd + ?5, unpriced = unpriced + ?6, touched_at = max(touched_at, ?7)
    WHERE id = ?1`)
  return {
    add: ({ kind, at, body }) => Number(add.get(id, at.getTime(), kind, jsonOf(body))?.number),
    amend: (number, body) => void amend.run(id, number, jsonOf(body)),
    call: (number, body) => void call.run(id, number, jsonOf(body), null, null),
    result(number, body, whole) {
      if (whole.length <= LONGEST_TEXT) {
        call.run(id, number, jsonOf(body), whole, null)
        return () => String(text.get(id, number)?.text ?? '')
      }
      const file = `${id}-${number}.txt`
      files.write(file, whole)
      call.run(id, number, jsonOf(body), null, file)
      return () => files.read(file)
    },
    messages(from, added) {
      forget.run(id, from)
      for (const [i, one] of added.entries()) message.run(id, from + i, jsonOf(one))
    },
    change({ title, alert, setting, cost, at }) {
      const shown = [title, alert].map(one => (one === undefined ? null : redact(one)))
      const [newTitle = null, newAlert = null] = shown
      const json = setting === undefined ? null : jsonOf(setting)
      change.run(id, newTitle, newAlert, json, cost?.usd ?? 0, cost?.unknown ?? 0, at?.getTime() ?? 0)
    },
  }
}

function jsonOf(body: unknown): string {
  return JSON.stringify(withoutSecrets(body)) ?? 'null'
}
