import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { hideSecret } from '../../../src/base/redact.ts'
import { openShelfToRead } from '../../../src/store/transcripts/reading/to-read.ts'
import { openShelf } from '../../../src/store/transcripts/shelf.ts'
import { closing } from '../../helpers/closing.ts'
import { newFolder } from '../../helpers/folder.ts'
import { freezeSmall, mountSmall, smallDiskMissing, unmountSmall } from '../../helpers/small-disk.ts'

function shelfIn(folder: string, keepDays = 30) {
  const warnings: string[] = []
  const shelf = openShelf({ folder, keepDays: () => keepDays, warn: reason => warnings.push(reason) })
  return { shelf: closing(shelf), warnings }
}

it('typed lines of each customer are kept over runs, in a file of its own that only this person can read', () => {
  const folder = newFolder()
  const first = shelfIn(folder).shelf
  first.of('acme').lines.add('which alerts?', 'anna')
  first.of('acme').lines.add('/status', 'anna')
  first.of('globex').lines.add('how many queues?', 'anna')
  first.close()
  const { shelf } = shelfIn(folder)
  expect(shelf.of('acme').lines.all()).toEqual(['which alerts?', '/status'])
  expect(shelf.of('globex').lines.all()).toEqual(['how many queues?'])
  const own = join(folder, 'transcripts')
  expect(statSync(own).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(own)) expect(statSync(join(own, name)).mode & 0o777).toBe(0o600)
})

it('a line that is typed twice in a row is kept once', () => {
  const { lines } = shelfIn(newFolder()).shelf.of('acme')
  for (const line of ['a', 'a', 'b', 'a']) lines.add(line, 'anna')
  expect(lines.all()).toEqual(['a', 'b', 'a'])
})

it('a credential in a typed line is never written', () => {
  const folder = newFolder()
  hideSecret('hunter2-of-the-shelf')
  const { lines } = shelfIn(folder).shelf.of('acme')
  lines.add('why is hunter2-of-the-shelf wrong?', 'anna')
  expect(lines.all()).toEqual(['why is ‹hidden› wrong?'])
  for (const name of readdirSync(join(folder, 'transcripts')))
    expect(readFileSync(join(folder, 'transcripts', name), 'latin1')).not.toContain('hunter2-of-the-shelf')
})

it('nothing is written where nothing may be kept, and lines are remembered for this run', () => {
  const folder = newFolder()
  const { shelf, warnings } = shelfIn(folder, 0)
  shelf.of('acme').lines.add('which alerts?', 'anna')
  expect(shelf.of('acme').lines.all()).toEqual(['which alerts?'])
  const { conversations } = shelf.of('acme')
  conversations.begin('c1', { person: 'local', login: 'anna' }, new Date())
  const large = 'x'.repeat(100_000)
  expect(conversations.writer('c1').result(1, {}, large)()).toBe(large)
  conversations.fork('c1', 'c2')
  expect(conversations.contents('c2').calls.map(one => one.text())).toEqual([large])
  expect(readdirSync(folder)).toEqual([])
  expect(warnings).toEqual([])
})

it('a folder that others could read is not used, and the warning says what to do', () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'transcripts'))
  chmodSync(join(folder, 'transcripts'), 0o755)
  const { shelf, warnings } = shelfIn(folder)
  shelf.of('acme').lines.add('which alerts?', 'anna')
  expect(readdirSync(join(folder, 'transcripts'))).toEqual([])
  expect(warnings).toEqual([
    `conversations and typed lines are not kept: ${join(folder, 'transcripts')}: is not a folder that only you can read`,
  ])
})

it('a folder that is a link is not used', () => {
  const folder = newFolder()
  symlinkSync(newFolder(), join(folder, 'transcripts'))
  const { shelf, warnings } = shelfIn(folder)
  shelf.of('acme').lines.add('which alerts?', 'anna')
  expect(shelf.of('acme').isLasting).toBe(false)
  expect(warnings).toEqual([expect.stringContaining('transcripts: is a link, not a folder')])
})

it.skipIf(smallDiskMissing())('on a full disk the warning says why, once, and what to do', () => {
  const folder = newFolder()
  if (!mountSmall(folder)) throw new Error('no small disk')
  const hints: (string | undefined)[] = []
  const shelf = openShelf({ folder, keepDays: () => 30, warn: (_, hint) => hints.push(hint) })
  try {
    const { lines } = shelf.of('acme')
    for (let i = 0; i < 100; i++) lines.add(`${i} ${'x'.repeat(3_900)}`, 'anna')
    expect(hints).toEqual(['make room on the disk, then retry'])
  } finally {
    shelf.close()
    unmountSmall(folder)
  }
})

it.skipIf(smallDiskMissing())('on a read-only disk, older lines are not shown as all that was kept', () => {
  const written = newFolder()
  const first = shelfIn(written).shelf
  first.of('acme').lines.add('which alerts?', 'anna')
  first.close()
  shelfIn(written).shelf.of('acme').lines.add('/status', 'anna')
  const folder = newFolder()
  if (!mountSmall(folder)) throw new Error('no small disk')
  cpSync(written, folder, { recursive: true })
  chmodSync(join(folder, 'transcripts'), 0o700)
  // Without the index of the log, which a backup may lack, SQLite would read the file as it was before.
  rmSync(join(folder, 'transcripts', 'acme.db-shm'))
  freezeSmall(folder)
  const { shelf, warnings } = shelfIn(folder)
  try {
    expect(shelf.of('acme').lines.all()).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(/^conversations and typed lines are not kept:/)])
  } finally {
    shelf.close()
    unmountSmall(folder)
  }
})

it.skipIf(smallDiskMissing()).each(['as it was left', 'as a killed chat left it'])(
  'on a read-only disk, what was kept can be read and continued, %s, and the chat says once that nothing is kept',
  how => {
    const written = newFolder()
    const first = openShelf({ folder: written, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
    const { conversations, lines } = first.of('acme')
    conversations.begin('c1', { person: 'local', login: 'anna' }, new Date())
    const large = 'x'.repeat(70_000)
    conversations.writer('c1').call(1, {})
    conversations.writer('c1').result(1, {}, large)
    lines.add('which alerts?', 'anna')
    conversations.release('c1')
    if (how === 'as it was left') first.close()
    const folder = newFolder()
    if (!mountSmall(folder)) throw new Error('no small disk')
    cpSync(written, folder, { recursive: true })
    for (const own of ['', 'transcripts', 'results', 'results/acme']) chmodSync(join(folder, own), 0o700)
    freezeSmall(folder)
    const warnings: string[] = []
    const shelf = openShelf({ folder, keepDays: () => 30, warn: reason => warnings.push(reason) })
    const reader = openShelfToRead(folder)
    try {
      const frozen = shelf.of('acme')
      expect(frozen.isLasting).toBe(false)
      expect(frozen.lines.all()).toEqual(['which alerts?'])
      expect(frozen.conversations.list().map(one => one.id)).toEqual(['c1'])
      expect(frozen.conversations.claim('c1')).toBe(true)
      expect(frozen.conversations.contents('c1').calls.map(one => one.text())).toEqual([large])
      frozen.conversations.fork('c1', 'c2')
      expect(frozen.conversations.contents('c2').calls.map(one => one.text())).toEqual([large])
      frozen.conversations.writer('c2').call(2, {})
      expect(frozen.conversations.writer('c2').result(2, {}, `${large}y`)()).toBe(`${large}y`)
      frozen.lines.add('/status', 'anna')
      expect(warnings).toEqual([
        `the earlier ones can be read, but new conversations and typed lines are not kept: ${folder}/transcripts/acme.db: cannot be used (read-only file system)`,
      ])
      expect(reader.conversations('acme')?.list()).toHaveLength(1)
      expect(reader.conversations('acme')?.contents('c1').calls).toHaveLength(1)
    } finally {
      reader.close()
      shelf.close()
      first.close()
      unmountSmall(folder)
    }
  },
)

it('a file of a newer supportmax is left as it is', () => {
  const folder = newFolder()
  const first = shelfIn(folder).shelf
  first.of('acme').lines.add('which alerts?', 'anna')
  first.close()
  const file = join(folder, 'transcripts', 'acme.db')
  const db = new DatabaseSync(file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  const before = readFileSync(file)
  const { shelf, warnings } = shelfIn(folder)
  expect(shelf.of('acme').lines.all()).toEqual([])
  expect(warnings).toEqual([
    `conversations and typed lines are not kept: ${file}: written by a newer supportmax (format 99; this one reads up to 1)`,
  ])
  expect(readFileSync(file).equals(before)).toBe(true)
})

it('typing goes on when lines can no longer be kept, and the warning comes once', () => {
  const folder = newFolder()
  const { shelf, warnings } = shelfIn(folder)
  const { lines } = shelf.of('acme')
  lines.add('which alerts?', 'anna')
  const other = new DatabaseSync(join(folder, 'transcripts', 'acme.db'))
  other.exec('DROP TABLE history')
  other.close()
  for (const line of ['/status', '/tools']) lines.add(line, 'anna')
  expect(lines.all()).toEqual([])
  expect(warnings).toEqual([
    expect.stringMatching(/^typed lines are not kept: .*acme\.db: cannot be used \(no such table/),
  ])
})
