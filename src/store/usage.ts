import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { TurnRecord } from '../coordinator/figures/record.ts'
import type { PrefixStore } from '../coordinator/money/prefixes.ts'
import type { BreakerMemory } from '../coordinator/route/breaker.ts'
import type { Usage } from '../platforms/platform.ts'
import { openDatabase, openDatabaseToRead, TURN_COLUMNS, type TurnColumn } from './database.ts'
import { forgetOldPrefixes, prefixesIn } from './prefixes.ts'

/** Requests to model platforms and their cost, kept between runs. Several processes may write at the same time. */
export interface UsageStore {
  add(turn: TurnRecord): void
  /** Oldest first; `from` in milliseconds since 1970. */
  turns(from: number, customer?: string): TurnRecord[]
  /** US dollars of the requests since then, as far as their cost is known. */
  spentSince(from: number, customer?: string): number
  /** The newest turns, oldest first. */
  newest(most: number): TurnRecord[]
  /** What the vendors' prompt caches hold. */
  prefixes: PrefixStore
  breakers(): BreakerMemory[]
  /** `memory` is undefined when the breaker has closed. */
  saveBreaker(key: string, memory: BreakerMemory | undefined): void
  /** Whether earlier runs are known too. If not, the file could not be used. */
  isKept(): boolean
  close(): void
}

/** 100 days, so that a quarter's spending can be looked up. */
export const KEPT_DAYS = 100
const KEPT_MS = KEPT_DAYS * 24 * 3_600_000

/**
 * A store that never fails, because answers matter more than usage figures: if the file cannot be used, turns are kept in
 * memory until the end of this run.
 *
 * @param warn gets the reason, once
 */
export function openUsageOrForget(
  file: string,
  warn: (reason: string) => void,
  open: (file: string) => UsageStore = openUsage,
): UsageStore {
  let kept: UsageStore
  try {
    kept = open(file)
  } catch (error) {
    warn((error as Error).message)
    return { ...openUsage(':memory:'), isKept: () => false }
  }
  let forgotten: UsageStore | undefined
  function safely<T>(work: (store: UsageStore) => T): T {
    if (forgotten) return work(forgotten)
    try {
      return work(kept)
    } catch (error) {
      warn(`${file}: cannot be used (${(error as Error).message})`)
      forgotten = openUsage(':memory:')
      return work(forgotten)
    }
  }
  return {
    add: turn => safely(store => store.add(turn)),
    turns: (from, customer) => safely(store => store.turns(from, customer)),
    spentSince: (from, customer) => safely(store => store.spentSince(from, customer)),
    newest: most => safely(store => store.newest(most)),
    prefixes: {
      usesOf: (account, hashes) => safely(store => store.prefixes.usesOf(account, hashes)),
      use: (account, hashes, at) => safely(store => store.prefixes.use(account, hashes, at)),
    },
    breakers: () => safely(store => store.breakers()),
    saveBreaker: (key, memory) => safely(store => store.saveBreaker(key, memory)),
    isKept: () => forgotten === undefined,
    close() {
      kept.close()
      forgotten?.close()
    },
  }
}

/**
 * The store in a file. Throws `failed` if it cannot be used, or if a newer supportmax wrote it.
 *
 * @param file created with mode 0600 if missing
 */
export function openUsage(file: string, now = Date.now()): UsageStore {
  const db = openDatabase(file)
  db.prepare('DELETE FROM turns WHERE at < ?').run(now - KEPT_MS)
  forgetOldPrefixes(db, now)
  return storeIn(db)
}

/** The store in a file, which is neither created nor changed: what is added to it is forgotten. Throws `failed`. */
export function openUsageToRead(file: string): UsageStore {
  if (!existsSync(file)) return openUsage(':memory:')
  const store = storeIn(openDatabaseToRead(file))
  return { ...store, add() {}, saveBreaker() {}, prefixes: { ...store.prefixes, use() {} } }
}

function storeIn(db: DatabaseSync): UsageStore {
  const names = TURN_COLUMNS.join(', ')
  const add = db.prepare(`INSERT INTO turns (${names}) VALUES (${TURN_COLUMNS.map(() => '?').join(', ')})`)
  return {
    add(turn) {
      const row = rowOf(turn)
      add.run(...TURN_COLUMNS.map(name => row[name]))
    },
    turns(from, customer) {
      const where = customer === undefined ? '' : ' AND customer = ?'
      const rows = db.prepare(`SELECT * FROM turns WHERE at >= ?${where} ORDER BY at, rowid`)
      return rows.all(...[from, ...(customer === undefined ? [] : [customer])]).flatMap(turnOf)
    },
    spentSince(from, customer) {
      const sum = `SELECT coalesce(sum(cost_usd), 0) AS usd FROM turns WHERE at >= ? AND ${IS_AMOUNT}`
      const row =
        customer === undefined
          ? db.prepare(sum).get(from)
          : db.prepare(`${sum} AND customer = ?`).get(from, customer)
      return Number(row?.usd)
    },
    newest: most =>
      db
        .prepare('SELECT * FROM turns ORDER BY at DESC, rowid DESC LIMIT ?')
        .all(most)
        .flatMap(turnOf)
        .reverse(),
    prefixes: prefixesIn(db),
    breakers: () => db.prepare('SELECT memory FROM breakers').all().flatMap(memoryOf),
    saveBreaker: (key, memory) => saveBreaker(db, key, memory),
    isKept: () => true,
    close: () => db.close(),
  }
}

function saveBreaker(db: DatabaseSync, key: string, memory: BreakerMemory | undefined): void {
  if (memory)
    db.prepare('INSERT OR REPLACE INTO breakers (key, memory) VALUES (?, ?)').run(key, JSON.stringify(memory))
  else db.prepare('DELETE FROM breakers WHERE key = ?').run(key)
}

function rowOf(turn: TurnRecord): Record<TurnColumn, string | number | null> {
  const { usage } = turn
  return {
    at: turn.at,
    customer: turn.customer,
    conversation: turn.conversation,
    question: turn.question,
    purpose: turn.purpose,
    platform: turn.platform,
    vendor: turn.vendor,
    model: turn.model,
    outcome: turn.outcome,
    first_token_ms: turn.firstTokenMs ?? null,
    took_ms: turn.tookMs,
    input_tokens: usage?.inputTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    cache_read_tokens: usage?.cacheReadTokens ?? null,
    cache_write_tokens: usage?.cacheWriteTokens ?? null,
    usage_is_partial: turn.isUsagePartial ? 1 : 0,
    cost_usd: turn.costUsd ?? null,
    baseline_least_usd: turn.baselineUsd?.least ?? null,
    baseline_most_usd: turn.baselineUsd?.most ?? null,
  }
}

/** Skips a corrupted memory: the only cost is that the platform is tried once more. */
function memoryOf({ memory }: Row): BreakerMemory[] {
  try {
    const value: unknown = JSON.parse(String(memory))
    return typeof value === 'object' && value !== null ? [value as BreakerMemory] : []
  } catch {
    return []
  }
}

type Row = Record<string, unknown>

/** Like amountOf(): a corrupted amount is unknown. */
const IS_AMOUNT = "typeof(cost_usd) IN ('real', 'integer') AND cost_usd BETWEEN 0 AND 1e15"

/** Undefined for NULL, and for what supportmax never writes: a corrupted number would spoil every sum. */
function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 1e15 ? value : undefined
}

/** Skips a row without a time: it belongs to no period. */
function turnOf(row: Row): TurnRecord[] {
  const number = (name: TurnColumn) => amountOf(row[name])
  const at = number('at')
  if (at === undefined) return []
  const turn: TurnRecord = {
    at,
    customer: String(row.customer),
    conversation: String(row.conversation),
    question: String(row.question),
    purpose: row.purpose as TurnRecord['purpose'],
    platform: String(row.platform),
    vendor: String(row.vendor),
    model: String(row.model),
    outcome: row.outcome as TurnRecord['outcome'],
    firstTokenMs: number('first_token_ms'),
    tookMs: number('took_ms') ?? 0,
    usage: usageOf(number),
    isUsagePartial: row.usage_is_partial === 1,
    costUsd: number('cost_usd'),
    baselineUsd: rangeOf(number('baseline_least_usd'), number('baseline_most_usd')),
  }
  return [turn]
}

function rangeOf(least: number | undefined, most: number | undefined): TurnRecord['baselineUsd'] {
  return least === undefined || most === undefined ? undefined : { least, most }
}

function usageOf(number: (name: TurnColumn) => number | undefined): Usage | undefined {
  const inputTokens = number('input_tokens')
  const outputTokens = number('output_tokens')
  const cacheReadTokens = number('cache_read_tokens')
  const cacheWriteTokens = number('cache_write_tokens')
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  if (cacheReadTokens === undefined || cacheWriteTokens === undefined) return undefined
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }
}
