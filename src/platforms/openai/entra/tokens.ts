import { hideSecret } from '../../../base/redact.ts'
import { orAborted } from '../../../base/waiting/aborted.ts'

export interface AccessToken {
  value: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Access tokens of one identity. They are kept in memory only, and hidden in all output. */
export interface Tokens {
  /** A token that is valid for the next request. Parallel callers share one fetch. Rejects when the signal aborts. */
  get(signal?: AbortSignal): Promise<string>
  /** Another token in place of one that was rejected; undefined if there is no other. */
  renew(rejected: string, signal?: AbortSignal): Promise<string | undefined>
}

/** A token is renewed so long before it expires, in milliseconds; a short-lived one after half its life. */
const EARLY = 60_000

/**
 * @param fetchToken stops when its signal aborts, because nobody waits any more
 * @param now milliseconds since 1970
 */
export function openTokens(
  fetchToken: (signal: AbortSignal) => Promise<AccessToken>,
  now: () => number = Date.now,
): Tokens {
  let kept: { value: string; until: number } | undefined
  let fetching: { token: Promise<string>; waiting: number; stop: AbortController } | undefined

  async function fetchOnce(stop: AbortController): Promise<string> {
    const asked = now()
    try {
      const { value, expiresAt } = await fetchToken(stop.signal)
      hideSecret(value)
      kept = { value, until: expiresAt - Math.min(EARLY, (expiresAt - asked) / 2) }
      return value
    } finally {
      if (fetching?.stop === stop) fetching = undefined
    }
  }

  function start() {
    const stop = new AbortController()
    const token = fetchOnce(stop)
    token.catch(() => {})
    return { token, waiting: 0, stop }
  }

  const get: Tokens['get'] = async signal => {
    if (kept && now() < kept.until) return kept.value
    fetching ??= start()
    const shared = fetching
    shared.waiting++
    try {
      return await orAborted(shared.token, signal)
    } finally {
      if (--shared.waiting === 0 && fetching === shared) {
        fetching = undefined
        shared.stop.abort()
      }
    }
  }

  return {
    get,
    async renew(rejected, signal) {
      if (kept?.value === rejected) kept = undefined
      const value = await get(signal)
      return value === rejected ? undefined : value
    },
  }
}

/** The same fetch; a request whose token is rejected with a 401 is sent once more, with another one. */
export function withRenewal(fetch: typeof globalThis.fetch, tokens: Tokens): typeof globalThis.fetch {
  return async function fetchWithToken(address, init) {
    const response = await fetch(address, init)
    const headers = new Headers(init?.headers)
    const [, rejected] = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '') ?? []
    if (response.status !== 401 || rejected === undefined) return response
    const token = await tokens.renew(rejected, init?.signal ?? undefined)
    if (token === undefined) return response
    // Not awaited: the body is not needed.
    void response.body?.cancel().catch(() => {})
    headers.set('authorization', `Bearer ${token}`)
    return fetch(address, { ...init, headers })
  }
}
