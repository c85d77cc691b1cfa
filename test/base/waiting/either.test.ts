import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { untilEither } from '../../../src/base/waiting/either.ts'

const aborted = (signal: AbortSignal) =>
  new Promise(resolve => signal.addEventListener('abort', () => resolve(signal.reason)))

it.each([0, 1])('the signal fires with the reason of whichever fires first', async at => {
  const both = [new AbortController(), new AbortController()] as const
  const reason = untilEither(both[0].signal, both[1].signal, aborted)
  both[at]?.abort(`number ${at}`)
  expect(await reason).toBe(`number ${at}`)
})

it('the signal has fired if one of them had', async () => {
  const fired = AbortSignal.abort('over')
  const signal = await untilEither(new AbortController().signal, fired, async one => one)
  expect([signal.aborted, signal.reason]).toEqual([true, 'over'])
})

it('leaves one listener at the one that lives on, however often it is used, and ends only what is running', async () => {
  const [short, long] = [new AbortController(), new AbortController()]
  const ended = await untilEither(short.signal, long.signal, async signal => signal)
  await untilEither(short.signal, long.signal, () => Promise.reject(new Error('no'))).catch(() => {})
  const both = [1, 2].map(() => untilEither(short.signal, long.signal, aborted))
  expect(getEventListeners(long.signal, 'abort')).toHaveLength(1)
  long.abort('over')
  expect(await Promise.all(both)).toEqual(['over', 'over'])
  expect(ended.aborted).toBe(false)
  expect(getEventListeners(short.signal, 'abort')).toEqual([])
})
