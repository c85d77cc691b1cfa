// The sign-in in its file, and how its tokens are replaced: under the lock of the file, so that of all processes one asks the
// authorization server, and the others take what it got.

import { SupportError } from '../../base/errors.ts'
import { finishBeforeExit } from '../../base/waiting/unfinished.ts'
import { Fault } from '../connection.ts'
import type { SignInDoor } from './discover.ts'
import {
  type KeptSignIn,
  loginCommand,
  type SignInTarget,
  type SignInTokens,
  signInFault,
  signInProblem,
} from './sign-in.ts'
import type { SignInStore } from './store.ts'

/** A sign-in with tokens. */
export type UsableSignIn = KeptSignIn & { tokens: SignInTokens }

export interface Renewal {
  /** The sign-in as it is in the file now, which is read again only after a change. Throws a Fault if there is none to use. */
  read(): UsableSignIn
  /**
   * The sign-in with another access token than the one in `old`. Throws a Fault. It is never cut off: the old refresh token may
   * be used up already.
   */
  renewed(old: UsableSignIn, after: 'expiry' | 'refusal'): Promise<UsableSignIn>
  /** Keeps the scopes to ask for in the next login. */
  keepWanted(scope: string): Promise<void>
}

export interface RenewalOptions {
  store: SignInStore
  /** The server as it is to be reached now. */
  door(): SignInDoor
  /** The part of it that a sign-in is bound to; called for each request (default: the door). */
  target?: (() => SignInTarget) | undefined
  now(): number
}

export function openRenewal({ store, door, target = door, now }: RenewalOptions): Renewal {
  const key = target()
  let known: { stamp: string; signIn: KeptSignIn | undefined } | undefined
  let renewing: Promise<UsableSignIn> | undefined

  function read(): UsableSignIn {
    const stamp = store.stamp(key)
    try {
      if (known?.stamp !== stamp) known = { stamp, signIn: store.read(key) }
    } catch (error) {
      if (!(error instanceof SupportError)) throw error
      throw signInFault(error.message, error.hint ?? `run \`${loginCommand(key)}\``)
    }
    return usable(known.signIn)
  }

  function usable(signIn: KeptSignIn | undefined): UsableSignIn {
    const problem = signInProblem(signIn, target(), now())
    if (problem) throw signInFault(problem.reason, problem.hint)
    return signIn as UsableSignIn
  }

  async function renewUnderLock(old: UsableSignIn, after: 'expiry' | 'refusal'): Promise<UsableSignIn> {
    known = undefined
    const current = read()
    // Another process was faster.
    if (current.tokens.access !== old.tokens.access) return current
    store.checkWritable(key)
    const { refreshed } = await import('./refresh.ts')
    const fresh = await refreshed(current, door(), { after, now })
    store.write(fresh)
    known = undefined
    return usable(fresh)
  }

  return {
    read,
    renewed(old, after) {
      renewing ??= finishBeforeExit(store.locked(key, () => renewUnderLock(old, after)))
        .catch(error => {
          throw error instanceof SupportError
            ? new Fault('server', error.message, { remedy: error.hint })
            : error
        })
        .finally(() => {
          renewing = undefined
        })
      return renewing
    },
    keepWanted: wantedScope =>
      finishBeforeExit(
        store.locked(key, async () => {
          const current = store.read(key)
          if (current && current.wantedScope !== wantedScope) store.write({ ...current, wantedScope })
        }),
      ),
  }
}
