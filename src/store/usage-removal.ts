import { existsSync } from 'node:fs'
import { openDatabase } from './database.ts'

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

/** Removes them from usage.db, so that nothing of them is left in the file. Returns how many there were. */
export function eraseUsage(file: string, of: UsageOf): number {
  if (!existsSync(file)) return 0
  const db = openDatabase(file)
  try {
    db.exec('PRAGMA secure_delete = ON')
    const { where, values } = conditionOf(of)
    const { changes } = db.prepare(`DELETE FROM turns WHERE ${where}`).run(...values)
    db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
    return Number(changes)
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
