// Streams of the newer era that stay open, for notices about changes. Nobody asks for anything on them, so that nothing else
// would notice that their caller may no longer enter.

import type { Principal } from '../../../access/principal.ts'
import { bounded } from './unread.ts'

export interface Streams {
  count(): number
  /** The answer of `ask`, which gets a request that `endOf` ends, too. */
  open(request: Request, by: Principal, ask: (request: Request) => Promise<Response>): Promise<Response>
  /** Ends those of these principals. */
  endOf(isGone: (by: Principal) => boolean): void
}

export function openStreams(): Streams {
  /** With the request, because its signal dies with it: it is held weakly. */
  const open = new Map<AbortController, { by: Principal; request: Request }>()
  return {
    count: () => open.size,
    async open({ url, method, headers, signal }, by, ask) {
      const end = new AbortController()
      const request = new Request(url, { method, headers, signal: end.signal })
      const close = () => void open.delete(end)
      open.set(end, { by, request })
      end.signal.addEventListener('abort', close, { once: true })
      signal.addEventListener('abort', () => end.abort(), { once: true })
      if (signal.aborted) end.abort()
      try {
        const response = await ask(request)
        if (response.body) return bounded(response, response.body, close)
        close()
        return response
      } catch (error) {
        close()
        throw error
      }
    },
    endOf(isGone) {
      for (const [end, { by }] of open) if (isGone(by)) end.abort()
    },
  }
}
