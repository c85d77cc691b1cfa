import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { isRewritten } from '../../../src/store/sqlite.ts'
import {
  customerCounts,
  eraseCustomer,
  erasePersonIn,
  personIn,
} from '../../../src/store/transcripts/removal/erase.ts'
import { asideOf, moveTranscripts, putTranscriptsAside } from '../../../src/store/transcripts/removal/move.ts'
import { customersWithTranscripts } from '../../../src/store/transcripts/removal/places.ts'
import { purge } from '../../../src/store/transcripts/removal/purge.ts'
import { openShelf } from '../../../src/store/transcripts/shelf.ts'
import { openUsage } from '../../../src/store/usage.ts'
import { eraseUsage, tidyUsage, usageCount } from '../../../src/store/usage-removal.ts'
import { newFolder } from '../../helpers/folder.ts'
import { aTurn } from '../../helpers/turns.ts'
import { until } from '../../helpers/until.ts'

const DAY = 86_400_000
const daysAgo = (days: number) => new Date(Date.now() - days * DAY)

interface Made {
  customer?: string
  login?: string
  days?: number
  /** Whether the chat that has it is still running. */
  isOpen?: boolean
}

/** A conversation whose every part has its own words: asked-ID, result-ID, large-ID, message-ID, typed-ID. */
function put(
  folder: string,
  id: string,
  { customer = 'acme', login = 'anna', days = 0, isOpen = false }: Made = {},
) {
  const shelf = openShelf({ folder, keepDays: () => 3_650, warn: reason => expect(reason).toBe('') })
  const { conversations, lines } = shelf.of(customer)
  conversations.begin(id, { person: 'local', login }, daysAgo(days))
  const writer = conversations.writer(id)
  writer.add({ kind: 'asked', at: daysAgo(days), body: { text: `asked-${id}`, isCritical: false } })
  writer.change({ title: `title-${id}`, at: daysAgo(days) })
  writer.call(1, {})
  writer.result(1, {}, `result-${id}`)
  writer.call(2, {})
  writer.result(2, {}, `large-${id} ${'x'.repeat(100_000)}`)
  writer.messages(0, [{ text: `message-${id}` }])
  lines.add(`typed-${id}`, login)
  if (!isOpen) conversations.release(id)
  shelf.close()
}

/** Every byte under the folder. */
function bytesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(one => one.isFile())
    .map(one => readFileSync(join(one.parentPath, one.name), 'latin1'))
    .join('\n')
}

function wordsLeft(folder: string, id: string): string[] {
  const all = bytesIn(folder)
  return ['asked', 'title', 'result', 'large', 'message', 'typed']
    .map(one => `${one}-${id}`)
    .filter(one => all.includes(one))
}

it('what is too old is removed, and not a byte of it is left in any file', () => {
  const folder = newFolder()
  put(folder, 'old', { days: 31 })
  put(folder, 'young', { days: 29 })
  expect(wordsLeft(folder, 'old')).toHaveLength(6)
  const trial = purge(folder, 'acme', { before: Date.now() - 30 * DAY, isTrial: true })
  expect(trial).toEqual({ conversations: 1, lines: 0, results: 1 })
  expect(wordsLeft(folder, 'old')).toHaveLength(6)
  expect(purge(folder, 'acme', { before: Date.now() - 30 * DAY })).toEqual(trial)
  // Lines are as old as they are: these were typed now.
  expect(wordsLeft(folder, 'old')).toEqual(['typed-old'])
  expect(wordsLeft(folder, 'young')).toHaveLength(6)
})

it('a chat that begins hides what is too old of its customer, and removes it while it is open', async () => {
  const folder = newFolder()
  put(folder, 'old', { days: 8 })
  const shelf = openShelf({ folder, keepDays: () => 7, warn: reason => expect(reason).toBe('') })
  const { conversations } = shelf.of('acme')
  expect(conversations.list()).toEqual([])
  const other = new DatabaseSync(join(folder, 'transcripts', 'acme.db'))
  await until('it is gone', () => other.prepare('SELECT id FROM conversations').all().length === 0)
  other.close()
  shelf.close()
  expect(wordsLeft(folder, 'old')).toEqual(['typed-old'])
})

it('with 0 days nothing is kept, also not what was kept before', () => {
  const folder = newFolder()
  put(folder, 'old', { days: 1 })
  const shelf = openShelf({ folder, keepDays: () => 0, warn: reason => expect(reason).toBe('') })
  shelf.of('acme').lines.add('typed-new', 'anna')
  shelf.close()
  expect(wordsLeft(folder, 'old')).toEqual([])
  expect(bytesIn(folder)).not.toContain('typed-new')
})

it('a conversation that a chat has open is never removed for its age', () => {
  const folder = newFolder()
  put(folder, 'open', { days: 31, isOpen: true })
  expect(purge(folder, 'acme', { before: Date.now() - 30 * DAY }).conversations).toBe(0)
  expect(wordsLeft(folder, 'open')).toHaveLength(6)
})

it('a person is erased from the conversations, results and typed lines of every customer', () => {
  const folder = newFolder()
  put(folder, 'a1', { login: 'anna' })
  put(folder, 'b1', { login: 'boris' })
  put(folder, 'a2', { login: 'anna', customer: 'globex' })
  const removed = customersWithTranscripts(folder).map(id =>
    erasePersonIn(folder, id, personIn(folder, id, { login: 'anna' })),
  )
  expect(removed).toEqual([
    { conversations: 1, lines: 1, results: 1 },
    { conversations: 1, lines: 1, results: 1 },
  ])
  for (const id of ['a1', 'a2']) expect(wordsLeft(folder, id)).toEqual([])
  expect(wordsLeft(folder, 'b1')).toHaveLength(6)
})

it('erasing a customer removes its files alone', () => {
  const folder = newFolder()
  put(folder, 'one')
  put(folder, 'two', { customer: 'globex' })
  expect(customerCounts(folder, 'acme')).toEqual({ conversations: 1, lines: 1, results: 1 })
  eraseCustomer(folder, 'acme')
  expect(customersWithTranscripts(folder)).toEqual(['globex'])
  expect(existsSync(join(folder, 'results', 'acme'))).toBe(false)
  expect(wordsLeft(folder, 'one')).toEqual([])
  expect(wordsLeft(folder, 'two')).toHaveLength(6)
})

it('what is kept follows a customer to its next id, and another one of its former id finds nothing', () => {
  const folder = newFolder()
  put(folder, 'one')
  put(folder, 'two', { customer: 'globex' })
  moveTranscripts(folder, 'acme', 'globex')
  const shelf = openShelf({ folder, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
  const idsOf = (id: string) =>
    shelf
      .of(id)
      .conversations.list()
      .map(one => one.id)
  expect([idsOf('globex'), idsOf('acme')]).toEqual([['one'], []])
  expect(shelf.of('globex').conversations.contents('one').calls[1]?.text()).toContain('large-one')
  shelf.close()
  putTranscriptsAside(folder, 'globex', asideOf('globex'))
  const later = openShelf({ folder, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
  expect(later.of('globex').conversations.list()).toEqual([])
  later.close()
  const aside = customersWithTranscripts(folder).filter(one => one.startsWith('globex~removed-'))
  expect(aside).toHaveLength(2)
  for (const id of aside) eraseCustomer(folder, id)
  expect(wordsLeft(folder, 'one')).toEqual([])
})

it('nothing is erased while a chat has a conversation of it open', () => {
  const folder = newFolder()
  put(folder, 'open', { isOpen: true })
  const open = { code: 'refused', message: `1 chat with acme still open (process ${process.pid})` }
  expect(() => customerCounts(folder, 'acme')).toThrow(expect.objectContaining(open))
  expect(() => personIn(folder, 'acme', { login: 'anna' })).toThrow(expect.objectContaining(open))
})

it('requests of a customer or of some conversations are removed from usage.db, and from its bytes', () => {
  const file = join(newFolder(), 'usage.db')
  const usage = openUsage(file)
  usage.add(aTurn({ at: Date.now(), customer: 'acme', conversation: 'conversation-one' }))
  usage.add(aTurn({ at: Date.now(), customer: 'globex', conversation: 'conversation-two' }))
  usage.close()
  expect(usageCount(file, { customer: 'acme' })).toBe(1)
  expect(eraseUsage(file, { customer: 'acme' }).requests).toBe(1)
  expect(eraseUsage(file, { conversations: ['conversation-two', 'other'] }).requests).toBe(1)
  const left = ['', '-wal']
    .map(end => `${file}${end}`)
    .filter(existsSync)
    .map(one => readFileSync(one, 'latin1'))
  expect(left.join('')).not.toMatch(/conversation-(one|two)/)
})

it('what is erased while another process reads the file is gone from its log too', () => {
  const folder = newFolder()
  put(folder, 'old', { days: 31 })
  const file = join(folder, 'transcripts', 'acme.db')
  const other = new DatabaseSync(file)
  other.prepare('SELECT count(*) FROM conversations').get()
  purge(folder, 'acme', { before: Date.now() - 30 * DAY })
  expect(wordsLeft(folder, 'old')).toEqual(['typed-old'])
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  other.close()
})

it('a chat that has not asked yet when its customer is erased loses nothing of what comes then', () => {
  const folder = newFolder()
  put(folder, 'old')
  const shelf = openShelf({ folder, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
  const { conversations } = shelf.of('acme')
  expect(conversations.list()).toHaveLength(1)
  eraseCustomer(folder, 'acme')
  expect(wordsLeft(folder, 'old')).toEqual([])
  conversations.begin('new', { person: 'local', login: 'anna' }, new Date())
  shelf.close()
  const later = openShelf({ folder, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
  expect(later.of('acme').conversations.list()).toMatchObject([{ id: 'new' }])
  later.close()
})

/** A connection that reads what was there when it began, as another process may. */
function reader(file: string, table: string): DatabaseSync {
  const other = new DatabaseSync(file)
  other.exec('BEGIN')
  other.prepare(`SELECT count(*) FROM ${table}`).get()
  return other
}

it('what another process goes on reading is named until that one ends, and then purge removes the rest', () => {
  const folder = newFolder()
  put(folder, 'old', { days: 31 })
  const file = join(folder, 'transcripts', 'acme.db')
  const other = reader(file, 'conversations')
  const before = Date.now() - 30 * DAY
  expect(purge(folder, 'acme', { before })).toMatchObject({ conversations: 1, leftIn: file })
  expect(wordsLeft(folder, 'old')).toContain('result-old')
  other.exec('COMMIT')
  other.close()
  expect(purge(folder, 'acme', { before })).toEqual({ conversations: 0, lines: 0, results: 0 })
  expect(wordsLeft(folder, 'old')).toEqual(['typed-old'])
}, 30_000)

it('a customer that another process goes on reading is named as not yet erased', () => {
  const folder = newFolder()
  put(folder, 'old')
  const file = join(folder, 'transcripts', 'acme.db')
  const other = reader(file, 'conversations')
  expect(eraseCustomer(folder, 'acme')).toBe(file)
  other.exec('COMMIT')
  other.close()
  purge(folder, 'acme', { before: 0 })
  expect(wordsLeft(folder, 'old')).toEqual([])
}, 30_000)

it('requests that another process goes on reading are named, and removed by the next try', () => {
  const file = join(newFolder(), 'usage.db')
  const usage = openUsage(file)
  usage.add(aTurn({ at: Date.now(), customer: 'acme', conversation: 'conversation-one' }))
  usage.close()
  const other = reader(file, 'turns')
  expect(eraseUsage(file, { customer: 'acme' })).toEqual({ requests: 1, leftIn: file })
  other.exec('COMMIT')
  other.close()
  expect(tidyUsage(file)).toEqual({ requests: 0, leftIn: undefined })
  expect(bytesIn(dirname(file))).not.toContain('conversation-one')
}, 30_000)

it('a file that cannot be written anew is told, and what was deleted is deleted all the same', () => {
  const file = join(newFolder(), 'one.db')
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; CREATE TABLE t (word)')
  db.exec("INSERT INTO t VALUES ('the-deleted'), ('the-kept'), ('another')")
  db.exec("DELETE FROM t WHERE word = 'the-deleted'")
  // SQLite writes no file anew while a statement is running.
  const running = db.prepare('SELECT * FROM t').iterate()
  running.next()
  expect(isRewritten(db)).toBe(false)
  running.return?.()
  expect(isRewritten(db)).toBe(true)
  expect(bytesIn(dirname(file))).not.toContain('the-deleted')
  db.close()
})

it('results without a database are removed when they are a day old', () => {
  const folder = newFolder()
  const own = join(folder, 'results', 'acme')
  mkdirSync(own, { recursive: true, mode: 0o700 })
  for (const name of ['old-1.txt', 'new-1.txt']) writeFileSync(join(own, name), 'x')
  utimesSync(join(own, 'old-1.txt'), daysAgo(2), daysAgo(2))
  expect(customersWithTranscripts(folder)).toEqual(['acme'])
  const before = Date.now() - 30 * DAY
  expect(purge(folder, 'acme', { before })).toEqual({ conversations: 0, lines: 0, results: 1 })
  expect(readdirSync(own)).toEqual(['new-1.txt'])
  expect(existsSync(join(folder, 'transcripts'))).toBe(false)
})

it('nothing is removed through a link, and a link is no file of a customer', () => {
  const [folder, elsewhere] = [newFolder(), newFolder()]
  put(folder, 'one')
  put(elsewhere, 'other', { customer: 'globex' })
  writeFileSync(join(elsewhere, 'theirs.txt'), 'x')
  utimesSync(join(elsewhere, 'theirs.txt'), daysAgo(2), daysAgo(2))
  symlinkSync(elsewhere, join(folder, 'results', 'globex'))
  symlinkSync(join(folder, 'transcripts', 'acme.db'), join(folder, 'transcripts', 'bolt.db'))
  expect(purge(folder, 'globex', { before: Date.now() })).toEqual({ conversations: 0, lines: 0, results: 0 })
  expect(existsSync(join(elsewhere, 'theirs.txt'))).toBe(true)
  expect(() => customerCounts(folder, 'bolt')).toThrow(/bolt\.db: is a link, not a file/)
})

it('what to do about a link can be pasted into a shell, also where a folder has a space in its name', () => {
  const folder = join(newFolder(), 'my state')
  mkdirSync(join(folder, 'transcripts'), { recursive: true })
  const file = join(folder, 'transcripts', 'bolt.db')
  symlinkSync('/dev/null', file)
  const hint = `run \`mv '${file}' '${file}.aside'\``
  expect(() => customerCounts(folder, 'bolt')).toThrow(expect.objectContaining({ hint }))
})
