import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openBook } from '../../src/agent/evidence/book.ts'
import { keepResults } from '../../src/store/results.ts'
import { newFolder } from '../helpers/folder.ts'

const large = `start ${'x'.repeat(100_000)} end`

function bookIn(folder: string, customer: string) {
  const book = openBook({ keep: keepResults(folder, customer) })
  const add = (text: string) =>
    book.end(book.begin({ server: 's', tool: 't', args: {}, isWrite: false }), {
      kind: 'answered',
      text: '',
      whole: text,
      took: 1,
      cutBytes: 1,
    })
  return { book, add }
}

it('large results of each customer are in files of its own, which only this person can read, until the conversation ends', () => {
  const folder = join(newFolder(), 'results')
  const [acme, globex] = [bookIn(folder, 'acme'), bookIn(folder, 'globex')]
  acme.add(large)
  acme.add('short')
  globex.add(`${large} of globex`)
  expect(readdirSync(folder).sort()).toEqual(['acme', 'globex'])
  const [file = ''] = readdirSync(join(folder, 'acme'))
  expect(readdirSync(join(folder, 'acme'))).toHaveLength(1)
  expect(statSync(join(folder, 'acme', file)).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'acme')).mode & 0o777).toBe(0o700)
  expect(acme.book.find(1)?.text()).toBe(large)
  expect(acme.book.find(2)?.text()).toBe('short')
  acme.book.close()
  expect(readdirSync(join(folder, 'acme'))).toEqual([])
  expect(globex.book.find(1)?.text()).toBe(`${large} of globex`)
})

/** More than any process has. */
const ENDED = '999999999'

it('what a killed chat has left is removed a day later, of every customer', () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'acme'))
  const put = (name: string, hours: number) => {
    const path = join(folder, 'acme', name)
    writeFileSync(path, 'left')
    utimesSync(path, new Date(), new Date(Date.now() - hours * 3_600_000))
  }
  put(`${ENDED}-old.txt`, 25)
  put(`${ENDED}-young.txt`, 23)
  put(`${process.pid}-used.txt`, 25)
  bookIn(folder, 'globex')
  expect(readdirSync(join(folder, 'acme')).sort()).toEqual(
    [`${process.pid}-used.txt`, `${ENDED}-young.txt`].sort(),
  )
})

it('a result stays in memory if others could read its folder', () => {
  const folder = newFolder()
  chmodSync(folder, 0o755)
  const { book, add } = bookIn(folder, 'acme')
  add(large)
  expect(readdirSync(folder)).toEqual([])
  expect(book.find(1)?.text()).toBe(large)
})

it('a call that ends after its conversation leaves no file', () => {
  const folder = newFolder()
  const { book, add } = bookIn(folder, 'acme')
  book.close()
  add(large)
  expect(readdirSync(folder)).toEqual([])
  expect(book.find(1)?.text()).toBe(large)
})
