// How to reach an external server: its address, and what it asks for.

import { SupportError } from '../../base/errors.ts'
import { readIfThere } from '../../base/files.ts'
import { hideSecret } from '../../base/redact.ts'
import { percentDecoded } from '../../base/text/urls.ts'
import { keyOf, keyText, type Server, type ServerAuth } from '../../config/project.ts'
import { fillReferences, referencesIn } from '../../config/references.ts'
import type { Authorizer, Endpoint } from '../../mcp/endpoint.ts'
import { createSignInAuthorizer } from '../../mcp/sign-in/authorizer.ts'
import { createClientAuthorizer } from '../../mcp/sign-in/client/authorizer.ts'
import type { ClientAuth, KnownIssuer } from '../../mcp/sign-in/client/client.ts'
import type { ResourceDoor, SignInDoor } from '../../mcp/sign-in/discover.ts'
import {
  boundUrl,
  type SignInAuth,
  type SignInProblem,
  type SignInTarget,
  signInProblem,
} from '../../mcp/sign-in/sign-in.ts'
import { plainPart } from '../../secrets/bound/origins.ts'
import { throughProxy } from '../../secrets/bound/program.ts'
import { bindCredentials, missingOf, type Stack } from '../stack.ts'

/** What of an endpoint depends on who starts the server. */
export type ServerDoor = Pick<
  Endpoint,
  | 'url'
  | 'token'
  | 'auth'
  | 'headers'
  | 'tls'
  | 'proxy'
  | 'image'
  | 'hasOnlyTools'
  | 'vouchedUntil'
  | 'override'
>

/** The address of an external server, and what goes along with each request. Every credential must have a value. */
export function externalDoor(stack: Stack, server: Server): ServerDoor {
  const { auth, clientCertificate, caFile, proxy } = server
  const secrets = stack.state.secrets(server)
  // Without a part of it, the address would be another host's, which must never get the rest.
  const credential = (name: string) => {
    const value = secrets.get(name)
    if (value === undefined) throw new Error(`${keyText(keyOf(server))}: ${name} has no value`)
    return value
  }
  const filled = (text: string) => fillReferences(text, credential)
  const { url, basic } = withoutUser(filled(server.url))
  const headers = Object.entries(server.headers).map(([name, value]) => [name, filled(value)])
  return {
    url,
    token: auth?.kind === 'bearer' ? credential(auth.tokenName) : undefined,
    auth,
    headers: { ...basic, ...basicOf(auth, credential), ...Object.fromEntries(headers) },
    tls: { caFile, ...clientCertificate },
    proxy: proxy && { url: filled(proxy.url), except: proxy.except.join(',') },
    image: undefined,
    vouchedUntil: 0,
  }
}

/** Turns `user:password@` into a basic auth header, since an HTTP client ignores it in a URL. */
function withoutUser(text: string): { url: string; basic: Record<string, string> } {
  const url = new URL(text)
  const { username, password } = url
  if (username === '' && password === '') return { url: text, basic: {} }
  url.username = ''
  url.password = ''
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`
  return { url: url.href, basic: basicHeader(pair) }
}

function basicOf(auth: ServerAuth | undefined, credential: (name: string) => string): Record<string, string> {
  if (auth?.kind !== 'basic') return {}
  return basicHeader(`${credential(auth.userName)}:${credential(auth.passwordName)}`)
}

/** RFC 7617. The encoded pair is as secret as the password. */
function basicHeader(pair: string): Record<string, string> {
  const encoded = Buffer.from(pair).toString('base64')
  hideSecret(encoded)
  return { authorization: `Basic ${encoded}` }
}

/** What gets access tokens for a server: one for each server in a process, whatever its connections are. */
export function authorizerOf(stack: Stack, server: Server): Authorizer | undefined {
  const key = keyText(keyOf(server))
  const known = stack.authorizers.get(key)
  if (known) return known
  const authorizer = newAuthorizer(stack, server)
  if (authorizer) stack.authorizers.set(key, authorizer)
  return authorizer
}

function newAuthorizer(stack: Stack, server: Server): Authorizer | undefined {
  const { auth } = server
  switch (auth?.kind) {
    case 'sign-in':
      return createSignInAuthorizer({
        store: stack.state.signIns,
        target: () => targetOf(stack, server, auth),
        door: () => signInDoorOf(stack, server),
      })
    case 'client-credentials':
      return createClientAuthorizer({
        door: () => resourceDoorOf(stack, server),
        client: () => clientAuthOf(stack, server),
        issuer: knownIssuer(stack, server),
      })
    case 'bearer':
      return bearerAuthorizer(stack, server, auth.tokenName)
    default:
      return undefined
  }
}

/**
 * The bearer token of an external server, as its source has it at that moment: one that was rotated is used by open
 * connections with the first request that is refused.
 */
function bearerAuthorizer(stack: Stack, server: Server, name: string): Authorizer {
  let bound: string | undefined
  const current = () => {
    const value = stack.state.secrets(server).get(name)
    if (value === bound) return value
    bindCredentials(stack, [server])
    bound = stack.state.secrets(server).get(name)
    return bound
  }
  return {
    token: async () => current(),
    async renew({ token, status }, signal) {
      if (status !== 401) return false
      if (current() === token) await stack.credentials.reload([name], signal)
      const now = current()
      return now !== undefined && now !== token
    },
  }
}

function resourceDoorOf(stack: Stack, server: Server): ResourceDoor {
  const { url: address, headers, tls, proxy } = externalDoor(stack, server)
  return {
    ...keyOf(server),
    url: boundUrl(address),
    address,
    transport: server.transport,
    headers,
    tls,
    proxy,
  }
}

/** Throws `failed` for a key file that cannot be read; the text of one that is gone is empty. */
function clientAuthOf(stack: Stack, server: Server): ClientAuth {
  const { auth } = server
  if (auth?.kind !== 'client-credentials')
    throw new Error(`${keyText(keyOf(server))} has no client credentials`)
  bindCredentials(stack, [server])
  const secrets = stack.state.secrets(server)
  const { clientIdName, proof, scopes } = auth
  return {
    id: secrets.get(clientIdName) ?? '',
    proof:
      'secretName' in proof
        ? { secret: secrets.get(proof.secretName) ?? '' }
        : { privateKey: readIfThere(proof.keyFile) ?? '', alg: proof.alg },
    scopes,
  }
}

function knownIssuer({ state }: Stack, server: Server): KnownIssuer {
  const { auth } = server
  const configured = auth?.kind === 'client-credentials' ? auth.issuer : undefined
  return {
    get: () => configured ?? state.issuers.of(server),
    set: issuer => state.issuers.keep(server, issuer),
  }
}

/** Why only a person can get access to this server now, as far as that is known without asking it. */
export function signInProblemOf(stack: Stack, server: Server): SignInProblem | undefined {
  const { auth } = server
  if (auth?.kind !== 'sign-in' || missingOf(stack, server).length > 0) return undefined
  try {
    return signInProblem(stack.state.signIns.read(keyOf(server)), targetOf(stack, server, auth), Date.now())
  } catch (error) {
    if (error instanceof SupportError) return { reason: error.message, hint: error.hint ?? '' }
    throw error
  }
}

function targetOf(stack: Stack, server: Server, auth: SignInAuth): SignInTarget {
  // Asked for each request, so nothing is filled in without need.
  const isWhole = referencesIn(server.url).length === 0
  const url = boundUrl(isWhole ? server.url : externalDoor(stack, server).url)
  return { ...keyOf(server), auth, url, reader: readerOf(stack, server, url) }
}

/** With a CA of its own it can vouch for any host, also for the authorization server, which may be one that is proxied. */
function readerOf({ credentials }: Stack, server: Server, url: string): SignInTarget['reader'] {
  const targets = server.caFile === undefined ? [plainPart(new URL(url).origin)] : []
  const proxy = throughProxy(server, targets, credentials.get).at(-1)
  return proxy && { origin: proxy.exact, shown: proxy.text }
}

/** What signing in to a server needs. Throws an Error for a server whose "auth" is something else. */
export function signInDoorOf(stack: Stack, server: Server): SignInDoor {
  const { auth } = server
  if (auth?.kind !== 'sign-in') throw new Error(`${keyText(keyOf(server))} has no sign-in`)
  const { clientSecretName: name } = auth
  bindCredentials(stack, [server])
  const clientSecret = name === undefined ? undefined : stack.state.secrets(server).get(name)
  const door = resourceDoorOf(stack, server)
  return { ...door, auth, clientSecret, reader: readerOf(stack, server, door.url) }
}
