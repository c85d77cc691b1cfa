import { existsSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openShelf } from '../../../src/store/transcripts/shelf.ts'
import { closing } from '../../helpers/closing.ts'
import { newFolder } from '../../helpers/folder.ts'

const AT = new Date('2026-11-27T10:00:00Z')
const LARGE = `start ${'x'.repeat(100_000)} end`

function shelfIn(folder: string) {
  const shelf = openShelf({ folder, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
  return closing(shelf)
}

/** A conversation with one question, a small result and a large one. */
function begun(folder: string, customer: string, id: string) {
  const { conversations } = shelfIn(folder).of(customer)
  conversations.begin(id, { person: 'local', login: 'anna' }, AT)
  const writer = conversations.writer(id)
  writer.add({ kind: 'asked', at: AT, body: { text: 'why?' } })
  writer.change({ title: 'why?', cost: { usd: 0.25, unknown: 1 }, at: AT })
  writer.call(1, { server: 's' })
  writer.call(2, { server: 's' })
  const small = writer.result(1, { server: 's' }, 'short')
  const large = writer.result(2, { server: 's' }, LARGE)
  writer.messages(0, [{ role: 'user', text: 'why?' }])
  return { conversations, writer, small, large }
}

it('a conversation is read as it was written, also by the next run', () => {
  const folder = newFolder()
  const { small, large } = begun(folder, 'acme', 'c1')
  expect([small(), large()]).toEqual(['short', LARGE])
  const { conversations } = shelfIn(folder).of('acme')
  expect(conversations.list()).toEqual([
    {
      id: 'c1',
      title: 'why?',
      begunAt: AT,
      touchedAt: AT,
      person: 'local',
      login: 'anna',
      alert: undefined,
      cost: { usd: 0.25, unknown: 1 },
      questions: 1,
      setting: undefined,
      forkedFrom: undefined,
      openBy: process.pid,
    },
  ])
  const { entries, calls, messages } = conversations.contents('c1')
  expect(entries).toEqual([{ number: 1, at: AT, kind: 'asked', body: { text: 'why?' } }])
  expect(calls.map(({ number, hasEnded, text }) => [number, hasEnded, text()])).toEqual([
    [1, true, 'short'],
    [2, true, LARGE],
  ])
  expect(messages).toEqual([{ role: 'user', text: 'why?' }])
})

it('large results of each customer are in files of its own, which only this person can read', () => {
  const folder = newFolder()
  begun(folder, 'acme', 'c1')
  begun(folder, 'globex', 'c2')
  const results = join(folder, 'results')
  expect(readdirSync(results).sort()).toEqual(['acme', 'globex'])
  expect(readdirSync(join(results, 'acme'))).toEqual(['c1-2.txt'])
  expect(statSync(join(results, 'acme', 'c1-2.txt')).mode & 0o777).toBe(0o600)
  expect(statSync(join(results, 'acme')).mode & 0o777).toBe(0o700)
  expect(existsSync(join(results, 'globex', 'c1-2.txt'))).toBe(false)
})

it('messages that were shortened replace those that were written', () => {
  const { conversations, writer } = begun(newFolder(), 'acme', 'c1')
  writer.messages(1, [{ text: 'a' }, { text: 'b' }])
  writer.messages(1, [{ text: 'shorter' }])
  expect(conversations.contents('c1').messages).toEqual([{ role: 'user', text: 'why?' }, { text: 'shorter' }])
})

it('only one living process adds to a conversation', () => {
  const folder = newFolder()
  const { conversations } = begun(folder, 'acme', 'c1')
  expect(conversations.claim('c1')).toBe(true)
  const file = join(folder, 'transcripts', 'acme.db')
  const db = closing(new DatabaseSync(file))
  const held = (mark: string) => db.prepare('UPDATE conversations SET open_by = ?').run(mark)
  held(`${process.ppid} the start of another process with this pid`)
  expect(conversations.claim('c1')).toBe(true)
  conversations.release('c1')
  expect(conversations.list()[0]?.openBy).toBe(undefined)
  expect(conversations.claim('c1')).toBe(true)
})

it('a copy has everything of the original, and each goes on by itself', () => {
  const { conversations, writer } = begun(newFolder(), 'acme', 'c1')
  conversations.fork('c1', 'c2')
  const copy = conversations.writer('c2')
  expect(copy.add({ kind: 'text', at: AT, body: { text: 'only in the copy' } })).toBe(2)
  expect(writer.add({ kind: 'text', at: AT, body: { text: 'only in the original' } })).toBe(2)
  const [original, forked] = ['c1', 'c2'].map(id => conversations.contents(id))
  expect(original?.entries.map(one => one.body)).toEqual([{ text: 'why?' }, { text: 'only in the original' }])
  expect(forked?.entries.map(one => one.body)).toEqual([{ text: 'why?' }, { text: 'only in the copy' }])
  expect(forked?.calls.map(one => one.text())).toEqual(['short', LARGE])
  expect(conversations.list().find(one => one.id === 'c2')).toMatchObject({ forkedFrom: 'c1', title: 'why?' })
})

it('a link in the place of a result, or of their folder, leads to no result of another customer', () => {
  const folder = newFolder()
  const { large } = begun(folder, 'acme', 'c1')
  begun(folder, 'globex', 'c1')
  const results = join(folder, 'results')
  const own = join(results, 'acme', 'c1-2.txt')
  rmSync(own)
  symlinkSync(join(results, 'globex', 'c1-2.txt'), own)
  expect(large).toThrow('is a link, not a file')
  renameSync(join(results, 'acme'), join(results, 'aside'))
  symlinkSync(join(results, 'globex'), join(results, 'acme'))
  expect(large).toThrow('is a link, not a folder')
})
