import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openUsage, openUsageOrForget, type UsageStore } from '../../src/store/usage.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { aTurn } from '../helpers/turns.ts'

/** When the turns in the files under formats/ were recorded. */
const THEN = Date.parse('2026-11-20T10:00:00Z')

/** A usage.db as an earlier version left it. */
function earlier(name: string): string {
  const folder = newFolder()
  const file = join(folder, 'usage.db')
  const db = new DatabaseSync(file)
  db.exec(readFileSync(new URL(`formats/${name}.sql`, import.meta.url), 'utf8'))
  db.close()
  return file
}

function opened(file: string): UsageStore {
  return closing(openUsage(file, THEN))
}

describe('a usage.db of an earlier version', () => {
  it.each([
    ['0', undefined],
    ['0-without-baseline', undefined],
    ['1', undefined],
    ['2', { least: 0.0042, most: 0.0043 }],
  ])(
    '%s is migrated without loss but for the baseline before 2, and can be written to',
    (name, baselineUsd) => {
      const file = earlier(name)
      const first = opened(file)
      const turns = first.turns(0)
      expect(turns).toEqual([
        {
          at: THEN,
          customer: 'acme',
          conversation: 'c1',
          question: 'q1',
          purpose: 'answer',
          platform: 'openai',
          vendor: 'openai',
          model: 'gpt-5.4-mini',
          outcome: 'ok',
          firstTokenMs: 310.5,
          tookMs: 900,
          usage: { inputTokens: 4210, outputTokens: 180, cacheReadTokens: 3072, cacheWriteTokens: 0 },
          isUsagePartial: false,
          costUsd: 0.0019,
          // Formats 0 and 1 took every prompt cache of the baseline to be cold.
          baselineUsd,
        },
        expect.objectContaining({ customer: "o'neill", outcome: 'timeout', usage: undefined }),
      ])
      expect(first.breakers()).toMatchObject([{ key: 'anthropic/claude-sonnet-5', failures: 2 }])
      const added = aTurn({ at: THEN + 5_000, costUsd: 1, baselineUsd: { least: 2, most: 3 } })
      first.add(added)
      expect(opened(file).turns(0)).toEqual([...turns, added])
    },
  )
})

describe('a usage.db of a newer version', () => {
  function newer(): string {
    const file = earlier('0')
    const db = new DatabaseSync(file)
    db.exec('ALTER TABLE turns RENAME COLUMN cost_usd TO cost; PRAGMA user_version = 4')
    db.close()
    return file
  }

  it('is rejected in words, and is not changed', () => {
    const file = newer()
    const before = readFileSync(file)
    expect(() => openUsage(file)).toThrow(
      `${file}: written by a newer supportmax (format 4; this one reads up to 3)`,
    )
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('does not prevent answers', () => {
    const reasons: string[] = []
    const one = openUsageOrForget(newer(), reason => reasons.push(reason))
    closing(one)
    one.add(aTurn({ at: Date.now() }))
    expect(one.turns(0)).toHaveLength(1)
    expect(reasons).toEqual([expect.stringContaining('written by a newer supportmax')])
  })
})
