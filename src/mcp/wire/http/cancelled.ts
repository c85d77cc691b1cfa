import type { Incoming } from './exchange.ts'

/** The requests of one channel that have no whole answer yet. */
interface Exchanges {
  /**
   * A request that is about to be sent. `signal` ends it; `answering` follows it until its body is closed.
   *
   * @param id undefined for what nobody can cancel
   */
  begin(
    id: unknown,
    outer: AbortSignal | undefined,
  ): { signal: AbortSignal | null; answering(incoming: Promise<Incoming>): Promise<Incoming> }
  /** The server knows that this request is cancelled: whatever it still sends is not wanted. */
  end(id: unknown): void
}

/**
 * The SDK tells the server that a request is cancelled, and forgets it. A server that does not answer it, or never stops
 * answering, would keep its socket for ever.
 */
export function createExchanges(): Exchanges {
  const open = new Map<unknown, AbortController>()
  return {
    begin(id, outer) {
      if (id === undefined) return { signal: outer ?? null, answering: incoming => incoming }
      const own = new AbortController()
      open.set(id, own)
      const abort = () => own.abort(outer?.reason)
      if (outer?.aborted) abort()
      // The signal of the SDK's transport lives as long as the connection.
      outer?.addEventListener('abort', abort, { once: true })
      const forget = () => {
        outer?.removeEventListener('abort', abort)
        if (open.get(id) === own) open.delete(id)
      }
      return {
        signal: own.signal,
        async answering(sent) {
          const incoming = await sent.catch(error => {
            forget()
            throw error
          })
          incoming.body.onClosed(forget)
          return incoming
        },
      }
    },
    end: id => open.get(id)?.abort(),
  }
}
