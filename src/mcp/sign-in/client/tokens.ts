import { createPrivateKey, type KeyObject } from 'node:crypto'
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
  const provider = providerOf(client, issuer, scope)
  try {
    const fresh = await fetchToken(provider, issuer, {
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
    : new PrivateKeyJwtProvider({ ...client, privateKey: pkcs8(proof), algorithm: proof.alg })
}

/** The only form of a key that the SDK reads. Throws a Fault for one that cannot sign so, which the SDK would not tell apart. */
function pkcs8({ privateKey, alg }: { privateKey: string; alg: string }): string {
  const key = keyIn(privateKey)
  if (key && isKeyFor(alg, key)) return key.export({ type: 'pkcs8', format: 'pem' }).toString()
  throw signInFault(`its private key cannot sign with ${alg}`, 'check "private_key_file" and "alg"')
}

function keyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

const CURVES: Record<string, string> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }

/** RFC 7518, 3.1 and 3.3; RFC 8037, 3.1. */
function isKeyFor(
  alg: string,
  { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject,
): boolean {
  if (alg in CURVES) return details?.namedCurve === CURVES[alg]
  return alg === 'EdDSA' ? type === 'ed25519' : type === 'rsa' && (details?.modulusLength ?? 0) >= 2_048
}
