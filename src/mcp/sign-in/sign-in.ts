// A person's sign-in to one server, as it is kept between runs.

import { shownUrl } from '../../base/text/urls.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { ServerAuth, ServerKey } from '../../config/project.ts'
import { Fault } from '../connection.ts'

/** Holds secrets: never print it. */
export interface KeptSignIn extends ServerKey {
  /** URL of the server without query, to which alone the access token is sent. */
  url: string
  /** The authorization server, to which alone the refresh token is sent. */
  issuer: string
  /** The resource indicator of the tokens (RFC 8707); undefined for a server that names none. */
  resource: string | undefined
  /** Origin of the proxy that could read the tokens (default: none can). */
  proxy?: string | undefined
  client: SignInClient
  endpoints: TokenEndpoints
  /** undefined: they were refused, or never given. */
  tokens: SignInTokens | undefined
  /** Why there are no tokens any more. */
  ended: string | undefined
  /** Scopes that the server has asked for since, with those of the tokens: for the next login. */
  wantedScope: string | undefined
}

export interface SignInTokens {
  access: string
  refresh: string | undefined
  /** Scopes, with a space between them. */
  scope: string | undefined
  /** Milliseconds since the epoch, on this machine's clock. */
  obtainedAt: number
  expiresAt: number | undefined
  after: 'login' | 'expiry' | 'refusal'
}

/** The client as which supportmax signs in. */
export interface SignInClient {
  kind: 'configured' | 'metadata' | 'registered'
  id: string
  /** Of a registered client that got one. */
  secret: string | undefined
  authMethod: string | undefined
  /** The redirect URI that was registered. */
  redirect: string | undefined
}

export interface TokenEndpoints {
  token: string
  revocation: string | undefined
  /** How clients authenticate there; empty if that is not known. */
  authMethods: string[]
}

/** The server that a person signs in to, as the configuration has it now. */
export interface SignInTarget extends ServerKey {
  /** Without query. */
  url: string
  auth: SignInAuth
  /** The proxy on the way, if it could read what passes: its origin, and how to show it. */
  reader?: { origin: string; shown: string } | undefined
}

export type SignInAuth = Extract<ServerAuth, { kind: 'sign-in' }>

export interface SignInProblem {
  reason: string
  hint: string
}

/** How long before its end an access token is replaced: a fifth of its life, at most this long. */
const MOST_EARLY_MS = 60_000

/** Why a request would be pointless: only a person can get another token. undefined if there is one to try. */
export function signInProblem(
  signIn: KeptSignIn | undefined,
  target: SignInTarget,
  now: number,
): SignInProblem | undefined {
  const hint = `run \`${loginCommand(target)}\``
  if (signIn === undefined) return { reason: 'not signed in', hint }
  if (signIn.url !== target.url)
    return {
      reason: `signed in to ${shownUrl(signIn.url)}, but the address is now ${shownUrl(target.url)}`,
      hint,
    }
  const diversion = diversionOf(signIn, target)
  if (diversion !== undefined) return { reason: diversion, hint: `${hint} if that is right` }
  const { clientId } = target.auth
  if ((clientId !== undefined || signIn.client.kind === 'configured') && clientId !== signIn.client.id)
    return { reason: `signed in as the client ${signIn.client.id}, but "client_id" has changed`, hint }
  const { tokens, ended = 'not signed in' } = signIn
  if (tokens === undefined) return { reason: ended, hint }
  if (tokens.refresh === undefined && isExpired(tokens, now))
    return { reason: 'the sign-in has expired', hint }
  return undefined
}

/** Why the tokens must not take the way that is configured now; undefined if they may. */
export function diversionOf(
  { proxy }: Pick<KeptSignIn, 'proxy'>,
  { reader }: Pick<SignInTarget, 'reader'>,
): string | undefined {
  if (reader === undefined || reader.origin === proxy) return undefined
  return `the proxy ${reader.shown} could read the tokens, and was not used when you signed in`
}

export function loginCommand({ customer, server }: ServerKey): string {
  return `supportmax auth login ${customer} ${server}`
}

/** The fault of a request that was not sent, because a person must sign in first. */
export function signInFault(message: string, remedy: string | undefined, status?: number): Fault {
  return new Fault('unauthorized', message, { remedy, status, fate: 'not_run' })
}

export function isExpired({ expiresAt }: SignInTokens, now: number): boolean {
  return expiresAt !== undefined && now >= expiresAt
}

/** Whether a token that replaced a refused one is refused again: the next one would be, too. */
export function isRefusedAgain({ after, obtainedAt }: SignInTokens, now: number): boolean {
  return after === 'refusal' && Math.abs(now - obtainedAt) < TIMEOUTS.signInRefused
}

/** When the access token is to be replaced, in milliseconds since the epoch; undefined if its end is not known. */
export function dueTime({ obtainedAt, expiresAt }: SignInTokens): number | undefined {
  return expiresAt && expiresAt - Math.min(MOST_EARLY_MS, (expiresAt - obtainedAt) / 5)
}

/** The same, for a token that can be renewed; undefined for one without a refresh token. */
export function renewalTime(tokens: SignInTokens): number | undefined {
  return tokens.refresh === undefined ? undefined : dueTime(tokens)
}

/** The scopes in a text. */
export function scopesIn(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter(scope => scope !== '')
}

/** URL without query, user and fragment: what a sign-in is bound to, and may be shown. */
export function boundUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
