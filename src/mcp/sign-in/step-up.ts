// What a server's refusal of a token says.

import { keyText } from '../../config/project.ts'
import { Fault } from '../connection.ts'
import type { TokenRefusal } from '../endpoint.ts'
import { challengeIn, discoverResource, type ResourceFacts, type SignInDoor, shownLine } from './discover.ts'
import type { Renewal, UsableSignIn } from './renewal.ts'
import { type KeptSignIn, loginCommand, scopesIn, signInFault } from './sign-in.ts'

/**
 * After a 403 for lack of scopes. A token cannot get more of them by being refreshed (RFC 6749, 6): throws a Fault that says
 * which login gets them. Returns false if the sign-in has them all, so that another login would change nothing.
 */
export async function refuseUnlessGranted(
  signIn: UsableSignIn,
  { challenge }: TokenRefusal,
  { keepWanted }: Renewal,
): Promise<false> {
  const granted = scopesIn(signIn.tokens.scope)
  const lacking = scopesIn(askedScope(challenge)).filter(scope => !granted.includes(scope))
  if (lacking.length === 0) return false
  const wanted = [...new Set([...granted, ...scopesIn(signIn.wantedScope), ...lacking])].join(' ')
  await keepWanted(wanted)
  throw signInFault(
    `the server requires scopes that the sign-in does not have: ${lacking.join(' ')}`,
    `run \`${loginCommand(signIn)}\` to request: ${wanted}`,
    403,
  )
}

/** The scopes in a WWW-Authenticate header. */
export function askedScope(challenge: string): string | undefined {
  return challengeIn(challenge).scope
}

/**
 * Throws a Fault if the server names another authorization server or resource than those of the tokens. A server that cannot
 * answer now does not matter: the refresh token is sent to no other authorization server anyway.
 */
export async function refuseOtherIssuer(
  signIn: KeptSignIn,
  door: SignInDoor,
  { challenge }: TokenRefusal,
  signal?: AbortSignal,
): Promise<void> {
  const facts = await discoverResource(door, signal, challenge).catch(error => {
    if (error instanceof Fault && error.kind === 'forbidden') throw error
  })
  signal?.throwIfAborted()
  if (!facts) return
  if (!namesIssuer(facts, signIn.issuer))
    throw signInFault(otherIssuerWords(facts, signIn), otherIssuerHint(signIn), 401)
  if (facts.resource !== signIn.resource)
    throw signInFault(otherResourceWords(facts, signIn), `run \`${loginCommand(signIn)}\``, 401)
}

function otherResourceWords({ resource }: ResourceFacts, signIn: KeptSignIn): string {
  const [now, before] = [resource, signIn.resource].map(one => (one === undefined ? 'none' : shownLine(one)))
  return `${keyText(signIn)} now names the resource ${now}; you signed in for ${before}`
}

/** Whether the server names this authorization server; a slash at the end makes no difference. */
export function namesIssuer({ issuers }: ResourceFacts, issuer: string): boolean {
  return issuers.some(one => one === issuer || one === `${issuer}/` || `${one}/` === issuer)
}

export function otherIssuerWords({ issuers: [first = ''] }: ResourceFacts, signIn: KeptSignIn): string {
  return `${keyText(signIn)} now names the authorization server ${shownLine(first)}; you signed in at ${signIn.issuer}`
}

export function otherIssuerHint({ customer, server }: KeptSignIn): string {
  return `if that is right, run \`supportmax auth logout ${customer} ${server}\`, then sign in again`
}
