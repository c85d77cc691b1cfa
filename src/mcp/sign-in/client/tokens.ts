import {
  ClientCredentialsProvider,
  fetchToken,
  OAuthError,
  PrivateKeyJwtProvider,
} from '@modelcontextprotocol/client'
import { hideSecret } from '../../../base/redact.ts'
import { keyText } from '../../../config/project.ts'
import { discoverIssuer, discoverResource, shownLine } from '../discover.ts'
import { signInFetch } from '../network.ts'
import { FINAL_ERRORS, tokenFault, tokensOf } from '../refresh.ts'
import { type SignInTokens, scopesIn, signInFault } from '../sign-in.ts'
import { namesIssuer } from '../step-up.ts'
import type { ClientAuth, ClientAuthorizerOptions } from './client.ts'

/** A token with the client's scopes, else those that the server names, and with the wanted ones. Throws a Fault. */
export async function newTokens(
  { door: doorOf, client: clientOf, issuer: known, now = Date.now }: ClientAuthorizerOptions,
  { scope: wanted, after }: { scope: readonly string[]; after: SignInTokens['after'] },
): Promise<SignInTokens> {
  const [door, client] = [doorOf(), clientOf()]
  const facts = await discoverResource(door)
  const [named = ''] = facts.issuers
  const before = known.get()
  if (before !== undefined && !namesIssuer(facts, before))
    throw signInFault(
      `${keyText(door)} names the authorization server ${shownLine(named)}; its client is registered at ${shownLine(before)}`,
      `if that is right, set "issuer" in its "oauth" to ${shownLine(named)}`,
    )
  const issuer = before ?? named
  const metadata = await discoverIssuer(issuer, door)
  if (before === undefined) known.set(issuer)
  const scope = [
    ...new Set([...(client.scopes.length > 0 ? client.scopes : scopesIn(facts.scope)), ...wanted]),
  ].join(' ')
  try {
    const fresh = await fetchToken(providerOf(client, issuer, scope), issuer, {
      ...(metadata ? { metadata } : {}),
      ...(facts.resource === undefined ? {} : { resource: facts.resource }),
      ...(scope === '' ? {} : { scope }),
      fetchFn: signInFetch(door),
    })
    hideSecret(fresh.access_token)
    return tokensOf(fresh, { now: now(), after, scope: scope || undefined })
  } catch (error) {
    const fault = tokenFault(issuer, error)
    const isEnd = error instanceof OAuthError && FINAL_ERRORS.has(error.code)
    // The configuration says what to check.
    throw isEnd ? signInFault(fault.message, undefined) : fault.beforeRunning()
  }
}

function providerOf({ id: clientId, proof }: ClientAuth, expectedIssuer: string, scope: string) {
  const client = { clientId, clientName: 'supportmax', expectedIssuer, ...(scope === '' ? {} : { scope }) }
  return 'secret' in proof
    ? new ClientCredentialsProvider({ ...client, clientSecret: proof.secret })
    : new PrivateKeyJwtProvider({ ...client, privateKey: proof.privateKey, algorithm: proof.alg })
}
