import type { DatabaseSync } from 'node:sqlite'
import { redact } from '../../base/redact.ts'

/** What is offered again. */
const MOST_LINES = 1_000

/** In characters. Nobody looks for a longer one among typed lines: it was pasted. */
const LONGEST_LINE = 4_000

/** Lines that were typed for one customer. */
export interface TypedLines {
  /** Oldest first. */
  all(): string[]
  /** Not a line that is the same as the one before. */
  add(line: string, login: string): void
}

export function typedLines(db: DatabaseSync, now = Date.now): TypedLines {
  const newest = db.prepare('SELECT line FROM history ORDER BY number DESC LIMIT ?')
  const add = db.prepare('INSERT INTO history (at, login, line) VALUES (?, ?, ?)')
  return {
    all: () =>
      newest
        .all(MOST_LINES)
        .map(row => String(row.line))
        .reverse(),
    add(line, login) {
      const shown = redact(line)
      if (shown.length > LONGEST_LINE || newest.get(1)?.line === shown) return
      add.run(now(), login, shown)
    },
  }
}
