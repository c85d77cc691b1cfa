// A person signs in to one server, with a browser on this machine or another one.

import { randomBytes } from 'node:crypto'
import {
  type AuthorizationServerMetadata,
  exchangeAuthorization,
  startAuthorization,
} from '@modelcontextprotocol/client'
import { SupportError } from '../../../base/errors.ts'
import { keyText } from '../../../config/project.ts'
import { Fault } from '../../connection.ts'
import {
  discoverIssuer,
  discoverResource,
  type ResourceFacts,
  type SignInDoor,
  shownLine,
} from '../discover.ts'
import { signInFetch } from '../network.ts'
import { clientInformation, tokenFault, tokensOf } from '../refresh.ts'
import { type KeptSignIn, loginCommand, type SignInClient, type SignInTokens, scopesIn } from '../sign-in.ts'
import { namesIssuer, otherIssuerHint, otherIssuerWords } from '../step-up.ts'
import type { SignInStore } from '../store.ts'
import { type BrowserOptions, openBrowserDoor } from './browser.ts'
import { clientFor } from './client.ts'

export interface LoginOptions extends Pick<BrowserOptions, 'pasted' | 'reject' | 'signal'> {
  store: SignInStore
  door: SignInDoor
  /** Called once with the address to open in a browser, and the one at which the browser will end. */
  show(address: string, redirect: string): void
  now?: () => number
}

/** The sign-in, which is kept by then. Throws a SupportError. */
export async function login(options: LoginOptions): Promise<KeptSignIn> {
  try {
    return await signedIn(options)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const hint = error.remedy ?? `try \`${loginCommand(options.door)}\` again later`
    throw new SupportError('failed', `${keyText(options.door)}: ${error.message}`, { hint, cause: error })
  }
}

async function signedIn(options: LoginOptions): Promise<KeptSignIn> {
  const { store, door, signal } = options
  await store.unlock(signal)
  store.checkWritable(door)
  const facts = await discoverResource(door, signal)
  const earlier = earlierSignIn(store, door)
  if (earlier && !namesIssuer(facts, earlier.issuer))
    throw new SupportError('refused', otherIssuerWords(facts, earlier), { hint: otherIssuerHint(earlier) })
  const issuer = earlier?.issuer ?? facts.issuers[0] ?? ''
  const metadata = await discoverIssuer(issuer, door, signal)
  if (metadata === undefined && facts.resource !== undefined)
    throw new Fault('not_mcp', `${shownLine(issuer)} has no metadata, so supportmax cannot sign in there`)
  const found = { facts, earlier, issuer: metadata?.issuer ?? issuer, metadata }
  const fresh = await authorized(options, found)
  await store.locked(door, async () => store.write(fresh))
  return fresh
}

/** What was kept for this address; a file that cannot be read is replaced. */
function earlierSignIn(store: SignInStore, door: SignInDoor): KeptSignIn | undefined {
  try {
    const found = store.read(door)
    return found?.url === door.url ? found : undefined
  } catch (error) {
    if (error instanceof SupportError) return undefined
    throw error
  }
}

interface Found {
  facts: ResourceFacts
  earlier: KeptSignIn | undefined
  issuer: string
  metadata: AuthorizationServerMetadata | undefined
}

/** Sends the person to the authorization server, and exchanges the code that comes back. */
async function authorized(options: LoginOptions, found: Found): Promise<KeptSignIn> {
  const { door, show, signal } = options
  const { facts, earlier, issuer, metadata } = found
  const state = randomBytes(32).toString('base64url')
  const namesItself = metadata?.authorization_response_iss_parameter_supported === true
  const expected = { state, issuer, namesItself }
  const browser = await openBrowserDoor({ ...options, expected, port: portOf(earlier) })
  try {
    const { redirect } = browser
    const client = await clientFor(door, { issuer, metadata, redirect, earlier: earlier?.client }, signal)
    const scope = scopeFor(door, found)
    const request = requestOf(door, client, facts, metadata)
    const asked = { ...request, redirectUrl: redirect, state, ...(scope ? { scope } : {}) }
    const { authorizationUrl, codeVerifier } = await startAuthorization(issuer, asked)
    show(authorizationUrl.href, redirect)
    const answer = await browser.answer()
    if (answer.kind === 'refused') throw new Fault('forbidden', answer.reason)
    const tokens = await exchangeAuthorization(issuer, {
      ...request,
      authorizationCode: answer.code,
      ...(answer.iss === undefined ? {} : { iss: answer.iss }),
      codeVerifier,
      redirectUri: redirect,
      fetchFn: signInFetch(door),
    }).catch(error => {
      throw tokenFault(issuer, error)
    })
    const { now = Date.now } = options
    return keptSignIn(door, {
      ...found,
      client,
      tokens: tokensOf(tokens, { now: now(), after: 'login', scope }),
    })
  } finally {
    browser.close()
  }
}

/** The port of a client that was registered, so that it can be used again. */
function portOf(earlier: KeptSignIn | undefined): number | undefined {
  const { kind, redirect } = earlier?.client ?? {}
  return kind === 'registered' && redirect !== undefined ? Number(new URL(redirect).port) : undefined
}

function requestOf(
  door: SignInDoor,
  client: SignInClient,
  { resource }: ResourceFacts,
  metadata: AuthorizationServerMetadata | undefined,
) {
  return {
    ...(metadata ? { metadata } : {}),
    clientInformation: clientInformation(client, door.clientSecret),
    // RFC 8707. A server without metadata may be older than that.
    ...(resource === undefined ? {} : { resource }),
  }
}

/** The configured scopes, else those that the server names; with what it has asked for since the last login. */
function scopeFor({ auth }: SignInDoor, { facts, earlier, metadata }: Found): string | undefined {
  const named = auth.scopes.length > 0 ? auth.scopes : scopesIn(facts.scope)
  const scopes = [...named, ...scopesIn(earlier?.wantedScope)]
  // Some authorization servers give a refresh token only for this scope (OpenID Connect Core, 11).
  if (scopes.length > 0 && metadata?.scopes_supported?.includes(OFFLINE)) scopes.push(OFFLINE)
  return scopes.length > 0 ? [...new Set(scopes)].join(' ') : undefined
}

const OFFLINE = 'offline_access'

function keptSignIn(
  { customer, server, url, reader }: SignInDoor,
  { facts, issuer, metadata, client, tokens }: Found & { client: SignInClient; tokens: SignInTokens },
): KeptSignIn {
  // In the metadata of OpenID Connect, it is an extension.
  const revocation: unknown = metadata && Reflect.get(metadata, 'revocation_endpoint')
  return {
    customer,
    server,
    url,
    issuer,
    resource: facts.resource,
    proxy: reader?.origin,
    client,
    endpoints: {
      token: metadata?.token_endpoint ?? new URL('/token', issuer).href,
      revocation: typeof revocation === 'string' ? revocation : undefined,
      authMethods: metadata?.token_endpoint_auth_methods_supported ?? [],
    },
    tokens,
    ended: undefined,
    wantedScope: undefined,
  }
}
