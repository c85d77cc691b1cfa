import type { DatabaseSync } from 'node:sqlite'
import type { PrefixStore } from '../coordinator/money/prefixes.ts'

/** No vendor keeps a prompt for longer than a day. */
const KEPT_MS = 25 * 3_600_000

/** Removes what no vendor still has. */
export function forgetOldPrefixes(db: DatabaseSync, now: number): void {
  db.prepare('DELETE FROM prefixes WHERE max(real_at, as_if_at) < ?').run(now - KEPT_MS)
}

/** The prefixes in usage.db. One statement reads them and one writes them, so that processes never see half of a change. */
export function prefixesIn(db: DatabaseSync): PrefixStore {
  const read = db.prepare(
    'SELECT hash, real_at, as_if_at FROM prefixes WHERE account = ? AND hash IN (SELECT value FROM json_each(?))',
  )
  const write = db.prepare(`INSERT INTO prefixes (account, hash, real_at, as_if_at)
    SELECT ?1, value, ?3, ?4 FROM json_each(?2) WHERE true
    ON CONFLICT DO UPDATE SET real_at = max(real_at, ?3), as_if_at = max(as_if_at, ?4)`)
  return {
    usesOf(account, hashes) {
      const rows = read.all(account, JSON.stringify(hashes))
      return new Map(
        rows.map(row => [String(row.hash), { realAt: Number(row.real_at), asIfAt: Number(row.as_if_at) }]),
      )
    },
    use(account, hashes, { realAt = 0, asIfAt = 0 }) {
      write.run(account, JSON.stringify(hashes), realAt, asIfAt)
    },
  }
}
