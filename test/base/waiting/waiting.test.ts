import { describe, expect, it } from 'vitest'
import { orAborted } from '../../../src/base/waiting/aborted.ts'
import { waitFor } from '../../../src/base/waiting/wait.ts'

describe('orAborted', () => {
  it('settles as the work does', async () => {
    expect(await orAborted(Promise.resolve(1), new AbortController().signal)).toBe(1)
    expect(await orAborted(Promise.resolve(1), undefined)).toBe(1)
    await expect(orAborted(Promise.reject(new Error('no')), new AbortController().signal)).rejects.toThrow(
      'no',
    )
  })

  it('rejects with the reason of the signal, even if the work is not done or has not begun', async () => {
    const never = new Promise<never>(() => {})
    const aborting = new AbortController()
    const waiting = orAborted(never, aborting.signal)
    aborting.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    await expect(orAborted(never, aborting.signal)).rejects.toThrow('left')
  })

  it('causes no unhandled rejection when the work fails later', async () => {
    const work = Promise.withResolvers<never>()
    const waiting = orAborted(work.promise, AbortSignal.abort(new Error('left')))
    await expect(waiting).rejects.toThrow('left')
    work.reject(new Error('late'))
    await new Promise(resolve => setImmediate(resolve))
  })
})

describe('waitFor', () => {
  const often = { every: 1, most: 10_000 }

  it('returns what was found', async () => {
    let looks = 0
    expect(await waitFor(() => (++looks === 3 ? 'there' : undefined), often)).toBe('there')
    expect(looks).toBe(3)
  })

  it('continues on false and undefined, but returns 0 and an empty text', async () => {
    expect(await waitFor(() => 0, often)).toBe(0)
    expect(await waitFor(async () => '', often)).toBe('')
  })

  it('looks once even without any time, and returns undefined', async () => {
    let looks = 0
    expect(await waitFor(() => ++looks > 1, { every: 1, most: 0 })).toBeUndefined()
    expect(looks).toBe(1)
  })

  it('ends when the signal aborts', async () => {
    const aborting = new AbortController()
    const waiting = waitFor(() => false, { every: 60_000, most: 60_000, signal: aborting.signal })
    aborting.abort()
    await expect(waiting).rejects.toThrow(/abort/i)
  })
})
