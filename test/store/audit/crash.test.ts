import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openChain } from '../../../src/store/audit/chain/chain.ts'
import { headBytes, readHead } from '../../../src/store/audit/chain/head.ts'
import { auditFolderIn } from '../../../src/store/audit/files.ts'
import type { OpenTrail } from '../../../src/store/audit/trail.ts'
import { verifyAudit } from '../../../src/store/audit/verify.ts'
import { newFolder } from '../../helpers/folder.ts'
import { mountSmall, smallDiskMissing, unmountSmall } from '../../helpers/small-disk.ts'
import { until } from '../../helpers/until.ts'
import { CALL, FILE, faultsIn, linesOf, NOVEMBER, newTrail, readCalls, recorded } from './helper.ts'

const WRITER = new URL('writer.ts', import.meta.url).pathname
const writer = (...args: string[]) =>
  spawn(process.execPath, [WRITER, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })

/** Leaves the state of a writer that was killed while it wrote its last record. */
function killedWhile(folder: string, keptBytes: number): void {
  const head = readHead(join(folder, '1.head'))
  const lines = linesOf(folder)
  const [before = ''] = lines.slice(-1)
  const { prev, n } = JSON.parse(before)
  if (!head) throw new Error('no head')
  writeFileSync(join(folder, '1.head'), headBytes({ ...head, n: n - 1, last: prev, next: head.last }))
  truncateSync(join(folder, FILE), statSync(join(folder, FILE)).size - before.length - 1 + keptBytes)
}

function written(count: number) {
  const { folder, trail } = newTrail()
  readCalls(trail, count)
  trail.close()
  return folder
}

describe('a writer that was killed', () => {
  it.each([
    ['before the line', 0, []],
    ['in the middle of the line', 50, [`${FILE}:4: is incomplete: its writer was killed`]],
  ])('%s is no fault, and the next one goes on', (_, keptBytes, notes) => {
    const folder = written(3)
    killedWhile(folder, keptBytes)
    expect(faultsIn(folder)).toEqual([])
    const { trail, warnings } = newTrail({ folder })
    readCalls(trail, 2)
    trail.close()
    const verified = verifyAudit(folder)
    expect(verified.faults).toEqual([])
    expect(verified.notes.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual(notes)
    expect(warnings).toEqual(
      notes.map(
        () => `${FILE}: the last audit record is incomplete, because its writer was killed; it is marked`,
      ),
    )
  })

  it('after the line, or before its line break, is no fault', () => {
    for (const missing of [0, 1]) {
      const folder = written(3)
      const last = linesOf(folder).at(-1) ?? ''
      killedWhile(folder, last.length + 1 - missing)
      expect(faultsIn(folder)).toEqual([])
      const { trail } = newTrail({ folder })
      readCalls(trail, 1)
      trail.close()
      expect(verifyAudit(folder)).toMatchObject({ chains: [{ records: 5 }], faults: [], notes: [] })
    }
  })

  it.each([
    ['in the middle of the line', (folder: string) => killedWhile(folder, 50), 'torn'],
    ['without its head', (folder: string) => rmSync(join(folder, '1.head')), 'break'],
  ])('%s is repaired by a later try if the first one fails, which leaves no file open', (_, damage, what) => {
    const folder = written(3)
    damage(folder)
    const now = () => {
      throw new Error('no clock')
    }
    const open = () => openChain({ folder, chain: 1, now, warn: () => {} })
    for (let time = 0; time < 3; time++) expect(open).toThrow('no clock')
    expect(openFilesIn(folder)).toEqual([])
    const { trail } = newTrail({ folder })
    readCalls(trail, 1)
    trail.close()
    const records = linesOf(folder)
      .slice(-2)
      .map(line => JSON.parse(line))
    expect(records[0]).toMatchObject({ what })
  })

  it('is told from somebody who cuts the last line off', () => {
    const folder = written(3)
    truncateSync(join(folder, FILE), statSync(join(folder, FILE)).size - 20)
    expect(faultsIn(folder)).toEqual([`${FILE}:4: is not an audit record`])
    appendFileSync(join(folder, FILE), '\n')
    expect(faultsIn(folder)).toEqual([`${FILE}:4: is not an audit record`])
  })

  it('at any moment leaves a record that verifies, and that the next one continues', async () => {
    const folder = auditFolderIn(newFolder())
    for (let round = 1; round <= 5; round++) {
      const child = writer(folder, 'forever', 'acme')
      const size = () => (existsSync(join(folder, '1.head')) ? readHead(join(folder, '1.head'))?.n : 0) ?? 0
      const from = size()
      await until('the writer has written', () => size() > from + 100 * round)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(faultsIn(folder)).toEqual([])
    }
    const { trail } = newTrail({ folder, now: Date.now })
    readCalls(trail, 1)
    trail.close()
    const { chains, faults } = verifyAudit(folder)
    expect([chains.length, faults]).toEqual([1, []])
    expect(chains[0]?.records).toBeGreaterThan(1_500)
  })
})

it('two processes write 1,000 records each at once, and none is lost', async () => {
  const folder = auditFolderIn(newFolder())
  const children = ['acme', 'bolt'].map(customer => writer(folder, '1000', customer))
  const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0]))
  expect(codes).toEqual([0, 0])
  const { chains, faults } = verifyAudit(folder)
  expect(faults).toEqual([])
  const texts = chains.map(({ chain }) => {
    const month = new Date().toISOString().slice(0, 7)
    return readFileSync(join(folder, `${chain}-${month}.jsonl`), 'utf8')
  })
  for (const customer of ['acme', 'bolt'])
    expect(texts.join('').split(`"customer":"${customer}"`)).toHaveLength(1_001)
})

const missing = smallDiskMissing()

describe.skipIf(missing)(`a full disk (${missing ?? 'mounted'})`, () => {
  it('stops writes and not reads, says so once, and leaves a gap in the record', async () => {
    const disk = newFolder()
    let trail: OpenTrail | undefined
    expect(mountSmall(disk)).toBe(true)
    try {
      const folder = auditFolderIn(disk)
      const opened = newTrail({ folder })
      const { warnings } = opened
      trail = opened.trail
      readCalls(trail, 3)
      await recorded()
      const fill = join(disk, 'fill')
      fillDisk(fill)
      readCalls(trail, 40)
      expect(trail.started(CALL)).toEqual({ reason: 'no space left on the device' })
      expect(warnings).toEqual(['calls are not being recorded: no space left on the device'])
      expect(faultsIn(folder)).toEqual([])
      rmSync(fill)
      expect(trail.started(CALL)).toHaveProperty('number')
      expect(trail.lost()).toBe(0)
      const { chains, faults, notes } = verifyAudit(folder)
      expect(faults).toEqual([])
      const lost = notes.reduce(
        (sum, { message }) => sum + Number(/^(\d+) calls? .* not be recorded$/.exec(message)?.[1]),
        0,
      )
      // A file, 44 calls, and the gaps.
      expect((chains[0]?.records ?? 0) - 1 - notes.length + lost).toBe(45)
    } finally {
      trail?.close()
      unmountSmall(disk)
    }
  })
})

it.skipIf(missing)('on a full disk, an incomplete record is no fault, and is marked later', async () => {
  const disk = newFolder()
  expect(mountSmall(disk)).toBe(true)
  try {
    const folder = auditFolderIn(disk)
    const { trail } = newTrail({ folder })
    const size = () => statSync(join(folder, FILE)).size
    // Its last record begins on one page of the disk, and ends on the next.
    let before = 0
    do {
      before = existsSync(join(folder, FILE)) ? size() : 0
      readCalls(trail, 1)
      await recorded()
    } while (Math.floor(before / PAGE) === Math.floor(size() / PAGE))
    trail.close()
    // A line break has room, and a record has not.
    killedWhile(folder, PAGE - (before % PAGE) - 20)
    const fill = join(disk, 'fill')
    fillDisk(fill)
    const open = () => openChain({ folder, chain: 1, now: () => NOVEMBER, warn: () => {} })
    for (let time = 0; time < 3; time++) expect(open).toThrow('ENOSPC')
    expect(faultsIn(folder)).toEqual([])
    rmSync(fill)
    open().close()
    expect(verifyAudit(folder)).toMatchObject({
      faults: [],
      notes: [{ message: 'is incomplete: its writer was killed' }],
    })
  } finally {
    unmountSmall(disk)
  }
})

/** Bytes. */
const PAGE = 4_096

it('a folder that cannot be written refuses writes with the reason', () => {
  const parent = newFolder()
  writeFileSync(join(parent, 'audit'), '')
  const { trail, warnings } = newTrail({ folder: auditFolderIn(parent) })
  expect(trail.started(CALL)).toEqual({ reason: 'part of the path is a file' })
  readCalls(trail, 2)
  expect(trail.lost()).toBe(3)
  expect(warnings).toEqual(['calls are not being recorded: part of the path is a file'])
})

function openFilesIn(folder: string): string[] {
  const descriptors = readdirSync('/proc/self/fd').map(one => {
    try {
      return readlinkSync(`/proc/self/fd/${one}`)
    } catch {
      return ''
    }
  })
  return descriptors.filter(one => one.startsWith(folder))
}

function fillDisk(path: string): void {
  for (const size of [16_384, 1_024, 64, 1])
    try {
      for (;;) appendFileSync(path, ' '.repeat(size))
    } catch {}
}
