// The `requestState` of one door: what it must know in the next round of a request, signed, and kept by the client.

import { randomBytes, randomUUID } from 'node:crypto'
import { createRequestStateCodec, ProtocolError, type ServerContext } from '@modelcontextprotocol/server'
import { INVALID_PARAMS } from '../../base/http/rpc-codes.ts'

/** What a state holds. */
export interface RequestState {
  /** Whose state it is, and of which request. */
  of: string
  /** The server's own. */
  state?: string | undefined
  /** Whether the person has been asked, or has already agreed. */
  approval?: 'asked' | 'given' | undefined
  /** So that an answer counts once. */
  nonce: string
}

export interface RequestStates {
  mint(held: Omit<RequestState, 'nonce'>): Promise<string>
  /**
   * What a state of this request holds. Throws a ProtocolError for one that is not ours, was changed, is too old, or belongs to
   * another request, and for one with an approval that has come back before.
   */
  take(text: string, of: string, context: ServerContext): Promise<RequestState>
}

/** Milliseconds for which a state is good: the SDK's own default. */
const LIFETIME = 600_000
/** Far more than people can approve in that time. */
const MOST_SPENT = 10_000

/** @param mostSpent approvals to remember; after that many, all states that are out are no longer good */
export function requestStates(mostSpent = MOST_SPENT): RequestStates {
  let codec = newCodec()
  /** States with an approval that have come back, and when they expire: the oldest first. */
  const spent = new Map<string, number>()

  function spend(nonce: string): void {
    if (spent.has(nonce)) throw new ProtocolError(INVALID_PARAMS, 'requestState has been used already')
    const now = Date.now()
    for (const [one, expires] of spent) {
      if (expires >= now) break
      spent.delete(one)
    }
    if (spent.size >= mostSpent) {
      // With another key, none of them can come back.
      codec = newCodec()
      spent.clear()
    }
    spent.set(nonce, now + LIFETIME)
  }

  return {
    mint: held => codec.mint({ ...held, nonce: randomUUID() }),
    async take(text, of, context) {
      const current = codec
      const held = await current.verify(text, context).catch(() => undefined)
      // The key may have been replaced in the meantime.
      if (held?.of !== of || current !== codec)
        throw new ProtocolError(INVALID_PARAMS, 'requestState is not valid for this request')
      if (held.approval !== undefined) spend(held.nonce)
      return held
    },
  }
}

function newCodec() {
  return createRequestStateCodec<RequestState>({ key: randomBytes(32), ttlSeconds: LIFETIME / 1000 })
}
