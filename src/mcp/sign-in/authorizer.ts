// Access tokens of a sign-in, for running connections.

import { TIMEOUTS } from '../../base/timeouts.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import { Fault } from '../connection.ts'
import type { Authorizer } from '../endpoint.ts'
import { openRenewal, type RenewalOptions, type UsableSignIn } from './renewal.ts'
import {
  isExpired,
  isRefusedAgain,
  loginCommand,
  renewalTime,
  type SignInTokens,
  signInFault,
} from './sign-in.ts'

/** The authorizer for one server; there must be one in a process. */
export function createSignInAuthorizer({
  now = Date.now,
  ...options
}: Omit<RenewalOptions, 'now'> & { now?: () => number }): Authorizer {
  const { store, door } = options
  const renewal = openRenewal({ ...options, now })
  const timer = idleTimer(now, () => authorizer.token())
  let notBefore = 0

  /** With a new token if the old one is due, and a new one can be got. */
  async function current(signIn: UsableSignIn, signal: AbortSignal | undefined): Promise<UsableSignIn> {
    const at = renewalTime(signIn.tokens)
    const expired = isExpired(signIn.tokens, now())
    if (at === undefined || now() < at || (!expired && now() < notBefore)) return signIn
    try {
      return await orAborted(renewal.renewed(signIn, 'expiry'), signal)
    } catch (error) {
      const isRefused = error instanceof Fault && error.kind === 'unauthorized'
      if (expired || isRefused || signal?.aborted) throw error
      notBefore = now() + TIMEOUTS.signInRetry
      return signIn
    }
  }

  const authorizer: Authorizer = {
    async token(signal) {
      await store.unlock(signal)
      const signIn = await current(renewal.read(), signal)
      timer.set(signIn.tokens, notBefore)
      return signIn.tokens.access
    },
    async renew(refusal, signal) {
      await store.unlock(signal)
      const signIn = renewal.read()
      // Another process, or a new login, was faster.
      if (signIn.tokens.access !== refusal.token) return true
      const { refuseOtherIssuer, refuseUnlessGranted } = await import('./step-up.ts')
      if (refusal.status === 403) return refuseUnlessGranted(signIn, refusal, renewal)
      if (isRefusedAgain(signIn.tokens, now())) return false
      if (signIn.tokens.refresh === undefined)
        throw signInFault('the server rejected the access token', `run \`${loginCommand(signIn)}\``, 401)
      await refuseOtherIssuer(signIn, door(), refusal, signal)
      await orAborted(renewal.renewed(signIn, 'refusal'), signal)
      return true
    },
    opened: timer.opened,
  }
  return authorizer
}

/** Tokens that end sooner than that would keep asking the authorization server. */
const SHORTEST_MS = 100

/** setTimeout's own limit. */
const LONGEST_MS = 2 ** 31 - 1

/** Renews a token in time for the next request, while a connection is open. It keeps no process alive. */
function idleTimer(now: () => number, renew: () => Promise<unknown>) {
  let connections = 0
  let timer: NodeJS.Timeout | undefined

  function lookIn(ms: number): void {
    clearTimeout(timer)
    const due = now() + Math.max(ms, 0)
    if (connections > 0) timer = setTimeout(look, Math.min(due - now(), LONGEST_MS), due).unref()
  }

  function look(due: number): void {
    // A timer may fire a millisecond before its time by the clock, and a clock can be set back.
    const early = due - now()
    if (early > 0) lookIn(early)
    else
      renew().catch(error => {
        // What only a person can change is reported to the next request.
        if (error instanceof Fault && error.kind !== 'unauthorized') lookIn(TIMEOUTS.signInRetry)
      })
  }

  return {
    set(tokens: SignInTokens, notBefore: number): void {
      const at = renewalTime(tokens)
      if (at === undefined) clearTimeout(timer)
      else {
        const ms = Math.max(at, notBefore) - now()
        lookIn(ms < SHORTEST_MS ? TIMEOUTS.signInRetry : ms)
      }
    },
    opened(): () => void {
      let isOpen = true
      connections++
      return () => {
        if (isOpen) connections--
        isOpen = false
        if (connections === 0) clearTimeout(timer)
      }
    },
  }
}
