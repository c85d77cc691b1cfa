// The requests of a sign-in that need no person: getting another access token, and revoking all tokens.

import {
  type AuthorizationServerMetadata,
  type ClientAuthMethod,
  OAuthError,
  type OAuthTokens,
  refreshAuthorization,
  selectClientAuthMethod,
} from '@modelcontextprotocol/client'
import type { NetworkPath } from '../../base/http/sockets/sockets.ts'
import { statusWords } from '../../base/http/words.ts'
import { redactedLine } from '../../base/redact.ts'
import { Fault } from '../connection.ts'
import { type SignInDoor, shownLine } from './discover.ts'
import { signInFetch } from './network.ts'
import { type KeptSignIn, type SignInClient, type SignInTokens, signInFault } from './sign-in.ts'

/** The sign-in with new tokens, or without any and the reason, if the authorization server has ended it. */
export type Refreshed = KeptSignIn & { tokens: SignInTokens | undefined }

/**
 * Asks the authorization server that gave the refresh token for another access token. Throws a Fault if it gives no answer:
 * the tokens are still good then.
 */
export async function refreshed(
  signIn: KeptSignIn,
  door: Pick<SignInDoor, 'clientSecret'> & NetworkPath,
  { after, now }: { after: 'expiry' | 'refusal'; now: () => number },
): Promise<Refreshed> {
  const { issuer, resource, tokens } = signIn
  if (tokens?.refresh === undefined) return signIn
  try {
    const fresh = await refreshAuthorization(issuer, {
      metadata: metadataOf(signIn),
      clientInformation: clientInformation(signIn.client, door.clientSecret),
      refreshToken: tokens.refresh,
      ...(resource === undefined ? {} : { resource }),
      fetchFn: signInFetch(door),
    })
    const { refresh = tokens.refresh, ...own } = tokensOf(fresh, { now: now(), after, scope: tokens.scope })
    return { ...signIn, tokens: { ...own, refresh }, ended: undefined }
  } catch (error) {
    if (!isFinal(error)) throw tokenFault(issuer, error)
    return ended(signIn, error)
  }
}

/** RFC 6749, 5.2: with these, trying again with the same token or client cannot succeed. */
export const FINAL_ERRORS: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
])

function isFinal(error: unknown): error is OAuthError {
  return error instanceof OAuthError && FINAL_ERRORS.has(error.code)
}

/**
 * The sign-in without tokens. If the client's registration is gone, the next login makes another one. Throws a Fault for a
 * client that the configuration names: it can be corrected there, and the tokens are still good.
 */
function ended(signIn: KeptSignIn, error: OAuthError): Refreshed {
  const { client } = signIn
  const reason = `${shownLine(signIn.issuer)} has ended the sign-in: ${errorWords(error)}`
  if (error.code === 'invalid_grant') return { ...signIn, tokens: undefined, ended: reason }
  if (client.kind === 'registered')
    return { ...signIn, client: { ...client, redirect: undefined }, tokens: undefined, ended: reason }
  throw signInFault(
    `${shownLine(signIn.issuer)} rejected the client: ${errorWords(error)}`,
    client.kind === 'metadata'
      ? 'check "client_metadata_url"'
      : 'check "client_id", and the value of its "client_secret_env"',
  )
}

function errorWords({ code, message }: OAuthError): string {
  const own = redactedLine(message, 120)
  return own === '' || own === code ? code : `${code}, ${own}`
}

/** Why the token endpoint gave no token. */
export function tokenFault(issuer: string, error: unknown): Fault {
  if (error instanceof Fault) return error
  const where = shownLine(issuer)
  if (!(error instanceof OAuthError))
    return new Fault('server', `${where}: its answer is malformed`, { cause: error })
  // The SDK puts a body that is no OAuth error into the message.
  const [, status] = /^HTTP (\d+): Invalid OAuth error/.exec(error.message) ?? []
  const words = status ? statusWords(Number(status)) : `${error.code}: ${redactedLine(error.message, 120)}`
  return new Fault('server', `${where}: ${words}`, { cause: error })
}

/**
 * Tokens as they are kept. RFC 6749, 5.1: a scope that is left out is the one that was asked for; 6: a refresh token that is
 * left out is the old one, which the SDK puts in, unless it is empty. Throws a Fault for tokens that cannot be sent.
 */
export function tokensOf(
  { access_token: access, token_type: type, refresh_token: refresh, expires_in: seconds, scope }: OAuthTokens,
  before: { now: number; after: SignInTokens['after']; scope: string | undefined },
): SignInTokens {
  if (type.toLowerCase() !== 'bearer')
    throw new Fault(
      'not_mcp',
      `the authorization server issued a token of the type ${redactedLine(type, 40)}`,
      {
        remedy: 'ask its operator for bearer tokens',
      },
    )
  // RFC 6749, A.12, without the space, which is not safe in a header.
  if (!/^[\x21-\x7e]+$/.test(access))
    throw new Fault(
      'not_mcp',
      `the authorization server issued ${access === '' ? 'an empty token' : 'a token with invalid characters'}`,
      { remedy: 'ask its operator: no header can carry such a token' },
    )
  const { now: obtainedAt, after } = before
  const expiresAt =
    seconds === undefined ? undefined : obtainedAt + Math.min(Math.max(seconds, 0), LONGEST_SECONDS) * 1_000
  return { access, refresh: refresh || undefined, scope: scope ?? before.scope, obtainedAt, expiresAt, after }
}

/** About 30 years: a date can hold what comes of it. */
const LONGEST_SECONDS = 1e9

/** The client as the SDK's functions take it. */
export function clientInformation(
  { id, secret, authMethod }: SignInClient,
  configuredSecret: string | undefined,
) {
  const known = secret ?? configuredSecret
  return {
    client_id: id,
    ...(known === undefined ? {} : { client_secret: known }),
    ...(authMethod === undefined ? {} : { token_endpoint_auth_method: authMethod }),
  }
}

/** What is kept of the metadata, in the form of the whole. */
function metadataOf({ issuer, endpoints }: KeptSignIn): AuthorizationServerMetadata {
  const { token, authMethods } = endpoints
  return {
    issuer,
    authorization_endpoint: token,
    token_endpoint: token,
    response_types_supported: ['code'],
    ...(authMethods.length > 0 ? { token_endpoint_auth_methods_supported: authMethods } : {}),
  }
}

/** RFC 7009: revokes the refresh token, and with it the access token. Throws a Fault if the server does not do it. */
export async function revoke(
  { issuer, endpoints, client, tokens }: KeptSignIn,
  door: Pick<SignInDoor, 'clientSecret'> & NetworkPath,
  signal?: AbortSignal,
): Promise<'revoked' | 'not-offered'> {
  if (endpoints.revocation === undefined || tokens === undefined) return 'not-offered'
  const token = tokens.refresh ?? tokens.access
  const form = new URLSearchParams({
    token,
    token_type_hint: tokens.refresh === undefined ? 'access_token' : 'refresh_token',
  })
  const information = clientInformation(client, door.clientSecret)
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' })
  authenticate(selectClientAuthMethod(information, endpoints.authMethods), information, { headers, form })
  const init = { method: 'POST', headers, body: form, redirect: 'manual' as const }
  const { status } = await signInFetch(door, signal)(endpoints.revocation, init)
  if (status >= 300) throw new Fault('server', `${shownLine(issuer)}: ${statusWords(status)}`)
  return 'revoked'
}

/** RFC 6749, 2.3.1. */
function authenticate(
  method: ClientAuthMethod,
  { client_id: id, client_secret: secret = '' }: { client_id: string; client_secret?: string },
  { headers, form }: { headers: Headers; form: URLSearchParams },
): void {
  if (method === 'client_secret_basic') {
    const pair = [id, secret].map(encodeURIComponent).join(':')
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
    return
  }
  form.set('client_id', id)
  if (method === 'client_secret_post') form.set('client_secret', secret)
}
