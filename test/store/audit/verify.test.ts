import { execFileSync } from 'node:child_process'
import { appendFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lineHash } from '../../../src/store/audit/record.ts'
import { verifyAudit } from '../../../src/store/audit/verify.ts'
import {
  FILE,
  faultsIn,
  holdFirstChain,
  linesOf,
  NOVEMBER,
  newTrail,
  readCalls,
  recorded,
  writeLines,
} from './helper.ts'

/** Ten calls in eleven lines. */
function writtenFolder(): string {
  const { folder, trail } = newTrail()
  readCalls(trail, 10)
  trail.close()
  return folder
}

const without = (lines: string[], at: number) => lines.toSpliced(at, 1)
const copied = (lines: string[], at: number) => lines.toSpliced(at + 1, 0, lines[at] ?? '')
const changed = (lines: string[], at: number) => lines.with(at, (lines[at] ?? '').replace('acme', 'bolt'))
const swapped = (lines: string[], at: number) =>
  lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? '')
/** A record that fits in: with the right number and the right hash. */
const inserted = (lines: string[], at: number) => {
  const before = JSON.parse(lines[at] ?? '')
  const forged = { ...before, n: before.n + 1, prev: lineHash(lines[at] ?? '') }
  return lines.toSpliced(at + 1, 0, JSON.stringify(forged))
}

describe('the first bad line is found', () => {
  it.each([
    ['a removed line', without, 4, `${FILE}:5: record 5 is missing before record 6`],
    [
      'the removed first line',
      without,
      0,
      `${FILE}:1: begins with record 2: the records before it are missing`,
    ],
    ['the removed last line', without, 10, `${FILE}:10: ends with record 10, but record 11 was written`],
    ['a changed line', changed, 4, `${FILE}:5: record 5 was changed`],
    ['the changed last line', changed, 10, `${FILE}:11: record 11 was changed`],
    ['two lines in another order', swapped, 4, `${FILE}:5: record 5 is missing before record 6`],
    ['the last two lines in another order', swapped, 9, `${FILE}:10: record 10 is missing before record 11`],
    ['a copied line', copied, 4, `${FILE}:6: record 5 comes after record 5: it was inserted or moved`],
    [
      'a copied last line',
      copied,
      10,
      `${FILE}:12: record 11 comes after record 11: it was inserted or moved`,
    ],
    ['an inserted line', inserted, 4, `${FILE}:7: record 6 comes after record 6: it was inserted or moved`],
    [
      'a line that was inserted at the end',
      inserted,
      10,
      `${FILE}:12: record 12 was not written by supportmax`,
    ],
  ])('%s', (_, change, at, fault) => {
    const folder = writtenFolder()
    expect(faultsIn(folder)).toEqual([])
    writeLines(folder, change(linesOf(folder), at))
    expect(faultsIn(folder)).toEqual([fault])
  })

  it('whatever line of the file it is', () => {
    const folder = writtenFolder()
    const lines = linesOf(folder)
    for (const change of [without, copied, inserted])
      for (const at of lines.keys()) {
        writeLines(folder, change(lines, at))
        expect(faultsIn(folder), `${change.name} ${at}`).toHaveLength(1)
      }
    writeLines(folder, lines)
    expect(faultsIn(folder)).toEqual([])
  })

  it('a line that is no record', () => {
    const folder = writtenFolder()
    writeLines(folder, linesOf(folder).with(4, 'oops'))
    expect(faultsIn(folder)).toEqual([`${FILE}:5: is not an audit record`])
    const last = linesOf(folder).with(4, writtenLine(4))
    writeLines(folder, last.with(10, 'oops'))
    expect(faultsIn(folder)).toHaveLength(1)
  })

  function writtenLine(at: number): string {
    return linesOf(writtenFolder())[at] ?? ''
  }
})

describe('a file that is missing', () => {
  it('is found: the head, a month, or a whole chain', async () => {
    const folder = writtenFolder()
    rmSync(join(folder, '1.head'))
    expect(faultsIn(folder)).toEqual(['1.head:: is missing or corrupted'])
    const december = newTrail({ now: () => NOVEMBER + 30 * 86_400_000 })
    const november = newTrail({ folder: december.folder })
    readCalls(november.trail, 1)
    november.trail.close()
    readCalls(december.trail, 1)
    await recorded()
    expect(faultsIn(december.folder)).toEqual([])
    rmSync(join(december.folder, FILE))
    expect(faultsIn(december.folder)).toEqual([
      '1-2026-12.jsonl:1: begins with record 3: the records before it are missing',
    ])
    december.trail.close()
    holdFirstChain(december.folder)
    const second = newTrail({ folder: december.folder })
    readCalls(second.trail, 1)
    second.trail.close()
    for (const name of ['1.head', '1-2026-12.jsonl']) rmSync(join(december.folder, name))
    expect(faultsIn(december.folder)).toEqual(['1.head:: is missing, with its records'])
  })
})

it('a chain does not hide that it was changed before it is continued', () => {
  const folder = writtenFolder()
  writeLines(folder, without(linesOf(folder), 10))
  const { trail, warnings } = newTrail({ folder })
  readCalls(trail, 3)
  trail.close()
  expect(warnings).toEqual([
    `${FILE}: the audit record was changed: it does not end as it was written; run \`supportmax audit verify\``,
  ])
  expect(faultsIn(folder)).toEqual([`${FILE}:11: record 11 is missing before record 12`])
})

it('nothing is wrong with a folder that does not exist', () => {
  expect(faultsIn(newTrail().folder)).toEqual([])
})

describe('a file that is none', () => {
  it.each([
    ['a device that never ends', (path: string) => symlinkSync('/dev/zero', path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ])('in the place of records is named, and nobody waits for it: %s', (_, make) => {
    const folder = writtenFolder()
    rmSync(join(folder, FILE))
    make(join(folder, FILE))
    expect(() => verifyAudit(folder)).toThrow(`${FILE}: is not a regular file`)
    const { trail, warnings } = newTrail({ folder })
    readCalls(trail, 1)
    expect(trail.lost()).toBe(1)
    expect(warnings.join()).toContain('is not a regular file')
  })

  it('is found by a line that is too long to be a record', () => {
    const folder = writtenFolder()
    appendFileSync(join(folder, FILE), 'x'.repeat(20_000_000))
    expect(faultsIn(folder)).toEqual([`${FILE}:12: is not an audit record`])
  })
})
