import { existsSync } from 'node:fs'
import { TIMEOUTS } from '../base/timeouts.ts'
import { openDatabase } from './database.ts'
import { isRewritten } from './sqlite.ts'

/** Whose requests to remove. */
export type UsageOf = { customer: string } | { conversations: readonly string[] }

/** How many requests usage.db has of them. */
export function usageCount(file: string, of: UsageOf): number {
  if (!existsSync(file)) return 0
  const db = openDatabase(file)
  try {
    const { where, values } = conditionOf(of)
    return Number(db.prepare(`SELECT count(*) AS n FROM turns WHERE ${where}`).get(...values)?.n)
  } finally {
    db.close()
  }
}

/** How many there were, and the file that may still have parts of them, because another process was reading it. */
export interface ErasedUsage {
  requests: number
  leftIn: string | undefined
}

/** Removes them from usage.db, so that nothing of them is left in the file. */
export function eraseUsage(file: string, of: UsageOf): ErasedUsage {
  return changed(file, db => {
    const { where, values } = conditionOf(of)
    return Number(db.prepare(`DELETE FROM turns WHERE ${where}`).run(...values).changes)
  })
}

/** Gives the requests of a customer to the id that it has from now on. */
export function moveUsage(file: string, from: string, to: string): void {
  if (!existsSync(file)) return
  const db = openDatabase(file)
  try {
    db.exec(`PRAGMA busy_timeout = ${TIMEOUTS.transcriptBusy}`)
    db.prepare('UPDATE turns SET customer = ? WHERE customer = ?').run(to, from)
  } finally {
    db.close()
  }
}

/** Empties what an earlier removal had to leave. */
export function tidyUsage(file: string): ErasedUsage {
  return changed(file, () => 0)
}

function changed(file: string, work: (db: ReturnType<typeof openDatabase>) => number): ErasedUsage {
  if (!existsSync(file)) return { requests: 0, leftIn: undefined }
  const db = openDatabase(file)
  try {
    // Longer than a question waits: nobody is typing here.
    db.exec(`PRAGMA secure_delete = ON; PRAGMA busy_timeout = ${TIMEOUTS.transcriptBusy}`)
    const requests = work(db)
    return { requests, leftIn: isRewritten(db) ? undefined : file }
  } finally {
    db.close()
  }
}

function conditionOf(of: UsageOf): { where: string; values: string[] } {
  if ('customer' in of) return { where: 'customer = ?', values: [of.customer] }
  return {
    where: 'conversation IN (SELECT value FROM json_each(?))',
    values: [JSON.stringify(of.conversations)],
  }
}
