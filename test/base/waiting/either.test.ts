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

it('leaves nothing behind at the one that lives on', async () => {
  const [short, long] = [new AbortController().signal, new AbortController().signal]
  await untilEither(short, long, async () => {})
  await untilEither(short, long, () => Promise.reject(new Error('no'))).catch(() => {})
  expect([getEventListeners(short, 'abort'), getEventListeners(long, 'abort')]).toEqual([[], []])
})
