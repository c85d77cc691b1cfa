import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openUsage, openUsageOrForget, openUsageToRead } from '../../src/store/usage.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { aTurn } from '../helpers/turns.ts'

function newFile(): string {
  return join(newFolder(), 'usage.db')
}

function store(file = newFile()) {
  const one = closing(openUsage(file))
  return { ...one, file }
}

const usage = { inputTokens: 5, outputTokens: 4, cacheReadTokens: 3, cacheWriteTokens: 2 }

describe('the usage store', () => {
  it('returns the turns that were added, with unknown values as unknown', () => {
    const known = aTurn({ at: Date.now(), usage, costUsd: 0, baselineUsd: { least: 0.5, most: 0.6 } })
    const unknown = aTurn({ at: Date.now(), outcome: 'timeout', firstTokenMs: undefined })
    const one = store()
    one.add(known)
    one.add(unknown)
    expect(one.turns(0)).toEqual([known, unknown])
    expect(one.newest(1)).toEqual([unknown])
  })

  it('returns only the turns of one customer', () => {
    const one = store()
    const now = Date.now()
    for (const customer of ['acme', 'bolt', 'acme']) one.add(aTurn({ customer, at: now }))
    expect(one.turns(0, 'acme')).toHaveLength(2)
    expect(one.turns(now + 1)).toEqual([])
  })

  it('accepts turns from several processes at once, and keeps them for the next run', () => {
    const one = store()
    const other = store(one.file)
    for (let i = 0; i < 50; i++) (i % 2 ? one : other).add(aTurn({ at: Date.now(), question: String(i) }))
    expect(store(one.file).turns(0)).toHaveLength(50)
  })

  it('deletes turns that are older than a hundred days', () => {
    const one = store()
    one.add(aTurn({ at: 0 }))
    one.add(aTurn({ at: Date.now() }))
    expect(store(one.file).turns(0)).toHaveLength(1)
  })

  it('for reading is neither created nor changed', () => {
    const missing = newFile()
    expect(closing(openUsageToRead(missing)).turns(0)).toEqual([])
    expect(existsSync(missing)).toBe(false)
    const written = openUsage(missing)
    written.add(aTurn({ at: 0 }))
    written.close()
    const before = readFileSync(missing)
    const read = openUsageToRead(missing)
    read.add(aTurn({ at: Date.now() }))
    read.saveBreaker('p', { key: 'p', kind: 'auth', reason: '', openUntil: 1, failures: 1, opened: 1 })
    read.prefixes.use('account', ['hash'], { realAt: 1 })
    expect([read.turns(0).length, read.breakers()]).toEqual([1, []])
    read.close()
    expect(readFileSync(missing)).toEqual(before)
    expect(readdirSync(dirname(missing))).toEqual(['usage.db'])
  })

  it('keeps breakers until they close', () => {
    const one = store()
    const memory = { key: 'p/m', kind: 'auth' as const, reason: 'no', openUntil: 5, failures: 1, opened: 1 }
    one.saveBreaker('p/m', memory)
    one.saveBreaker('p/m', { ...memory, openUntil: 9 })
    expect(store(one.file).breakers()).toEqual([{ ...memory, openUntil: 9 }])
    one.saveBreaker('p/m', undefined)
    expect(one.breakers()).toEqual([])
  })

  it('skips a corrupted breaker', () => {
    const one = store()
    const db = new DatabaseSync(one.file)
    for (const [i, memory] of ['garbage{', 'null', '7'].entries())
      db.prepare('INSERT INTO breakers VALUES (?, ?)').run(String(i), memory)
    db.close()
    expect(one.breakers()).toEqual([])
  })

  it('takes corrupted numbers as unknown, and skips a row without a time', () => {
    const one = store()
    for (let i = 0; i < 5; i++) one.add(aTurn({ at: Date.now(), usage, costUsd: 0.5 }))
    const db = new DatabaseSync(one.file)
    db.exec(`UPDATE turns SET cost_usd = 'abc' WHERE rowid = 1; UPDATE turns SET cost_usd = -3 WHERE rowid = 2;
      UPDATE turns SET cost_usd = 9e999, input_tokens = -5 WHERE rowid = 3; UPDATE turns SET at = 'never' WHERE rowid = 4`)
    db.close()
    expect(one.turns(0).map(turn => turn.costUsd)).toEqual([undefined, undefined, undefined, 0.5])
    expect(one.turns(0).map(turn => turn.usage)).toEqual([usage, usage, undefined, usage])
    expect(one.spentSince(0)).toBe(1)
  })

  it('is readable only by its owner', () => {
    const one = store()
    one.add(aTurn())
    for (const file of [one.file, `${one.file}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('rejects a file that is not a database, with the reason', () => {
    const file = newFile()
    writeFileSync(file, 'not a database, but long enough to be taken for one: '.repeat(20))
    expect(() => openUsage(file)).toThrow(/usage\.db: cannot be used .*not a database/)
  })
})

describe('a store that cannot use its file', () => {
  it('warns once, and keeps turns in memory until the end of the run', () => {
    const told: string[] = []
    const folder = newFile()
    mkdirSync(folder)
    const one = openUsageOrForget(folder, reason => told.push(reason))
    closing(one)
    one.add(aTurn({ at: Date.now() }))
    expect(one.turns(0)).toHaveLength(1)
    expect(told).toEqual([expect.stringContaining('usage.db: cannot be used')])
  })

  it('keeps working while another process locks the file', () => {
    const told: string[] = []
    const file = newFile()
    const one = openUsageOrForget(file, reason => told.push(reason))
    closing(one)
    one.add(aTurn({ at: Date.now() }))
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    one.add(aTurn({ at: Date.now(), customer: 'late' }))
    one.add(aTurn({ at: Date.now(), customer: 'later' }))
    other.exec('ROLLBACK')
    other.close()
    expect(told).toEqual([expect.stringContaining('database is locked')])
    expect(one.turns(0).map(turn => turn.customer)).toEqual(['late', 'later'])
  })
})
