import { expect, it } from 'vitest'
import { openBook } from '../../../src/agent/evidence/book.ts'

const CALL = { server: 'am', tool: 'create_silence', args: {}, isWrite: true }
const done = { kind: 'answered', text: 'ok', took: 35, cutBytes: 0 } as const
const at = (seconds: number) => new Date(1_764_241_200_000 + seconds * 1_000)

it('a call that a person allowed begins when that was, not when the model asked for it', () => {
  let seconds = 0
  const book = openBook({ now: () => at(seconds) })
  const number = book.begin(CALL)
  book.asked(number)
  seconds = 75
  book.allowed(number)
  seconds = 80
  book.end(number, done, true)
  expect(book.find(number)?.at).toEqual(at(75))
})

it('a call that needed nobody begins when the model asked for it', () => {
  let seconds = 0
  const book = openBook({ now: () => at(seconds) })
  const number = book.begin({ ...CALL, isWrite: false })
  seconds = 5
  book.end(number, done)
  expect(book.find(number)?.at).toEqual(at(0))
})
