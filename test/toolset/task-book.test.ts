import { expect, it } from 'vitest'
import { openTaskBook } from '../../src/toolset/face/tasks/book.ts'

const ME = 'token:mine'

it('a task is known to the principal that made it, and to no other', () => {
  const book = openTaskBook()
  book.note('1', ME, { server: 'alpha', tool: 'alpha__work' })
  expect(book.of('1', ME)).toMatchObject({ server: 'alpha', tool: 'alpha__work' })
  expect([book.of('1', 'token:other'), book.of('2', ME), book.of(1, ME)]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect([book.serversOf(ME), book.serversOf('token:other')]).toEqual([['alpha'], []])
})

it('a server cannot take over the task of another one by giving its id, however often', () => {
  const book = openTaskBook()
  book.note('1', ME, { server: 'alpha', tool: 'alpha__work' })
  for (const _ of [1, 2, 3]) {
    book.note('1', ME, { server: 'beta', tool: 'beta__lure' })
    expect([book.of('1', ME), book.serversOf(ME)]).toEqual([undefined, []])
  }
})
