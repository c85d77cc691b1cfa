import { statusWords } from '../words.ts'

/** Why a request got no answer: sent again, over a new connection, it might have got one. */
export class Misdirected extends Error {
  constructor() {
    super(statusWords(421))
    this.name = 'Misdirected'
  }
}

interface Dispatching {
  dispatch(...request: unknown[]): boolean
}

/**
 * The dispatcher for one call of fetch, which by its standard repeats a request after a 421 (RFC 9110, 15.5.20): instead,
 * the call fails with Misdirected as its cause.
 */
export function once(dispatcher: object): object {
  let isSent = false
  return {
    dispatch(...request: unknown[]) {
      if (isSent) throw new Misdirected()
      isSent = true
      return (dispatcher as Dispatching).dispatch(...request)
    },
  }
}
