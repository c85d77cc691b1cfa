import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { causeCode, networkCause } from '../../../src/base/text/network-words.ts'

describe('the cause of a failed connection', () => {
  it('is found below what fetch throws', async () => {
    const closed = createServer()
    const port = await new Promise<number>(resolve =>
      closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port)),
    )
    await new Promise(resolve => closed.close(resolve))
    const error = await fetch(`http://127.0.0.1:${port}`).catch(thrown => thrown)
    expect(networkCause(causeCode(error))).toEqual({ kind: 'refused', words: 'connection refused' })
  })

  it('is the first of several attempts (one per address of a host)', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' })
    expect(causeCode(new Error('fetch failed', { cause: new AggregateError([refused]) }))).toBe(
      'ECONNREFUSED',
    )
  })

  it('is undefined for an error that is not about the network', () => {
    expect(networkCause(causeCode(new Error('no')))).toBeUndefined()
    expect(networkCause('ERR_ASSERTION')).toBeUndefined()
  })
})
