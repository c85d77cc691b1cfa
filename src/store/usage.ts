import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { SupportError } from '../base/errors.ts'
import type { TurnRecord } from '../coordinator/figures/record.ts'
import type { BreakerMemory } from '../coordinator/route/breaker.ts'
import type { Usage } from '../platforms/platform.ts'

/** What the model platforms did and cost, kept from run to run; several processes write into it side by side. */
export interface UsageStore {
  add(turn: TurnRecord): void
  /** Oldest first; `from` in milliseconds since 1970. */
  turns(from: number, customer?: string): TurnRecord[]
  /** The newest turns, oldest first. */
  newest(most: number): TurnRecord[]
  breakers(): BreakerMemory[]
  /** undefined: it closed. */
  saveBreaker(key: string, memory: BreakerMemory | undefined): void
  close(): void
}

/** Spending of a quarter can be looked up. */
const KEPT_MS = 100 * 24 * 3_600_000
/** It waits without letting anything else run. */
const BUSY_MS = 250

/**
 * The same, where answers matter more than accounts: what cannot be kept in the file is kept until the end of this run.
 *
 * @param told gets the reason, once
 */
export function openUsageOrForget(file: string, told: (reason: string) => void): UsageStore {
  let kept: UsageStore
  try {
    kept = openUsage(file)
  } catch (error) {
    told((error as Error).message)
    return openUsage(':memory:')
  }
  let forgotten: UsageStore | undefined
  function safely<T>(work: (store: UsageStore) => T): T {
    if (forgotten) return work(forgotten)
    try {
      return work(kept)
    } catch (error) {
      told(`${file}: cannot be used (${(error as Error).message})`)
      forgotten = openUsage(':memory:')
      return work(forgotten)
    }
  }
  return {
    add: turn => safely(store => store.add(turn)),
    turns: (from, customer) => safely(store => store.turns(from, customer)),
    newest: most => safely(store => store.newest(most)),
    breakers: () => safely(store => store.breakers()),
    saveBreaker: (key, memory) => safely(store => store.saveBreaker(key, memory)),
    close() {
      kept.close()
      forgotten?.close()
    },
  }
}

/** @param file made where it is missing, mode 0600 */
export function openUsage(file: string, now = Date.now()): UsageStore {
  const db = opened(file)
  const add = db.prepare(`INSERT INTO turns VALUES (${COLUMNS.map(() => '?').join(', ')})`)
  db.prepare('DELETE FROM turns WHERE at < ?').run(now - KEPT_MS)
  return {
    add: turn => void add.run(...rowOf(turn)),
    turns(from, customer) {
      const where = customer === undefined ? '' : ' AND customer = ?'
      const rows = db.prepare(`SELECT * FROM turns WHERE at >= ?${where} ORDER BY at, rowid`)
      return rows.all(...[from, ...(customer === undefined ? [] : [customer])]).map(turnOf)
    },
    newest: most =>
      db.prepare('SELECT * FROM turns ORDER BY at DESC, rowid DESC LIMIT ?').all(most).map(turnOf).reverse(),
    breakers: () => db.prepare('SELECT memory FROM breakers').all().flatMap(memoryOf),
    saveBreaker(key, memory) {
      if (memory) db.prepare('INSERT OR REPLACE INTO breakers VALUES (?, ?)').run(key, JSON.stringify(memory))
      else db.prepare('DELETE FROM breakers WHERE key = ?').run(key)
    },
    close: () => db.close(),
  }
}

const COLUMNS = [
  'at INTEGER NOT NULL',
  'customer TEXT NOT NULL',
  'conversation TEXT NOT NULL',
  'question TEXT NOT NULL',
  'purpose TEXT NOT NULL',
  'platform TEXT NOT NULL',
  'vendor TEXT NOT NULL',
  'model TEXT NOT NULL',
  'outcome TEXT NOT NULL',
  'first_token_ms REAL',
  'took_ms REAL NOT NULL',
  'input_tokens INTEGER',
  'output_tokens INTEGER',
  'cache_read_tokens INTEGER',
  'cache_write_tokens INTEGER',
  'cost_usd REAL',
  'baseline_usd REAL',
]

function opened(file: string): DatabaseSync {
  try {
    // SQLite would make it readable by others, and its side files like it.
    if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600))
    const db = new DatabaseSync(file, { timeout: BUSY_MS })
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
    db.exec(`CREATE TABLE IF NOT EXISTS turns (${COLUMNS.join(', ')});
      CREATE INDEX IF NOT EXISTS turns_at ON turns (at);
      CREATE TABLE IF NOT EXISTS breakers (key TEXT PRIMARY KEY, memory TEXT NOT NULL);`)
    return db
  } catch (error) {
    throw new SupportError('failed', `${file}: cannot be used (${(error as Error).message})`, {
      hint: 'remove it: what the platforms cost so far is then forgotten',
      cause: error,
    })
  }
}

function rowOf(turn: TurnRecord): (string | number | null)[] {
  const { usage } = turn
  return [
    turn.at,
    turn.customer,
    turn.conversation,
    turn.question,
    turn.purpose,
    turn.platform,
    turn.vendor,
    turn.model,
    turn.outcome,
    turn.firstTokenMs ?? null,
    turn.tookMs,
    usage?.inputTokens ?? null,
    usage?.outputTokens ?? null,
    usage?.cacheReadTokens ?? null,
    usage?.cacheWriteTokens ?? null,
    turn.costUsd ?? null,
    turn.baselineUsd ?? null,
  ]
}

/** What is none is left out: it only makes a platform be asked once more. */
function memoryOf({ memory }: Row): BreakerMemory[] {
  try {
    const value: unknown = JSON.parse(String(memory))
    return typeof value === 'object' && value !== null ? [value as BreakerMemory] : []
  } catch {
    return []
  }
}

type Row = Record<string, unknown>

function turnOf(row: Row): TurnRecord {
  const number = (name: string) => (row[name] === null ? undefined : Number(row[name]))
  const usage: Usage | undefined =
    row.input_tokens === null
      ? undefined
      : {
          inputTokens: Number(row.input_tokens),
          outputTokens: Number(row.output_tokens),
          cacheReadTokens: Number(row.cache_read_tokens),
          cacheWriteTokens: Number(row.cache_write_tokens),
        }
  return {
    at: Number(row.at),
    customer: String(row.customer),
    conversation: String(row.conversation),
    question: String(row.question),
    purpose: row.purpose as TurnRecord['purpose'],
    platform: String(row.platform),
    vendor: String(row.vendor),
    model: String(row.model),
    outcome: row.outcome as TurnRecord['outcome'],
    firstTokenMs: number('first_token_ms'),
    tookMs: Number(row.took_ms),
    usage,
    costUsd: number('cost_usd'),
    baselineUsd: number('baseline_usd'),
  }
}
