// Access tokens for a client with credentials of its own. They live as long as the process: another one gets its own.

import { orAborted } from '../../../base/waiting/aborted.ts'
import type { Authorizer, TokenRefusal } from '../../endpoint.ts'
import { dueTime, isExpired, isRefusedAgain, type SignInTokens, scopesIn } from '../sign-in.ts'
import type { ClientAuthorizerOptions } from './client.ts'

/** The authorizer for one server; there must be one in a process. */
export function createClientAuthorizer(options: ClientAuthorizerOptions): Authorizer {
  const { now = Date.now } = options
  let tokens: SignInTokens | undefined
  let getting: Promise<SignInTokens> | undefined

  /** Parallel requests share one. It is never cut off, because another request may wait for it. */
  function get(scope: readonly string[], after: SignInTokens['after']): Promise<SignInTokens> {
    getting ??= import('./tokens.ts')
      .then(({ newTokens }) => newTokens(options, { scope, after }))
      .then(fresh => {
        tokens = fresh
        return fresh
      })
      .finally(() => {
        getting = undefined
      })
    return getting
  }

  return {
    async token(signal) {
      if (tokens && now() < (dueTime(tokens) ?? Number.POSITIVE_INFINITY)) return tokens.access
      try {
        return (await orAborted(get(scopesIn(tokens?.scope), 'expiry'), signal)).access
      } catch (error) {
        if (!tokens || isExpired(tokens, now()) || signal?.aborted) throw error
        return tokens.access
      }
    },
    async renew(refusal, signal) {
      // A parallel request was faster.
      if (tokens && tokens.access !== refusal.token) return true
      const scope = await wantedScope(refusal, tokens)
      if (scope === undefined || (refusal.status === 401 && tokens && isRefusedAgain(tokens, now())))
        return false
      tokens = undefined
      await orAborted(get(scope, 'refusal'), signal)
      return true
    },
  }
}

/** For a token in place of the refused one; undefined if another one would change nothing. */
async function wantedScope(
  { status, challenge }: TokenRefusal,
  tokens: SignInTokens | undefined,
): Promise<string[] | undefined> {
  const granted = scopesIn(tokens?.scope)
  if (status !== 403) return granted
  const { askedScope } = await import('../step-up.ts')
  const lacking = scopesIn(askedScope(challenge)).filter(one => !granted.includes(one))
  return lacking.length > 0 ? [...granted, ...lacking] : undefined
}
